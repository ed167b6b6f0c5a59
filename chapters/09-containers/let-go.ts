// What a process closes that executes nothing: an init stays the shim, and the
// container would find in /proc/1/fd what its monitor has open.

import {
  type Argument,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'

/** Closes descriptors that were for the launch; some may not be open. */
export function letGo(descriptors: readonly Argument[]): Syscall[] {
  return step(
    '09-containers',
    'let go of the launch',
    descriptors.map((fd) => ({
      name: 'close',
      args: [fd],
      ignore: ['EBADF'],
    })),
  )
}
