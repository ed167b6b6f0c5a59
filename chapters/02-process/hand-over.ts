// Node goes, the shim stays.
//
// execve(2) puts another program in the place of this one: same process, same
// parent, same terminal. So a container costs no Node while it runs. Node has
// `process.execve` for that, and loads all its streams to see that it may.

import { perform } from '../01-syscalls/perform.ts'
import { flags, pointers } from '../01-syscalls/syscall.ts'

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
  // Node has marked all to be closed, standard streams too
  for (const fd of [0, 1, 2, memfd, ...keep, ...locks])
    perform({ name: 'fcntl', args: [fd, flags('F_SETFD'), 0] })
  const argv = ['rocker-shim', `${memfd}`]
  const args = [shimPath(), pointers(argv), pointers([])]
  process.emit('exit', 0) // who waits for Node's end hears of it
  return perform({ name: 'execve', args }) as never
}
// #endregion hand-over
