// One interface, two kernels: which of them this machine is.

import type { Cgroups } from './cgroup.ts'
import type { CgroupPlan, CgroupVersion } from './cgroup-version.ts'
import type { Limits } from './limits.ts'
import { v1 } from './v1.ts'
import { v2 } from './v2.ts'

// #region cgroup-plan
/**
 * What a process needs to be born in a cgroup of its own. After `child` it
 * unshares its cgroup namespace: then it sees itself at "/".
 */
export function cgroupPlan(
  cgroups: Cgroups,
  name: string,
  limits: Limits,
): CgroupPlan {
  return versionOf(cgroups).plan(cgroups, name, limits)
}

/** How this machine's cgroups are spoken to. */
export function versionOf(cgroups: Cgroups): CgroupVersion {
  return cgroups.version === 2 ? v2 : v1
}
// #endregion cgroup-plan
