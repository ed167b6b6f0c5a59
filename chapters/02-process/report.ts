// What the shim says when a call fails: which list, which call, which errno.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { SyscallError } from '../01-syscalls/syscall-error.ts'

import { listsOf, type Plan } from './plan.ts'

/** A record of the shim's, see native/plan.h. */
export interface Report {
  readonly kind: number
  readonly list: number
  readonly index: number
  readonly errno: number
}

/** The call of a plan that failed, as an error. */
export function errorAt(
  plan: Plan,
  { list, index, errno }: Pick<Report, 'list' | 'index' | 'errno'>,
): SyscallError {
  const call = listsOf(plan)[list]?.[index]
  if (!call)
    throw new RockerError('damaged', `find call ${index} of list ${list}`)
  return new SyscallError(call, errno)
}
