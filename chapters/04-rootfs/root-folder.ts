// A folder becomes the root of a new mount namespace.
//
//   private first      nothing of this may reach the host's mounts
//   the root           any folder, as a mount point
//   /proc /sys /dev    in it
//   pivot_root         and the host's files are gone

import { errnoNumber } from '../01-syscalls/errno.ts'
import {
  flags,
  inside,
  lengthOf,
  output,
  result,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'

import { bind, chdir, makePrivate } from './mount.ts'
import { pivotRoot } from './pivot-root.ts'
import { systemMounts } from './system-mounts.ts'
import { close, openFrom, openMaking } from './target.ts'

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

/**
 * Moves into the mount point at `folder`: it is the root afterwards. What
 * else is to be mounted in it finds it as the descriptor `root`.
 */
export function enterRoot(
  folder: string,
  more: readonly Syscall[] = [],
): Syscall[] {
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
    ...more,
    ...step(chapter, 'let go of the root', [
      close('root'),
      { name: 'umask', args: [0o022] },
    ]),
    ...pivotRoot(),
  ]
}
// #endregion enter-root

/**
 * The working directory, made where it is missing, as docker does, by who
 * stands at the root. An image names it: so no step goes through /proc/self/fd,
 * where a descriptor of rocker's might lead out (CVE-2024-21626).
 */
export function enterFolder(folder: string): Syscall[] {
  return step(chapter, `go to ${folder}`, [
    ...openMaking(folder),
    ...goThere(),
  ])
}

/** The same for a folder that has to be there. */
export function enterExistingFolder(folder: string): Syscall[] {
  return step(chapter, `work in ${folder}`, [
    openFrom(flags('AT_FDCWD'), '/', 'top'),
    openFrom(result('top'), folder, 'here'),
    ...goThere(),
  ])
}

/** In the end the kernel has to know a path to it. */
function goThere(): Syscall[] {
  return [
    { name: 'fchdir', args: [result('here')] },
    close('here'),
    close('top'),
    { name: 'getcwd', args: [output('cwd', 4096), lengthOf(0)] },
    {
      name: 'expect', // "(unreachable)/…" has no slash at its start
      args: [inside('cwd', 0, 1), '/'.charCodeAt(0), errnoNumber('ENOENT')],
    },
  ]
}
