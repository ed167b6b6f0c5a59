// cgroup v1: a tree for each controller, or for a few that share one.
//
// The new process writes itself into each cgroup, as the first thing it does:
// "0" into `tasks` is the thread that writes, and costs nothing; attaching it
// from outside would stop all processes for milliseconds. A hybrid machine has
// v2 beside these: there clone3 puts it.
//
// linux/Documentation/admin-guide/cgroup-v1

import { result, type Syscall, step } from '../01-syscalls/syscall.ts'
import { writeFile } from '../02-process/write-file.ts'

import type { Cgroups, Controller } from './cgroup.ts'
import { readNumber, readText } from './cgroup-file.ts'
import type { CgroupPlan, CgroupVersion, Usage } from './cgroup-version.ts'
import {
  makeFolders,
  openFolder,
  pathsAbove,
  removeFolders,
} from './folders.ts'
import { killFrozen } from './freezer.ts'
import type { Limits } from './limits.ts'

const chapter = '06-cgroups'

/** How v1 does it. */
export const v1: CgroupVersion = {
  plan,
  limit: writeLimits,
  usage,
  kill: killFrozen,
}

// #region plan-v1
function plan(cgroups: Cgroups, name: string, limits: Limits): CgroupPlan {
  const { unified, roots } = cgroups
  const folders = (make: typeof makeFolders) =>
    roots.flatMap((root) => make(root, name))
  return {
    before: [
      ...step(chapter, `make cgroup ${name}`, folders(makeFolders)),
      ...fillCpuset(cgroups, name),
      ...writeLimits(cgroups, name, limits),
      ...(unified
        ? step(chapter, `open cgroup ${name}`, openFolder(unified, name))
        : []),
    ],
    clone: unified
      ? { flags: ['CLONE_INTO_CGROUP'], cgroup: result('cgroup') }
      : { flags: [] },
    child: step(
      chapter,
      `join cgroup ${name}`,
      roots
        .filter((root) => root !== unified)
        .flatMap((root) => writeFile(`${root}/${name}/tasks`, '0')),
    ),
    after: step(chapter, `remove cgroup ${name}`, folders(removeFolders)),
  }
}
// #endregion plan-v1

// A new cpuset is empty, and nobody can join it: it gets what its parent has.
function fillCpuset(cgroups: Cgroups, name: string): Syscall[] {
  const root = cgroups.controllers.cpuset
  if (!root) return []
  const calls = ['cpuset.cpus', 'cpuset.mems'].flatMap((file) => {
    let value = readText(`${root}/${file}`)
    return [...pathsAbove(name), name].flatMap((path) => {
      value = readText(`${root}/${path}/${file}`) || value
      return writeFile(`${root}/${path}/${file}`, value)
    })
  })
  return step(chapter, 'fill the cpuset from above', calls)
}

function writeLimits(
  cgroups: Cgroups,
  name: string,
  limits: Limits,
): Syscall[] {
  return limitFiles(limits).flatMap(([doing, file, value]) => {
    const controller = file.split('.')[0] as Controller
    const path = `${cgroups.controllers[controller]}/${name}/${file}`
    return step(
      chapter,
      `limit ${doing} to ${value}`,
      writeFile(path, value),
    )
  })
}

// memory with swap is never less than memory: so memory goes first
function limitFiles(limits: Limits): [string, string, string][] {
  const { memoryBytes, memorySwapBytes, cpuQuota, cpuShares } = limits
  const files: [string, string, string | number | undefined][] = [
    ['memory', 'memory.limit_in_bytes', memoryBytes],
    [
      'memory and swap',
      'memory.memsw.limit_in_bytes',
      memorySwapBytes === 'unlimited' ? '-1' : memorySwapBytes,
    ],
    ['the period of cpu time', 'cpu.cfs_period_us', cpuQuota?.periodMicros],
    ['cpu time', 'cpu.cfs_quota_us', cpuQuota?.quotaMicros],
    ['cpu shares', 'cpu.shares', cpuShares],
    ['processors', 'cpuset.cpus', limits.cpuset],
    ['processes', 'pids.max', limits.pids],
  ]
  return files.flatMap(([doing, file, value]) =>
    value === undefined ? [] : [[doing, file, `${value}`]],
  )
}

function usage(cgroups: Cgroups, name: string): Usage {
  const file = (controller: Controller, end: string) =>
    `${cgroups.controllers[controller]}/${name}/${controller}.${end}`
  const cpuNanos = readNumber(file('cpuacct', 'usage'))
  return {
    memoryBytes: readNumber(file('memory', 'usage_in_bytes')),
    memoryPeakBytes: readNumber(file('memory', 'max_usage_in_bytes')),
    cpuMicros:
      cpuNanos === undefined ? undefined : Math.round(cpuNanos / 1000),
    throttled: readNumber(file('cpu', 'stat'), 'nr_throttled'),
    pids: readNumber(file('pids', 'current')),
    oomKills: readNumber(file('memory', 'oom_control'), 'oom_kill'),
  }
}
