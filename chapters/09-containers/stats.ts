// What a container uses right now: its cgroup's meters, and its network's.
//
//   cpu       a counter: two looks and the time between them are a percentage
//   memory    without the pages of files that nobody would miss: as docker counts
//   network   every interface of its own but lo; the host's are not its own
//   blocks    bytes that were read from disks, and written to them
//
// linux/Documentation/admin-guide/cgroup-v1/memory.rst, cgroup-v2.rst

import { totalmem } from 'node:os'

import { type Cgroups, findCgroups } from '../06-cgroups/cgroup.ts'
import { readNumber, readText } from '../06-cgroups/cgroup-file.ts'
import { readUsage } from '../06-cgroups/usage.ts'

import { cgroupOf } from './cgroup-part.ts'
import type { Container } from './container.ts'
import { hasNamespace } from './spec.ts'
import { readState } from './state.ts'

/** One look at the meters; all zero where nothing runs. */
export interface Sample {
  /** When, in milliseconds of a clock that only goes forward. */
  readonly atMs: number
  readonly cpuMicros: number
  readonly memoryBytes: number
  readonly limitBytes: number
  readonly pids: number
  readonly received: number // bytes, as all that follow
  readonly sent: number
  readonly read: number
  readonly written: number
}

const nothing = {
  ...{ cpuMicros: 0, memoryBytes: 0, limitBytes: 0, pids: 0 },
  ...{ received: 0, sent: 0, read: 0, written: 0 },
}

export function takeSample(container: Container): Sample {
  const atMs = performance.now()
  const { pid } = readState(container)
  if (pid === 0) return { atMs, ...nothing }
  const cgroups = findCgroups()
  const name = cgroupOf(container)
  const {
    cpuMicros = 0,
    memoryBytes = 0,
    pids = 0,
  } = readUsage(cgroups, name)
  const cache = cacheBytes(cgroups, name)
  return {
    atMs,
    cpuMicros,
    memoryBytes: memoryBytes > cache ? memoryBytes - cache : memoryBytes,
    limitBytes: limitBytes(container),
    pids,
    ...(hasNamespace(container.spec, 'network')
      ? networkBytes(pid)
      : noBytes),
    ...blockBytes(cgroups, name),
  }
}

/** How many hundredths of a processor were used between two samples. */
export function cpuPercent(before: Sample, after: Sample): number {
  const micros = after.cpuMicros - before.cpuMicros
  const passed = (after.atMs - before.atMs) * 1000
  return passed > 0 && micros > 0 ? (micros / passed) * 100 : 0
}

// pages of files that were not used lately: the kernel takes them back first
function cacheBytes(cgroups: Cgroups, name: string): number {
  const { version, controllers, unified } = cgroups
  return version === 2
    ? (readNumber(`${unified}/${name}/memory.stat`, 'inactive_file') ?? 0)
    : (readNumber(
        `${controllers.memory}/${name}/memory.stat`,
        'total_inactive_file',
      ) ?? 0)
}

function limitBytes({ spec }: Container): number {
  return spec.linux.resources.memory?.limit ?? totalmem()
}

const noBytes = { received: 0, sent: 0 }

// "  eth0: 1024 8 0 0 0 0 0 0 2048 9 0 …": received, then sent
function networkBytes(pid: number): { received: number; sent: number } {
  let [received, sent] = [0, 0]
  for (const line of readText(`/proc/${pid}/net/dev`).split('\n')) {
    const [, name, numbers = ''] = /^\s*([^\s:]+):\s*(.*)$/.exec(line) ?? []
    if (!name || name === 'lo') continue
    const fields = numbers.split(/\s+/).map(Number)
    received += fields[0] ?? 0
    sent += fields[8] ?? 0
  }
  return { received, sent }
}

function blockBytes(
  { version, unified, roots }: Cgroups,
  name: string,
): { read: number; written: number } {
  if (version === 2) return sumOf(readText(`${unified}/${name}/io.stat`))
  const file = 'blkio.throttle.io_service_bytes_recursive'
  return sumOf(
    roots.map((root) => readText(`${root}/${name}/${file}`)).join('\n'),
  )
}

// v1: "8:0 Read 4096"; v2: "8:0 rbytes=4096 wbytes=0 …"
function sumOf(text: string): { read: number; written: number } {
  const sum = (pattern: RegExp) =>
    [...text.matchAll(pattern)].reduce(
      (all, [, bytes]) => all + Number(bytes),
      0,
    )
  return {
    read: sum(/^\d+:\d+ (?:Read |.*\brbytes=)(\d+)/gm),
    written: sum(/^\d+:\d+ (?:Write |.*\bwbytes=)(\d+)/gm),
  }
}
