// Many of the kernel's switches are files: a map of ids, a limit, a sysctl.

import {
  flags,
  lengthOf,
  result,
  type Syscall,
  type Text,
} from '../01-syscalls/syscall.ts'

// #region write-file
/** Opens a file that exists, writes `content` at once, and closes it. */
export function writeFile(
  path: string | Text,
  content: string | Text,
): Syscall[] {
  // #region exercise-write-file
  return [
    {
      name: 'openat',
      args: [flags('AT_FDCWD'), path, flags('O_WRONLY', 'O_CLOEXEC')],
      result: 'fd',
    },
    { name: 'write', args: [result('fd'), content, lengthOf(1)] },
    { name: 'close', args: [result('fd')] },
  ]
  // #endregion exercise-write-file
}
// #endregion write-file
