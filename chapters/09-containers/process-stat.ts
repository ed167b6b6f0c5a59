// What the kernel says of a process in one line, and by what a pid that was used
// again is told from the one before: the time of its start, in ticks.
//
//   4242 (sh) S 4241 4242 … 1234567 …
//
// man 5 proc_pid_stat

import { readText } from '../06-cgroups/cgroup-file.ts'

/** The fields of the line that anybody here asks for. */
export interface ProcessStat {
  readonly pid: number
  /** A letter: S sleeps, D cannot be disturbed, Z is dead and not yet reaped. */
  readonly state: string
  /** Since the boot, a hundred a second. */
  readonly startTicks: number
}

/** Reads the line; a name may have blanks and brackets itself. */
export function parseStat(line: string): ProcessStat | undefined {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ', 20)
  const pid = Number.parseInt(line, 10)
  const [state = '', startTicks] = [fields[0], Number(fields[19])]
  return pid > 0 && startTicks > 0 ? { pid, state, startTicks } : undefined
}

/** The line of a process that is there. */
export function processStat(pid: number): ProcessStat | undefined {
  return parseStat(readText(`/proc/${pid}/stat`))
}
