// Containers that go on in the background: how long it takes to start one, to
// execute something in it, to start twenty at once, to list them, and to end one.

import type { Contender, Living } from './contenders.ts'
import {
  type Command,
  type Measured,
  medians,
  note,
  time,
} from './measure.ts'
import { minders } from './minders.ts'
import type { Row } from './table.ts'

const crowd = Array.from({ length: 20 }, (_, i) => `crowd-${i}`)

/** Who takes part, by name. */
type Players = readonly (readonly [string, Living])[]

/** The rows of all that can have such containers. */
export async function livingRows(
  here: readonly Contender[],
  rounds: { readonly living: number; readonly crowd: number },
): Promise<Row[]> {
  const players = here.flatMap(({ name, living }) =>
    living ? [[name, living] as const] : [],
  )
  const single = await oneByOne(players, rounds.living)
  const together = await allAtOnce(players, rounds.crowd)
  await crowds(players, ({ start }) => crowd.map((one) => start(one)))
  const memory = memoryOfEach(players)
  const lists = await listed(here, rounds.living)
  await crowds(players, ({ end }) => [end(crowd)])
  return [
    { title: 'run -d', unit: 'ms', of: medians(single.started) },
    { title: 'exec true', unit: 'ms', of: medians(single.executed) },
    { title: 'run -d, 20 at once', unit: 'ms', of: medians(together) },
    { title: 'memory per container', unit: 'kB', of: memory },
    { title: 'ps, 20 running', unit: 'ms', of: medians(lists) },
    { title: 'rm -f, running', unit: 'ms', of: medians(single.ended) },
  ]
}

async function oneByOne(
  players: Players,
  rounds: number,
): Promise<Record<'started' | 'executed' | 'ended', Measured>> {
  const started: Measured = new Map()
  const executed: Measured = new Map()
  const ended: Measured = new Map()
  for (let round = 0; round < rounds; round++)
    for (const [name, { start, exec, end }] of inTurn(players, round)) {
      note(started, name, await time(start('single')))
      note(executed, name, await time(exec('single')))
      note(ended, name, await time(end(['single'])))
    }
  return { started, executed, ended }
}

async function allAtOnce(
  players: Players,
  rounds: number,
): Promise<Measured> {
  const measured: Measured = new Map()
  for (let round = 0; round < rounds; round++)
    for (const [name, { start, end }] of inTurn(players, round)) {
      note(measured, name, await time(...crowd.map((one) => start(one))))
      await time(end(crowd))
    }
  return measured
}

/** Of what stays with it, not of itself; a daemon is nobody's in particular. */
function memoryOfEach(players: Players): Map<string, number> {
  const found = players.map(([name, { minder }]) => {
    const { kilobytes, count } = minders(minder)
    return [name, count === 0 ? Number.NaN : kilobytes / count] as const
  })
  return new Map(found.filter(([, each]) => !Number.isNaN(each)))
}

async function listed(
  here: readonly Contender[],
  rounds: number,
): Promise<Measured> {
  const measured: Measured = new Map()
  for (let round = 0; round < rounds; round++)
    for (const { name, list } of inTurn(here, round))
      if (list) note(measured, name, await time(list))
  return measured
}

async function crowds(
  players: Players,
  commands: (living: Living) => readonly Command[],
): Promise<void> {
  for (const [, living] of players) await time(...commands(living))
}

/**
 * Each round begins with another one: what a container leaves for the kernel to
 * clear up slows down whoever comes next.
 */
export function inTurn<T>(players: readonly T[], round: number): T[] {
  const first = round % Math.max(players.length, 1)
  return [...players.slice(first), ...players.slice(0, first)]
}
