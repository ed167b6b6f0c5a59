// Node goes, the shim stays.
//
// execve(2) puts another program in the place of this one: same process, same
// parent, same terminal. So a container costs no Node while it runs.

import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags } from '../01-syscalls/syscall.ts'

import type { Plan } from './plan.ts'
import { type Descriptors, planFile, shimPath } from './plan-file.ts'

// #region hand-over
/**
 * Becomes the shim: Node is gone when this returns, and it does not return.
 * What failed is then told by the plan's `failed`.
 */
export function handOver(
  plan: Plan,
  { handles = {}, locks = [] }: Descriptors = {},
): never {
  const keep = Object.values(handles)
  const memfd = planFile(plan, { keep, handles, locks })
  for (const fd of [memfd, ...keep, ...locks])
    perform({ name: 'fcntl', args: [fd, flags('F_SETFD'), 0] })
  const become = process.execve // missing in Node before 23.11
  if (!become)
    throw new RockerError('unsupported', 'run on this version of Node')
  return become(shimPath(), ['rocker-shim', `${memfd}`], process.env)
}
// #endregion hand-over
