// One interface, two kernels: which of them this machine is.

import { flags, step } from '../01-syscalls/syscall.ts'
import type { CgroupPlan, Cgroups, CgroupVersion, Usage } from './cgroup.ts'
import type { Limits } from './limits.ts'
import { v1 } from './v1.ts'
import { v2 } from './v2.ts'

/** How this machine's cgroups are spoken to. */
export function versionOf(cgroups: Cgroups): CgroupVersion {
  return cgroups.version === 2 ? v2 : v1
}

// #region cgroup-plan
/**
 * What a process needs to be born in a cgroup of its own. It unshares the
 * cgroup namespace once it is in there: so it sees itself at "/", and nothing
 * of what is above.
 */
export function cgroupPlan(
  cgroups: Cgroups,
  name: string,
  limits: Limits,
): CgroupPlan {
  const plan = versionOf(cgroups).plan(cgroups, name, limits)
  const see = step('06-cgroups', 'see no cgroup above', [
    { name: 'unshare', args: [flags('CLONE_NEWCGROUP')] },
  ])
  return { ...plan, child: [...plan.child, ...see] }
}
// #endregion cgroup-plan

/** What has been used in a cgroup so far: to be read before it is removed. */
export function readUsage(cgroups: Cgroups, name: string): Usage {
  return versionOf(cgroups).usage(cgroups, name)
}
