// How long a command takes, and how much memory its processes have at most.

import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'

/** A command with its arguments. */
export type Command = readonly string[]

/** What was measured of each contender, round by round. */
export type Measured = Map<string, number[]>

export function note(
  measured: Measured,
  name: string,
  value: number,
): void {
  measured.set(name, [...(measured.get(name) ?? []), value])
}

/** Milliseconds from the start of the first to the end of the last; throws where one fails. */
export async function time(
  ...commands: readonly Command[]
): Promise<number> {
  const start = process.hrtime.bigint()
  await Promise.all(commands.map((command) => end(command)))
  return Number(process.hrtime.bigint() - start) / 1e6
}

function end(
  [program = '', ...args]: Command,
  started: (pid: number) => void = () => {},
): Promise<void> {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  if (child.pid) started(child.pid)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`${program} ${args.join(' ')}: ${errors}`))
    })
  })
}

/** Of all that was measured, by contender. */
export function medians(measured: Measured): Map<string, number> {
  return new Map([...measured].map(([name, all]) => [name, median(all)]))
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const [low = 0, high = low] = sorted.slice(
    sorted.length % 2 ? middle : middle - 1,
    middle + 1,
  )
  return (low + high) / 2
}

/**
 * Megabytes of the command, its processes, and those of a daemon that works for
 * it: the sum of what each had at most. Looked at every few milliseconds.
 */
export async function peakMemory(
  command: Command,
  daemons: readonly number[] = [],
): Promise<number> {
  const peaks = new Map<number, number>()
  let top: number[] = [...daemons]
  const look = () => {
    for (const pid of withDescendants(top)) {
      const kilobytes = highWater(pid)
      if (kilobytes)
        peaks.set(pid, Math.max(kilobytes, peaks.get(pid) ?? 0))
    }
  }
  const timer = setInterval(look, 5)
  try {
    await end(command, (pid) => {
      top = [...daemons, pid]
    })
  } finally {
    clearInterval(timer)
  }
  return [...peaks.values()].reduce((sum, peak) => sum + peak, 0) / 1024
}

function withDescendants(pids: readonly number[]): Set<number> {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), parentOf(Number(name))]),
  )
  const found = new Set(pids)
  for (const [pid] of parents)
    for (let at = pid; at > 1; at = parents.get(at) ?? 0)
      if (pids.includes(at)) found.add(pid)
  return found
}

// 17 (a name) S 1 … : the name may hold anything, so from its last bracket on
function parentOf(pid: number): number {
  const stat = read(`/proc/${pid}/stat`)
  return Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0])
}

function highWater(pid: number): number {
  const line = /^VmHWM:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))
  return Number(line?.[1] ?? 0)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return '' // it has ended
  }
}
