// cgroup v2: one tree with all controllers in it.
//
// A controller works in a cgroup when all above have it in their
// cgroup.subtree_control. systemd turns on memory and pids alone, so each is
// turned on on the way down, each by its own write: one that a kernel lacks
// does not spoil the others. A cgroup that has controllers below it holds no
// processes: `rocker` has none. clone3 puts the child into its own cgroup.
//
// linux/Documentation/admin-guide/cgroup-v2.rst, man 2 clone (CLONE_INTO_CGROUP)

import { writeFileSync } from 'node:fs'

import {
  flags,
  lengthOf,
  result,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'
import { writeFile } from '../02-process/write-file.ts'

import type { Cgroups } from './cgroup.ts'
import { readNumber } from './cgroup-file.ts'
import type { CgroupPlan, CgroupVersion, Usage } from './cgroup-version.ts'
import {
  makeFolders,
  openFolder,
  pathsAbove,
  removeFolders,
} from './folders.ts'
import type { Limits } from './limits.ts'

const chapter = '06-cgroups'
const wanted = ['cpu', 'cpuset', 'io', 'memory', 'pids'] as const
// what the kernel answers for a controller that it lacks, or cannot turn on
const optional = ['ENOENT', 'EINVAL', 'EBUSY', 'EOPNOTSUPP'] as const

/** How v2 does it. */
export const v2: CgroupVersion = { plan, limit: writeLimits, usage, kill }

// #region plan-v2
function plan(cgroups: Cgroups, name: string, limits: Limits): CgroupPlan {
  const root = cgroups.unified ?? ''
  const needed = neededControllers(limits)
  return {
    before: [
      ...step(chapter, `make cgroup ${name}`, makeFolders(root, name)),
      ...[
        root,
        ...pathsAbove(name).map((path) => `${root}/${path}`),
      ].flatMap((above) => enable(above, needed)),
      ...writeLimits(cgroups, name, limits),
      ...step(chapter, `open cgroup ${name}`, openFolder(root, name)),
    ],
    clone: { flags: ['CLONE_INTO_CGROUP'], cgroup: result('cgroup') },
    child: [],
    after: step(
      chapter,
      `remove cgroup ${name}`,
      removeFolders(root, name),
    ),
  }
}
// #endregion plan-v2

function writeLimits(
  { unified }: Cgroups,
  name: string,
  limits: Limits,
): Syscall[] {
  return limitFiles(limits).flatMap(([doing, file, value]) =>
    step(
      chapter,
      `limit ${doing} to ${value}`,
      writeFile(`${unified}/${name}/${file}`, value),
    ),
  )
}

function enable(folder: string, needed: ReadonlySet<string>): Syscall[] {
  const path = `${folder}/cgroup.subtree_control`
  const writes = wanted.map((controller): Syscall => {
    const args = [result('control'), `+${controller}`, lengthOf(1)]
    return needed.has(controller)
      ? { name: 'write', args }
      : { name: 'write', args, ignore: optional }
  })
  return step(chapter, `turn on controllers below ${folder}`, [
    {
      name: 'openat',
      args: [flags('AT_FDCWD'), path, flags('O_WRONLY', 'O_CLOEXEC'), 0],
      result: 'control',
    },
    ...writes,
    { name: 'close', args: [result('control')] },
  ])
}

function neededControllers(limits: Limits): ReadonlySet<string> {
  return new Set(
    limitFiles(limits).map(([, file]) => file.split('.')[0] ?? ''),
  )
}

function limitFiles(limits: Limits): [string, string, string][] {
  const { memoryBytes, memorySwapBytes, cpuQuota, cpuShares } = limits
  const files: [string, string, string | undefined][] = [
    ['memory', 'memory.max', memoryBytes?.toString()],
    ['swap', 'memory.swap.max', swapMax(memoryBytes, memorySwapBytes)],
    [
      'cpu time',
      'cpu.max',
      cpuQuota && `${cpuQuota.quotaMicros} ${cpuQuota.periodMicros}`,
    ],
    [
      'cpu weight',
      'cpu.weight',
      cpuShares === undefined ? undefined : `${cpuWeight(cpuShares)}`,
    ],
    ['processors', 'cpuset.cpus', limits.cpuset],
    ['processes', 'pids.max', limits.pids?.toString()],
  ]
  return files.flatMap(([doing, file, value]) =>
    value === undefined ? [] : [[doing, file, value]],
  )
}

// v2 counts swap by itself, docker and v1 count it with the memory
function swapMax(
  memoryBytes: number | undefined,
  memorySwapBytes: Limits['memorySwapBytes'],
): string | undefined {
  // #region exercise-swap-max
  if (memorySwapBytes === undefined) return undefined
  if (memorySwapBytes === 'unlimited') return 'max'
  return `${memorySwapBytes - (memoryBytes ?? 0)}`
  // #endregion exercise-swap-max
}

/**
 * Shares as a weight: 2 → 1, 1024 → 100, 262144 → 10000. The smallest, the
 * usual and the largest value fall on each other, by the curve that runc has
 * since 1.3.2 (opencontainers/runc#4785).
 */
export function cpuWeight(shares: number): number {
  const log = Math.log2(shares)
  const exponent = (log * (log + 125)) / 612 - 7 / 34
  return Math.ceil(10 ** exponent - 1e-9)
}

function usage(cgroups: Cgroups, name: string): Usage {
  const folder = `${cgroups.unified}/${name}`
  return {
    memoryBytes: readNumber(`${folder}/memory.current`),
    memoryPeakBytes: readNumber(`${folder}/memory.peak`),
    cpuMicros: readNumber(`${folder}/cpu.stat`, 'usage_usec'),
    throttled: readNumber(`${folder}/cpu.stat`, 'nr_throttled'),
    pids: readNumber(`${folder}/pids.current`),
    oomKills: readNumber(`${folder}/memory.events`, 'oom_kill'),
  }
}

/** The kernel kills all that is in it and below, at once: no fork escapes. */
async function kill(cgroups: Cgroups, name: string): Promise<void> {
  try {
    writeFileSync(`${cgroups.unified}/${name}/cgroup.kill`, '1')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
