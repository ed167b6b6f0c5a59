// What a process closes that executes nothing: an init stays the shim, and the
// container would find in /proc/1/fd what its monitor has open.

import {
  type Argument,
  flags,
  result,
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

/** Whoever started us wants to see its own streams closed. */
export function letGoOfCaller(): Syscall[] {
  return step('09-containers', 'let go of the caller', [
    {
      name: 'openat',
      args: [flags('AT_FDCWD'), '/dev/null', flags('O_RDWR', 'O_CLOEXEC')],
      result: 'null',
    },
    { name: 'dup3', args: [result('null'), 2, 0] },
    { name: 'close', args: [result('null')] },
  ])
}
