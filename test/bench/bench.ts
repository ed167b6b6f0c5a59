// The bench: rocker beside its peers, in one table.
//
// The contenders take turns, so that a slow minute of the machine is everybody's;
// what is printed is the median, and how often rocker fits into it. The start
// of Node on an empty file is the floor that rocker cannot go below.

import { availableParallelism, loadavg } from 'node:os'

import { startRealRegistry } from '../support/real-registry.ts'

import { type Contender, contenders } from './contenders.ts'
import { answersAlone, healthRow } from './health.ts'
import {
  busyboxLayer,
  debianLayer,
  pushImage,
  smallLayers,
} from './images.ts'
import { inTurn, livingRows } from './living.ts'
import {
  type Command,
  type Measured,
  medians,
  note,
  time,
} from './measure.ts'
import { networkRows } from './network.ts'
import { type Images, pullRows } from './pulls.ts'
import { readingRows } from './reading.ts'
import { save } from './saved.ts'
import { formatTable, type Row, toldGoals } from './table.ts'

const quick = process.argv.includes('quick')
const isSaved = process.argv.includes('--save')
const onlyHealth = process.argv.includes('health')
const onlyPulls = process.argv.includes('pulls')
const onlyNetwork = process.argv.includes('network')
const withPulls = !onlyHealth && !process.argv.includes('containers')
const rounds = quick
  ? { run: 7, living: 7, crowd: 1, pull: 1 }
  : { run: 31, living: 21, crowd: 5, pull: 5 }

async function bench(): Promise<void> {
  const registry = await startRealRegistry()
  const busybox = `${registry.host}/busybox:latest`
  if ((loadavg()[0] ?? 0) > availableParallelism())
    say('others keep this machine busy: trust the ratios alone')
  say('puts images into a registry on loopback')
  await pushImage(busybox, busyboxLayer())
  if (onlyNetwork) {
    await network(busybox)
    return registry.stop()
  }
  const images = withPulls ? await imagesToPull(registry.host) : {}
  const all = await contenders(busybox)
  const here = all.filter((one): one is Contender => !('why' in one))
  const rows: Row[] = [
    ...(onlyHealth || onlyPulls ? [] : await containers(here)),
    ...(quick || onlyPulls ? [] : await health(here)),
    ...(withPulls ? await pulls(here, images) : []),
  ]
  const names = all.map(({ name }) => name)
  console.log(formatTable(names, rows))
  for (const one of all)
    if ('why' in one) console.log(`${one.name} is missing: ${one.why}`)
  for (const line of toldGoals(rows)) console.log(line)
  if (isSaved) save(rows)
  for (const { stop } of here) await stop?.()
  await registry.stop()
}

/** By what the table calls them; the large one is the last. */
async function imagesToPull(host: string): Promise<Images> {
  const images = {
    'a small layer': `${host}/small:latest`,
    '12 small layers': `${host}/layers:latest`,
    Debian: `${host}/debian:latest`,
  }
  await pushImage(images['a small layer'], ...smallLayers(1))
  await pushImage(images['12 small layers'], ...smallLayers(12))
  await pushImage(images.Debian, debianLayer())
  return images
}

async function containers(here: readonly Contender[]): Promise<Row[]> {
  return [
    ...(await runs(here)),
    ...(await living(here)),
    ...(await reading(here)),
  ]
}

/** The traffic of one second is not that of another: so there are rounds. */
async function network(busybox: string): Promise<void> {
  say('sends traffic to published ports')
  const { rows, missing } = await networkRows(busybox, quick ? 3 : 15)
  console.log(formatTable(['rocker', 'docker', 'podman'], rows))
  for (const line of missing) console.log(line)
  if (isSaved) save(rows)
}

async function runs(here: readonly Contender[]): Promise<Row[]> {
  say(`runs ${rounds.run} containers of each, with each network`)
  return [
    await runRow('--version', here, ({ version }) => version),
    await runRow('run --rm busybox true', here, ({ run }) => run),
    await runRow('run --rm, default bridge', here, ({ runIn }) =>
      runIn?.('bridge'),
    ),
    await runRow('run --rm, --network host', here, ({ runIn }) =>
      runIn?.('host'),
    ),
  ]
}

/** Who cannot do it the first time is left out, and says why. */
async function runRow(
  title: string,
  here: readonly Contender[],
  commandOf: (one: Contender) => Command | undefined,
): Promise<Row> {
  const measured: Measured = new Map()
  const able: (readonly [string, Command])[] = []
  for (const one of here) {
    const command = commandOf(one)
    if (command && (await works(one.name, command)))
      able.push([one.name, command])
  }
  for (let round = 0; round < rounds.run; round++)
    for (const [name, command] of inTurn(able, round))
      note(measured, name, await time(command))
  return { title, unit: 'ms', of: medians(measured) }
}

async function works(name: string, command: Command): Promise<boolean> {
  try {
    await time(command)
    return true
  } catch (error) {
    say(`${name} cannot: ${(error as Error).message}`)
    return false
  }
}

async function reading(here: readonly Contender[]): Promise<Row[]> {
  say('looks at images, at a container, and at what it has said')
  return readingRows(here, rounds.living)
}

async function living(here: readonly Contender[]): Promise<Row[]> {
  say('starts, lists and ends containers that live')
  return livingRows(here, rounds)
}

async function health(here: readonly Contender[]): Promise<Row[]> {
  say('asks 50 containers each second whether they are well')
  const row = await healthRow(here, { begin: 5_000, measure: 20_000 })
  return [row, answersAlone()]
}

async function pulls(
  here: readonly Contender[],
  images: Images,
): Promise<Row[]> {
  say(`pulls three images ${rounds.pull} times with each`)
  return pullRows(here, images, rounds.pull)
}

function say(sentence: string): void {
  process.stderr.write(`bench: ${sentence}\n`)
}

await bench()
