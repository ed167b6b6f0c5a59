// A monitor is not where its caller is. A session of a person, a service: their
// cgroups are limited, and ended as a whole, and a container outlives them.
//
// The top of each hierarchy limits nothing, and there nothing has to be removed
// when the monitor ends. One thread that moves itself there costs 4 µs each.
//
// man 7 cgroups

import type { ErrnoName } from '../01-syscalls/errno.ts'
import { type Syscall, step } from '../01-syscalls/syscall.ts'
import { writeFile } from '../02-process/write-file.ts'
import type { Cgroups } from '../06-cgroups/cgroup.ts'

// in a cgroup namespace what seems to be the top is none, and may be closed
const closed: readonly ErrnoName[] = [
  ...(['EACCES', 'EPERM', 'EROFS', 'ENOENT'] as const), // it is not opened
  ...(['EBADF', 'EBUSY', 'EOPNOTSUPP'] as const),
]

/** The process leaves the cgroups that it was born in, where it may. */
export function leaveCgroups({ roots, unified }: Cgroups): Syscall[] {
  return step(
    '09-containers',
    "leave the caller's cgroups",
    roots.flatMap((root) => {
      const file = root === unified ? 'cgroup.procs' : 'tasks'
      const calls = writeFile(`${root}/${file}`, '0')
      return calls.map((call) => ({ ...call, ignore: closed }))
    }),
  )
}
