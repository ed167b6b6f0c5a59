// The processes that came since, and what they are: whom a test may kill.
//
// man 5 proc_pid_status (NSpid)

import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { patience } from './patience.ts'

/** What a process is of rocker. */
export type Role = 'rocker' | 'monitor' | 'pid 1' | 'its child'

export interface Newcomer {
  readonly pid: number
  readonly role: Role
}

/** Every pid that there is now. */
export function pids(): Set<number> {
  return new Set(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number),
  )
}

/** Who is there now and was not then; the dead that nobody has reaped too. */
export function newcomers(then: ReadonlySet<number>): Newcomer[] {
  return [...pids()]
    .filter((pid) => !then.has(pid))
    .flatMap((pid) => {
      const role = roleOf(pid)
      return role ? [{ pid, role }] : []
    })
}

/** Waits until they are gone; answers who is not, after a while. */
export async function gone(
  then: ReadonlySet<number>,
  patienceMs = 10_000,
): Promise<Newcomer[]> {
  const end = Date.now() + patienceMs * patience
  for (;;) {
    const left = newcomers(then)
    if (left.length === 0 || Date.now() > end) return left
    await sleep(5)
  }
}

/** Kills it, if it is still there. */
export function killNow({ pid }: Newcomer): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {}
}

// "NSpid:\t4711\t1": its number here, and in the namespace that it is in
function roleOf(pid: number): Role | undefined {
  const inside = /^NSpid:\s\d+\s(\d+)$/m.exec(read(pid, 'status'))?.[1]
  if (inside) return inside === '1' ? 'pid 1' : 'its child'
  const words = read(pid, 'cmdline')
  if (words.startsWith('rocker-monitor')) return 'monitor'
  return read(pid, 'status') ? 'rocker' : undefined
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1')
  } catch {
    return '' // it has ended meanwhile
  }
}
