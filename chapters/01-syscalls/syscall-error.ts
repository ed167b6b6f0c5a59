// What the kernel's "no" means to a person.
//
// An errno is one small number for a hundred situations. What was being done
// is known from the plan; the hint table adds what usually helps.

import { type ErrnoName, errnoName, errnoSentence } from './errno.ts'
import { formatCall } from './format-call.ts'
import { exitCodes, RockerError } from './rocker-error.ts'
import type { Syscall } from './syscall.ts'

/** A hint for a call that fails with an errno, where `doing` has these words. */
export interface Hint {
  readonly name: Syscall['name']
  readonly errno: ErrnoName
  readonly doing?: RegExp
  readonly hint: string
}

// #region hints
/** Looked up from the top; the docs' errors page is made from this. */
export const hints: readonly Hint[] = [
  {
    name: 'mount',
    errno: 'EPERM',
    hint: 'mounting takes root: try it with sudo',
  },
  {
    name: 'mount',
    errno: 'EINVAL',
    doing: /overlay/,
    hint: 'upper and work must be on one filesystem, and not on an overlay',
  },
  {
    name: 'mount',
    errno: 'EINVAL',
    doing: /keep all mounts/,
    hint: 'this root is no mount point: leave the chroot, or bind it first',
  },
  {
    name: 'mount',
    errno: 'ENODEV',
    hint: 'this kernel has no such filesystem: see rocker doctor',
  },
  {
    name: 'pivot_root',
    errno: 'EINVAL',
    hint: 'the new root must be a mount point, and no mount may be shared',
  },
  {
    name: 'clone3',
    errno: 'EPERM',
    hint: 'new namespaces take root: try it with sudo',
  },
  {
    name: 'clone3',
    errno: 'ENOSPC',
    hint: 'the limit of namespaces is reached: see /proc/sys/user',
  },
  {
    name: 'clone3',
    errno: 'EAGAIN',
    hint: 'the limit of processes is reached: see ulimit -u and pids.max',
  },
  {
    name: 'clone3',
    errno: 'ENOSYS',
    hint: 'rocker needs Linux 5.15 or newer, and no filter of calls',
  },
  {
    name: 'unshare',
    errno: 'EPERM',
    hint: 'new namespaces take root: try it with sudo',
  },
  {
    name: 'unshare',
    errno: 'EINVAL',
    hint: 'Node has many threads, and cannot do this: let the shim do it',
  },
  {
    name: 'setns',
    errno: 'EINVAL',
    hint: 'Node has many threads, and cannot do this: let the shim do it',
  },
  {
    name: 'setns',
    errno: 'ESRCH',
    hint: 'the container has ended meanwhile: rocker ps -a says how',
  },
  {
    name: 'expect',
    errno: 'ECHILD',
    doing: /hear its pid/,
    hint: 'killed on its way in: the container ended, or has no memory',
  },
  {
    name: 'expect',
    errno: 'EPERM',
    doing: /standard streams/,
    hint: 'what stands at its /dev/null is something else: look at its -v',
  },
  {
    name: 'sethostname',
    errno: 'EPERM',
    hint: 'a hostname belongs to root, or to a user namespace of your own',
  },
  {
    name: 'execve',
    errno: 'ENOENT',
    hint: 'is the program there, and its interpreter or loader too?',
  },
  {
    name: 'execve',
    errno: 'EACCES',
    hint: 'is it a file, and executable?',
  },
  {
    name: 'execve',
    errno: 'ENOEXEC',
    hint: 'the program is for another architecture, or a script without #!',
  },
  {
    name: 'execve',
    errno: 'E2BIG',
    hint: 'arguments and environment may have 2 MB in all, and 128 kB each',
  },
  {
    name: 'execve',
    errno: 'ENOTDIR',
    hint: 'on the way to the program stands a file: is the path right?',
  },
  {
    name: 'execve',
    errno: 'ELOOP',
    hint: 'links lead round in a circle on the way to the program',
  },
  {
    name: 'openat2',
    errno: 'ENOTDIR',
    hint: 'a file or a link stands where the image should have a folder',
  },
  {
    name: 'openat2',
    errno: 'ELOOP',
    hint: 'links of the image lead round in a circle, or out of it',
  },
  {
    name: 'openat2',
    errno: 'ENOENT',
    doing: /^work in/,
    hint: 'a process that comes later finds its folder there: none is made',
  },
  {
    name: 'openat2',
    errno: 'ENOENT',
    hint: 'the image does not have it, and it cannot be made there',
  },
  {
    name: 'open_tree',
    errno: 'ENOENT',
    hint: 'what is to be mounted is not there: make it first',
  },
  {
    name: 'move_mount',
    errno: 'EINVAL',
    hint: 'a folder cannot be mounted on a file, nor a file on a folder',
  },
  {
    name: 'mount_setattr',
    errno: 'EINVAL',
    doing: /map the owners/,
    hint: 'users of its own take ext4, xfs or btrfs: leave out --userns',
  },
  {
    name: 'refuse',
    errno: 'EPERM',
    doing: /^mount/,
    hint: 'a link leads to / or to /proc: nothing is mounted there',
  },
  {
    name: 'write',
    errno: 'EINVAL',
    doing: /join cgroup/,
    hint: 'a real-time process cannot join it: start it by chrt --other 0',
  },
]
// #endregion hints

/** The kernel refused a call. */
export class SyscallError extends RockerError {
  readonly call: Syscall
  readonly errno: number

  constructor(call: Syscall, errno: number) {
    const doing = call.from?.doing ?? formatCall(call)
    const hint = hintFor(call, errno)
    super('syscall', `${doing}: ${errnoSentence(errno)}`, {
      ...(hint ? { hint } : {}),
      exitCode: exitCodeFor(call, errno),
    })
    this.name = 'SyscallError'
    this.call = call
    this.errno = errno
  }

  /** `ENOENT` */
  get errnoName(): string {
    return errnoName(this.errno)
  }
}

/** 127 for a program that is not there, 126 for one that cannot be executed. */
function exitCodeFor(call: Syscall, errno: number): number {
  if (call.name !== 'execve' && call.name !== 'execveat')
    return exitCodes.rockerFailed
  return errnoName(errno) === 'ENOENT'
    ? exitCodes.notFound
    : exitCodes.notExecutable
}

function hintFor(call: Syscall, errno: number): string | undefined {
  // #region exercise-errno-hint
  return hints.find(
    (row) =>
      row.name === call.name &&
      row.errno === errnoName(errno) &&
      (row.doing?.test(call.from?.doing ?? '') ?? true),
  )?.hint
  // #endregion exercise-errno-hint
}
