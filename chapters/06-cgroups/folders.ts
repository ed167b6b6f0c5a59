// A cgroup is a folder: mkdir makes it, rmdir removes it.
//
// Its parent, `rocker`, comes and goes with the containers in it. Where it is
// there, our folder is made at once, and holds it. Made first, it could be gone
// again before ours is in it: somebody else's last container may end any time.
//
// man 2 mkdir, man 2 unlink

import { readdirSync } from 'node:fs'

import { flags, type Syscall } from '../01-syscalls/syscall.ts'

// #region make-folders
/**
 * Makes the cgroup and what is above it. The cgroup itself has to be new.
 */
export function makeFolders(root: string, name: string): Syscall[] {
  const above = pathsAbove(name).map((path) => `${root}/${path}`)
  const own = `${root}/${name}`
  return [
    mkdir(own, ['ENOENT']),
    ...above.map((path) => mkdir(path, ['EEXIST'])),
    mkdir(own, ['EEXIST']),
  ]
}

/**
 * Removes the cgroup, and what is above it where that is rocker's and
 * empty.
 */
export function removeFolders(root: string, name: string): Syscall[] {
  return [name, ...ownAbove(name)].map((path) => ({
    name: 'unlinkat',
    args: [flags('AT_FDCWD'), `${root}/${path}`, flags('AT_REMOVEDIR')],
    ignore: ['ENOENT', 'EBUSY'],
  }))
}
// #endregion make-folders

/** Opens the cgroup of v2 that clone3 is to put the child into. */
export function openFolder(root: string, name: string): Syscall[] {
  return [
    {
      name: 'openat',
      args: [
        flags('AT_FDCWD'),
        `${root}/${name}`,
        flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC'),
        0,
      ],
      result: 'cgroup',
    },
  ]
}

/** A folder and all that a container made in it, the deepest first. */
export function foldersIn(folder: string): string[] {
  return [
    ...list(folder).flatMap((name) => foldersIn(`${folder}/${name}`)),
    folder,
  ]
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
  } catch {
    return [] // it is gone meanwhile
  }
}

/** What is above `rocker/tests/a`, from the top: `rocker`, `rocker/tests`. */
export function pathsAbove(name: string): string[] {
  const parts = name.split('/')
  return parts.slice(1).map((_, i) => parts.slice(0, i + 1).join('/'))
}

/** The same from below; nothing where somebody else made the topmost. */
export function ownAbove(name: string): string[] {
  return name.startsWith('rocker/') ? pathsAbove(name).reverse() : []
}

function mkdir(
  path: string,
  ignore: NonNullable<Syscall['ignore']>,
): Syscall {
  return {
    name: 'mkdirat',
    args: [flags('AT_FDCWD'), path, 0o755],
    ignore,
  }
}
