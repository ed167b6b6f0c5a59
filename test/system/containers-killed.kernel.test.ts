// kill -9 of whoever it is, at whatever moment: nothing is stuck, nothing stays,
// and no exit code is made up.
//
//   ROCKER_KILLS=1000 npm test -- test/system/containers-killed

import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import {
  gone,
  killNow,
  newcomers,
  pids,
  type Role,
} from '../support/newcomers.ts'
import { patience } from '../support/patience.ts'
import { randomFrom } from '../support/random.ts'
import { settled, snapshot } from '../support/snapshot.ts'
import { storeFiles } from '../support/store-files.ts'

import { ended, type Installed, install } from './installed.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install()
})
afterAll(() => installed.remove())

const rocker = (...args: string[]) => installed.rocker(...args)
const out = async (...args: string[]) => (await rocker(...args)).out.trim()

const wanted = Number(process.env.ROCKER_KILLS ?? 0)
const rounds = wanted || Math.ceil(40 / patience)
const seed = Number(process.env.ROCKER_SEED ?? Date.now() % 100_000)
const random = randomFrom(seed)
const oneOf = <T>(some: readonly T[]): T => {
  const one = some[Math.floor(random() * some.length)]
  if (one === undefined) throw new Error('there is none')
  return one
}

const name = 'victim'
const code = 7
const run = (...flags: string[]) => [
  ...['run', '--name', name, ...flags],
  ...['busybox', 'sh', '-c', `sleep 0.1; exit ${code}`],
]

/** What is under way when somebody is killed; `alive`: with one that runs. */
const scenes = [
  { what: run(), is: 'kept' },
  { what: run('-d'), is: 'kept' },
  { what: run('-d', '-t'), is: 'kept' },
  { what: run('--rm'), is: 'fleeting' },
  { what: run('-d', '--rm'), is: 'fleeting' },
  { what: run('--init'), is: 'kept' },
  { what: run('-d', '--restart', 'on-failure:1'), is: 'kept' },
  { what: ['stop', '-t', '1', name], is: 'alive' },
  { what: ['rm', '-f', name], is: 'alive' },
  { what: ['kill', name], is: 'alive' },
  { what: ['restart', '-t', '0', name], is: 'alive' },
  { what: ['start', name], is: 'alive' },
] as const
const victims = ['rocker', 'monitor', 'pid 1', 'all'] as const

/** What was found afterwards, and how often. */
const tally = new Map<string, number>()

describe('kill -9', () => {
  test(`${rounds} times: nothing is stuck, and no exit code is made up`, async () => {
    await rocker('rm', 'nothing')
    const [before, files] = [await snapshot(), storeFiles(installed.root)]
    for (let i = 0; i < rounds; i++) await expectSane(i)
    await rocker('rm', 'nothing') // any command that changes something
    expect(await out('ps', '-aq')).toBe('')
    expect(readdirSync(join(installed.root, 'names'))).toEqual([])
    expect(storeFiles(installed.root)).toEqual(files)
    expect(await settled(before)).toEqual(before)
    if (wanted)
      console.info(`seed ${seed}`, Object.fromEntries([...tally].sort()))
  }, 3_600_000)
})

/** One container, one kill; then everything is as it should be. */
async function expectSane(round: number): Promise<void> {
  const scene = oneOf(scenes)
  const isAlive = scene.is === 'alive'
  const victim = oneOf(victims)
  const then = pids()
  if (isAlive)
    await rocker('run', '-d', '--name', name, 'busybox', 'sleep', '1000')
  const where = `seed ${seed}, ${round}: ${scene.what[0]}, ${victim}`
  const killed = await killWithin(scene.what, victim, then)
  const stays = isAlive && (await out('ps', '-q')) !== ''
  if (!stays) expect(await gone(then), where).toEqual([])

  const state = await out(
    ...['inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', name],
  )
  count(`${scene.what.join(' ')}, ${[...killed]}: ${state}`)
  if (!isAlive) expectTrue(state, killed, where)
  else expect(state, where).toMatch(/^(running 0|exited 137|)$/)
  if (state.startsWith('created') && scene.is === 'kept')
    expect(await rocker('start', '-a', name), where).toMatchObject({
      status: code,
      err: '',
    })
  const { status, err } = await rocker('rm', '-f', name)
  expect([status, err.replace(/^rocker: .*: there is none$/m, '')]).toEqual(
    [0, expect.not.stringContaining('warning')],
  )
  expect(await gone(then), where).toEqual([])
}

/** It never ends well; who was killed has 137, or was never born: 125. */
function expectTrue(state: string, killed: Set<Role>, where: string): void {
  const violently = killed.has('monitor') || killed.has('pid 1')
  expect(state, where).toMatch(
    violently || killed.has('rocker')
      ? /^(exited (7|137)|created (0|125)|)$/
      : /^(exited 7|)$/,
  )
}

/** Starts a command and kills at some moment; answers whom. */
async function killWithin(
  words: readonly string[],
  victim: (typeof victims)[number],
  then: ReadonlySet<number>,
): Promise<Set<Role>> {
  const command = installed.start(words, { stdio: 'ignore' })
  const end = ended(command)
  await sleep(random() * 220 * patience)
  const all = newcomers(then)
  const chosen = all.filter(
    ({ role }) => victim === 'all' || role === victim,
  )
  chosen.forEach(killNow)
  await end
  return new Set(chosen.map(({ role }) => role))
}

function count(what: string): void {
  tally.set(what, (tally.get(what) ?? 0) + 1)
}
