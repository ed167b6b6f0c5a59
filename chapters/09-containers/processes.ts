// The processes of a container, as the host sees them: what is in its cgroup,
// read from /proc. The image needs no ps for that.
//
// man 5 proc_pid_stat, man 5 proc_pid_cmdline

import { findCgroups } from '../06-cgroups/cgroup.ts'
import { readText } from '../06-cgroups/cgroup-file.ts'
import { foldersIn } from '../06-cgroups/folders.ts'
import { pidsIn } from '../06-cgroups/freezer.ts'

import { cgroupOf } from './cgroup-part.ts'
import type { Container } from './container.ts'

/** One process, in the kernel's units. */
export interface ProcessInfo {
  readonly pid: number
  readonly parent: number
  readonly group: number
  readonly session: number
  /** Of the terminal's device; 0: it has none. */
  readonly terminal: number
  /** The group in the foreground of that terminal. */
  readonly foreground: number
  readonly uid: number
  readonly gid: number
  readonly state: string // a letter
  readonly nice: number
  readonly threads: number
  readonly cpuTicks: number // a hundred a second
  readonly startTicks: number // since the boot
  readonly virtualBytes: number
  readonly residentPages: number
  readonly name: string
  readonly args: readonly string[]
}

/** All processes in a container's cgroup and below it, by their numbers. */
export function processesOf(container: Container): ProcessInfo[] {
  const { version, controllers, unified, roots } = findCgroups()
  const root = version === 2 ? unified : (controllers.pids ?? roots[0])
  const folders = foldersIn(`${root}/${cgroupOf(container)}`)
  const pids = folders.flatMap((folder) => pidsIn(`${folder}/cgroup.procs`))
  return [...new Set(pids)]
    .sort((a, b) => a - b)
    .flatMap((pid) => readProcess(pid) ?? [])
}

/** Nothing where it has ended meanwhile. */
function readProcess(pid: number): ProcessInfo | undefined {
  const stat = readText(`/proc/${pid}/stat`)
  if (stat === '') return undefined
  const nameEnd = stat.lastIndexOf(')')
  const [state = '', ...fields] = stat.slice(nameEnd + 2).split(' ')
  const field = (number: number) => Number(fields[number - 4]) // as man 5 counts
  return {
    pid,
    parent: field(4),
    group: field(5),
    session: field(6),
    terminal: field(7),
    foreground: field(8),
    ...idsOf(pid),
    state,
    nice: field(19),
    threads: field(20),
    cpuTicks: field(14) + field(15),
    startTicks: field(22),
    virtualBytes: field(23),
    residentPages: field(24),
    name: stat.slice(stat.indexOf('(') + 1, nameEnd),
    args: readText(`/proc/${pid}/cmdline`).replace(/\0$/, '').split('\0'),
  }
}

// "Uid:\t1000\t1000\t1000\t1000": the real one, then the effective
function idsOf(pid: number): { uid: number; gid: number } {
  const status = readText(`/proc/${pid}/status`)
  const effective = (name: string) =>
    Number(
      new RegExp(`^${name}:\\t\\d+\\t(\\d+)`, 'm').exec(status)?.[1] ?? 0,
    )
  return { uid: effective('Uid'), gid: effective('Gid') }
}
