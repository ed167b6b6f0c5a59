// Where paths are looked up: on the host, or in a container as if its root were
// "/". What is found is a descriptor, and from there on the name is not needed:
// whatever somebody in the container puts in its place, it is not what we have.
//
//   openat2(root, "etc/passwd", RESOLVE_IN_ROOT)    a link to /etc, or to
//                                                   ../../.., stays inside
//   /proc/self/fd/7/name                            one step from a descriptor
//
// man 2 openat2, man 7 path_resolution

import { closeSync, constants, fstatSync, openSync } from 'node:fs'

import {
  errnoName,
  errnoNumber,
  errnoSentence,
} from '../01-syscalls/errno.ts'
import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags, lengthOf, output, struct } from '../01-syscalls/syscall.ts'
import {
  cString,
  pathBytes,
  printable,
  type RawPath,
  rawPath,
} from '../08-images/raw-path.ts'
import { errorCode } from '../08-images/unpack-error.ts'

import { hintFor } from './copy-error.ts'

/** A tree of files; names are bytes, paths begin with a slash. */
export interface Tree {
  /** The folder that is its "/"; none: that of everybody here. */
  readonly root?: number
  /** For people: `web:` */
  readonly name: string
  readonly isReadOnly?: boolean
  /** What lies behind some of its folders: copy-mounts.ts. */
  readonly mounts?: readonly (Tree & { readonly destination: RawPath })[]
}

const pathOnly = 0o10000000 // O_PATH: looked at, and not opened
const again = -errnoNumber('EAGAIN')
const refusals = ['ENOTDIR', 'ELOOP', 'EXDEV', 'ENAMETOOLONG'] as const
const mostTries = 10_000
const longestLink = 4096

// #region open-in-tree
/**
 * Opens what a path leads to, without touching it (O_PATH); undefined where
 * there is nothing. Not a link of /proc is followed in a container, and no
 * other one out of it.
 */
export function openIn(
  tree: Tree,
  path: RawPath,
  follow: 'all' | 'parents' = 'all',
): number | undefined {
  const { root } = tree
  if (root !== undefined && path === '/')
    return openSync(`/proc/self/fd/${root}`, pathOnly) // also a file
  const last = follow === 'all' ? [] : (['O_NOFOLLOW'] as const)
  const inside = flags('RESOLVE_IN_ROOT', 'RESOLVE_NO_MAGICLINKS')
  const how = struct({
    flags: [8, flags('O_PATH', 'O_CLOEXEC', ...last)],
    mode: [8, 0],
    resolve: [8, root === undefined ? 0 : inside],
  })
  // EAGAIN: something was renamed meanwhile, and ".." may have led out
  for (let tries = 0; tries < mostTries; tries++) {
    const { value } = perform({
      name: 'openat2',
      args: [
        root ?? flags('AT_FDCWD'),
        cString(pathBytes(path)),
        how,
        lengthOf(2),
      ],
      ignore: ['ENOENT', 'EAGAIN', ...refusals],
    })
    if (value >= 0) return value
    if (value === -errnoNumber('ENOENT')) return undefined
    if (value !== again) throw refused(-value, shown(tree, path))
  }
  throw new RockerError('busy', `look up ${shown(tree, path)}`, {
    hint: 'somebody renames what it leads through, again and again',
  })
}
// #endregion open-in-tree

function refused(errno: number, what: string): RockerError {
  const hint = hintFor(errnoName(errno))
  return new RockerError(
    'refused',
    `look up ${what}: ${errnoSentence(errno)}`,
    hint ? { hint } : {},
  )
}

/** The same for one name in a folder; a link is opened as the link it is. */
export function openAt(folder: number, name: RawPath): number | undefined {
  try {
    return openSync(at(folder, name), pathOnly | constants.O_NOFOLLOW)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** The path of a name in a folder that is open. */
export function at(folder: number, name: RawPath): Buffer {
  return pathBytes(`/proc/self/fd/${folder}/${name}`)
}

/** Where a link leads, as it stands in it. */
export function readLink(fd: number): RawPath {
  const call = perform({
    name: 'readlinkat',
    args: [fd, '', output('target', longestLink), lengthOf(2)],
  })
  return rawPath(call.output('target').subarray(0, call.value))
}

/** Whether it is one, and no link to one. */
export function isFolder(fd: number): boolean {
  return fstatSync(fd).isDirectory()
}

/** `web:/etc/passwd` */
export function shown({ name }: Tree, path: RawPath): string {
  return `${name}${printable(path)}`
}

/** Does something with a descriptor, and closes it. */
export function using<T>(fd: number, act: (fd: number) => T): T {
  try {
    return act(fd)
  } finally {
    closeSync(fd)
  }
}
