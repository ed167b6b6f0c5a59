// What to do about a limit that this kernel cannot set.
//
// As docker does: a limit that is missing is a warning, and the container runs
// without it; only --cpus is an error. Debian's kernels of before 2021 do not
// count swap, containers in containers see no cgroups at all.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Cgroups, Controller } from './cgroup.ts'
import type { Limits } from './limits.ts'

// #region supported-limits
/**
 * The limits that can be set here, and a sentence for each of the others.
 */
export function supportedLimits(
  limits: Limits,
  { controllers, swap }: Cgroups,
): { limits: Limits; warnings: string[] } {
  if (limits.cpuQuota && !controllers.cpu)
    throw new RockerError('unsupported', 'limit --cpus', {
      hint: 'this kernel has no cpu controller, or it is not mounted',
    })
  const here: { -readonly [K in keyof Limits]: Limits[K] } = { ...limits }
  const warnings: string[] = []
  const drop = (key: keyof Limits, warning: string) => {
    if (here[key] === undefined) return
    delete here[key]
    warnings.push(warning)
  }
  const need = (key: keyof Limits, flag: string, name: Controller) => {
    if (!controllers[name])
      drop(
        key,
        `${flag} has no effect: this kernel has no ${name} ` +
          'controller, or it is not mounted',
      )
  }
  need('memoryBytes', '--memory', 'memory')
  if (!here.memoryBytes) delete here.memorySwapBytes
  if (!swap)
    drop(
      'memorySwapBytes',
      '--memory limits no swap: this kernel does not count it',
    )
  need('cpuShares', '--cpu-shares', 'cpu')
  need('cpuset', '--cpuset-cpus', 'cpuset')
  need('pids', '--pids-limit', 'pids')
  return { limits: here, warnings }
}
// #endregion supported-limits
