// What it costs to ask fifty containers each second whether they are well: the
// processor time of everything that works for them, as a part of one core. The
// program that answers is a part of it, and nobody's work: it is measured alone.

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import type { Contender } from './contenders.ts'
import { time } from './measure.ts'
import type { Row } from './table.ts'

const crowd = Array.from({ length: 50 }, (_, i) => `asked-${i}`)
const asks = ['--health-cmd', 'true', '--health-interval', '1s']
const ticksPerSecond = 100 // USER_HZ

/** Times in milliseconds: until all are asked, and how long it is measured. */
export interface Patience {
  readonly begin: number
  readonly measure: number
}

/** Of those that have health checks of their own. */
export async function healthRow(
  here: readonly Contender[],
  { begin, measure }: Patience,
): Promise<Row> {
  const of = new Map<string, number>()
  for (const { name, living, asksByItself } of here) {
    if (!living || !asksByItself) continue
    for (const one of crowd) await time(living.start(one, asks))
    await sleep(begin)
    const before = usedTicks()
    await sleep(measure)
    const used = (usedTicks() - before) / ticksPerSecond
    of.set(name, (used / (measure / 1000)) * 100)
    await time(living.end(crowd))
  }
  return { title: '50 health checks a second', unit: '%', of }
}

/** The same program as often, started by nobody but this process. */
export function answersAlone(times = 400): Row {
  const program = () => spawnSync('busybox', ['sh', '-c', 'true'])
  program() // it is in memory now
  const before = ticksOfChildren()
  for (let i = 0; i < times; i++) program()
  const each = (ticksOfChildren() - before) / ticksPerSecond / times
  return {
    title: 'of it, the program',
    unit: '%',
    of: new Map([['rocker', each * crowd.length * 100]]),
  }
}

function ticksOfChildren(): number {
  const [, , user = 0, system = 0] = timesOf('self')
  return user + system
}

/** Of all processes in our pid namespace, and of their children that ended. */
function usedTicks(): number {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap(timesOf)
    .reduce((sum, ticks) => sum + ticks, 0)
}

// 17 (a name) S 1 … utime stime cutime cstime: proc_pid_stat(5), 14 to 17
function timesOf(pid: string): number[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields.slice(11, 15).map(Number)
  } catch {
    return [] // it has ended
  }
}
