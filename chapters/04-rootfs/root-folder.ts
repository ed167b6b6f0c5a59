// A folder becomes the root of a new mount namespace.
//
//   private first      nothing of this may reach the host's mounts
//   the root           any folder, as a mount point
//   /proc /sys /dev    in it
//   pivot_root         and the host's files are gone

import {
  flags,
  result,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'

import { bind, chdir, makePrivate } from './mount.ts'
import { pivotRoot } from './pivot-root.ts'
import { systemMounts } from './system-mounts.ts'
import { close } from './target.ts'

const chapter = '04-rootfs'

// #region enter-root
/** First of all mounts: what happens here stays here. */
export function isolateMounts(): Syscall[] {
  return step(chapter, 'keep all mounts from the host', [
    makePrivate(),
    { name: 'umask', args: [0] }, // modes are meant as they are written
  ])
}

/** Makes any folder a mount point, as pivot_root asks for. */
export function bindRoot(folder: string): Syscall[] {
  return step(chapter, `make ${folder} a mount point`, [
    bind(folder, folder),
  ])
}

/** Moves into the mount point at `folder`: it is the root afterwards. */
export function enterRoot(folder: string): Syscall[] {
  return [
    ...step(chapter, `go to ${folder}`, [
      chdir(folder),
      {
        name: 'openat',
        args: [
          flags('AT_FDCWD'),
          '.',
          flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC'),
        ],
        result: 'root',
      },
    ]),
    ...systemMounts('root'),
    ...step(chapter, 'let go of the root', [
      close('root'),
      { name: 'umask', args: [0o022] },
    ]),
    ...pivotRoot(),
  ]
}
// #endregion enter-root

/** The working directory, made where it is missing, as docker does. */
export function enterFolder(folder: string): Syscall[] {
  const parts = folder.split('/').filter((part) => part !== '')
  const made = parts.map((_, i) => `/${parts.slice(0, i + 1).join('/')}`)
  return step(chapter, `go to ${folder}`, [
    ...made.map(
      (path): Syscall => ({
        name: 'mkdirat',
        args: [flags('AT_FDCWD'), path, 0o755],
        ignore: ['EEXIST', 'EROFS', 'EACCES', 'ENOTDIR'],
      }),
    ),
    chdir(folder),
    // a working directory outside of the root could be walked up from
    {
      name: 'getcwd',
      args: [{ kind: 'output', name: 'cwd', bytes: 4096 }, 4096],
    },
    {
      name: 'expect',
      args: [{ ...result('cwd'), bytes: 1 }, '/'.charCodeAt(0), 2],
    },
  ])
}
