// Where something is mounted in a root that strangers made.
//
// An image may hold /proc → /etc, and a mount on "/proc" would follow it out
// of the image. openat2(2) resolves a path as if a folder were the root, and
// can refuse every link on the way. What it opened is mounted on by its
// descriptor, so there is no second look-up to be fooled.
//
//   CVE-2019-19921, CVE-2023-27561: /proc and /sys as links
//   CVE-2021-30465: a target that is swapped for a link in time
//
// man 2 openat2

import {
  type Argument,
  flags,
  inside,
  lengthOf,
  output,
  result,
  type Syscall,
  struct,
  type Text,
  text,
} from '../01-syscalls/syscall.ts'

/** The path of a descriptor, for calls that only take paths. */
export function pathOf(descriptor: string): Text {
  return text`/proc/self/fd/${result(descriptor)}`
}

// #region open-in-root
const how = struct({
  flags: [8, flags('O_PATH', 'O_DIRECTORY', 'O_NOFOLLOW', 'O_CLOEXEC')],
  mode: [8, 0],
  resolve: [8, flags('RESOLVE_IN_ROOT', 'RESOLVE_NO_SYMLINKS')],
})

/**
 * Opens the folder `path` below the folder `root`, through no link; the
 * descriptor is `result(as)`.
 */
export function openInRoot(
  root: string,
  path: string,
  as: string,
): Syscall {
  return {
    name: 'openat2',
    args: [result(root), path, how, lengthOf(2)],
    result: as,
  }
}

/** Opens a folder of the root, and makes it first where there is none. */
export function openFolder(
  root: string,
  path: string,
  as: string,
): Syscall[] {
  return [
    {
      name: 'mkdirat',
      args: [result(root), path, 0o755],
      ignore: ['EEXIST', 'EROFS'],
    },
    openInRoot(root, path, as),
  ]
}
// #endregion open-in-root

/**
 * Opens a path for who stands at the root, as `here`; what is missing on the
 * way is made, and at its end a folder or an empty file. Links are followed
 * as if `top`, the root, were all there is, and none of them through a
 * descriptor.
 */
export function openMaking(
  path: string,
  last: keyof typeof makers = 'folder',
): Syscall[] {
  const parts = path.split('/').filter((part) => part !== '')
  return [
    openFrom(flags('AT_FDCWD'), '/', 'top'),
    openFrom(result('top'), '.', 'here'),
    ...parts.flatMap((part, i) => {
      const kind = i === parts.length - 1 ? last : 'folder'
      const way = parts.slice(0, i + 1).join('/')
      return [
        { ...makers[kind](part), ignore: cannotMake },
        close('here'),
        openFrom(result('top'), way, 'here', kind),
      ]
    }),
  ]
}

// it is there; or nothing can be made there: /proc, /sys
const cannotMake = ['EEXIST', 'EROFS', 'EACCES', 'EPERM', 'ENOENT'] as const

const makers = {
  folder: (name: string): Syscall => ({
    name: 'mkdirat',
    args: [result('here'), name, 0o755],
  }),
  file: (name: string): Syscall => ({
    name: 'mknodat',
    args: [result('here'), name, 0o100644, 0],
  }),
}

/** Opens what is there as if `root` were the root, through no descriptor. */
export function openFrom(
  root: Argument,
  path: string,
  as: string,
  kind: keyof typeof makers = 'folder',
): Syscall {
  const onlyFolders = kind === 'folder' ? (['O_DIRECTORY'] as const) : []
  const how = struct({
    flags: [8, flags('O_PATH', ...onlyFolders, 'O_CLOEXEC')],
    mode: [8, 0],
    resolve: [8, flags('RESOLVE_IN_ROOT', 'RESOLVE_NO_MAGICLINKS')],
  })
  return {
    name: 'openat2',
    args: [root, path, how, lengthOf(2)],
    result: as,
  }
}

/** Sees that a descriptor lies on the filesystem that was mounted. */
export function expectFilesystem(
  descriptor: string,
  magic: number,
): Syscall[] {
  return [
    { name: 'fstatfs', args: [result(descriptor), output('statfs', 120)] },
    { name: 'expect', args: [inside('statfs', 0, 8), magic, 22] }, // EINVAL
  ]
}

/** Sees that it does not. */
export function refuseFilesystem(
  descriptor: string,
  magic: number,
  errno: number,
): Syscall[] {
  return [
    { name: 'fstatfs', args: [result(descriptor), output('statfs', 120)] },
    { name: 'refuse', args: [inside('statfs', 0, 8), magic, errno] },
  ]
}

export function close(descriptor: string): Syscall {
  return { name: 'close', args: [result(descriptor)] }
}
