// What v1 and v2 do each in their own way: the same four things.

import type { ConstantName } from '../01-syscalls/constants.ts'
import type { Result, Syscall } from '../01-syscalls/syscall.ts'

import type { Cgroups } from './cgroup.ts'
import type { Limits } from './limits.ts'

// #region cgroup-version
/** v1.ts and v2.ts have one each. */
export interface CgroupVersion {
  plan(cgroups: Cgroups, name: string, limits: Limits): CgroupPlan
  /** Writes the limits of a cgroup that is there. */
  limit(cgroups: Cgroups, name: string, limits: Limits): Syscall[]
  usage(cgroups: Cgroups, name: string): Usage
  kill(cgroups: Cgroups, name: string): Promise<void>
}

/**
 * A container's share of a plan: born in its cgroup, never attached to it.
 */
export interface CgroupPlan {
  /** Makes the folders and writes the limits, before there is a process. */
  readonly before: readonly Syscall[]
  /** What clone3 needs. */
  readonly clone: {
    readonly flags: readonly ConstantName[]
    readonly cgroup?: Result
  }
  /** The first thing that the new process does. */
  readonly child: readonly Syscall[]
  /** Removes the folders. */
  readonly after: readonly Syscall[]
}

/** What was used so far; undefined is what this machine does not count. */
export interface Usage {
  readonly memoryBytes: number | undefined
  readonly memoryPeakBytes: number | undefined
  readonly cpuMicros: number | undefined
  /** In how many periods the processes had to wait for the next one. */
  readonly throttled: number | undefined
  readonly pids: number | undefined
  /** How many processes the kernel killed because memory ran out. */
  readonly oomKills: number | undefined
}
// #endregion cgroup-version
