// What a container has used, to be read before its cgroup is removed.
//
// A process that the kernel killed because memory ran out looks like any other
// that got SIGKILL: the exit status is 137. Only the cgroup's counter tells.

import type { Cgroups } from './cgroup.ts'
import { versionOf } from './cgroup-plan.ts'
import type { Usage } from './cgroup-version.ts'

// #region usage
/** What has been used in a cgroup so far. */
export function readUsage(cgroups: Cgroups, name: string): Usage {
  return versionOf(cgroups).usage(cgroups, name)
}

/** Whether the kernel killed anybody in it because memory ran out. */
export function wasOomKilled({ oomKills }: Usage): boolean {
  return oomKills !== undefined && oomKills > 0
}

/** `used 12.5 MiB of memory at most, 0.250 s of cpu` */
export function describeUsage(usage: Usage): string {
  const { memoryPeakBytes, cpuMicros, throttled } = usage
  const words = [
    memoryPeakBytes !== undefined &&
      `${(memoryPeakBytes / 2 ** 20).toFixed(1)} MiB of memory at most`,
    cpuMicros !== undefined && `${(cpuMicros / 1e6).toFixed(3)} s of cpu`,
    throttled ? `waited ${throttled} times for cpu` : false,
    wasOomKilled(usage) && 'killed because memory ran out',
  ]
  return `used ${words.filter(Boolean).join(', ') || 'what nobody counts'}`
}
// #endregion usage
