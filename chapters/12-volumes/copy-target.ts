// Where a copy goes: docker's rules, which are nearly those of cp(1).
//
//   the path is            a file goes             a folder goes
//   a folder               into it                 into it
//   a file                 in its place            nowhere
//   nothing, in a folder   there, with that name   there, with that name
//
// A link is followed to what it leads to, also where that is still to be made.
//
// docs.docker.com/reference/cli/docker/container/cp

import { closeSync, fstatSync, type Stats } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  checkLinks,
  nameOf,
  parentOf,
  type RawPath,
} from '../08-images/raw-path.ts'

import { type Behind, behindMounts, mountsBelow } from './copy-mounts.ts'
import type { WantedPath } from './copy-path.ts'
import {
  isFolder,
  openAt,
  openIn,
  readLink,
  shown,
  type Tree,
} from './copy-tree.ts'

/** What is copied. */
export interface Source {
  /** It, looked at. */
  readonly fd: number
  /** What its copy is called; `.`: only what is in it is copied. */
  readonly name: RawPath
  /** It is a container's. */
  readonly isInside: boolean
  /** Descriptors of what belongs on some of its folders. */
  readonly mounts: ReadonlyMap<RawPath, number>
}

/** A folder that is open, and the name of the copy in it. */
export interface Target {
  readonly folder: number
  /** Where the folder is in its tree. */
  readonly path: RawPath
  /** Empty: what is copied goes into the folder itself. */
  readonly name: RawPath
}

/** Opens what is to be copied; `follow`: what it leads to, if it is a link. */
export function openSource(
  whole: Tree,
  typed: WantedPath,
  follow: boolean,
): Source {
  const { tree, wanted, real } = behindMounts(whole, typed, follow)
  const { path, ending, name } = wanted
  const fd = openIn(tree, path + ending, follow ? 'all' : 'parents')
  if (fd !== undefined)
    return {
      fd,
      name,
      isInside: tree.root !== undefined,
      mounts: mountsBelow(whole, real),
    }
  throw new RockerError(
    'not-found',
    `copy ${shown(tree, path)}: there is no such file`,
    { hint: 'a path in a container begins at its root' },
  )
}

/** Opens the folder that a copy goes to, and says how it is called there. */
export function openTarget(
  whole: Tree,
  typed: WantedPath,
  source: Source,
): Target {
  const { tree, wanted } = toWrite(whole, typed)
  const { path, ending } = wanted
  const folder = openFolder(tree, path)
  if (folder !== undefined)
    return { folder, path, name: source.name === '.' ? '' : source.name }
  const copiesFolder = isFolder(source.fd)
  const place = locate(tree, path)
  try {
    if (place.found && copiesFolder) throw overFile(tree, path)
    if (ending === '/.' || (ending === '/' && !copiesFolder))
      throw noFolder(tree, path)
    if (place.found && !place.found.isFile() && isSpecial(place.found))
      throw special(tree, path)
  } catch (error) {
    closeSync(place.folder)
    throw error
  }
  return place
}

/** Opens a folder that an archive is unpacked into. */
export function openFolderOf(
  whole: Tree,
  typed: WantedPath,
): Omit<Target, 'name'> & { readonly tree: Tree } {
  const { tree, wanted } = toWrite(whole, typed)
  const { path } = wanted
  const folder = openFolder(tree, path)
  if (folder !== undefined) return { tree, folder, path }
  throw new RockerError(
    'bad-input',
    `unpack into ${shown(tree, path)}: it is no folder`,
    { hint: 'the folder has to be there: an archive makes its own names' },
  )
}

/** Where it is really written to; a kernel says it of what is mounted. */
function toWrite(whole: Tree, typed: WantedPath): Behind {
  const behind = behindMounts(whole, typed, true)
  const { tree, wanted } = behind
  if (tree !== whole && tree.root !== undefined && !isFolder(tree.root))
    throw new RockerError(
      'busy',
      `copy to ${shown(tree, '')}: a file is mounted there`,
      { hint: 'change the file that is mounted' },
    )
  if (!tree.isReadOnly) return behind
  throw new RockerError(
    'denied',
    `copy to ${shown(tree, wanted.path)}: it is read-only there`,
    { hint: 'a volume without ro can be written to' },
  )
}

function openFolder(tree: Tree, path: RawPath): number | undefined {
  const fd = openIn(tree, path)
  if (fd === undefined || isFolder(fd)) return fd
  closeSync(fd)
  return undefined
}

/** The folder and the name that a path stands for, where links end. */
function locate(
  tree: Tree,
  wanted: RawPath,
): Target & { readonly found: Stats | undefined } {
  let path = wanted
  for (let links = 0; ; links++) {
    checkLinks(links, wanted)
    const above = parentOf(path) || '/'
    const name = nameOf(path)
    const folder = openFolder(tree, above)
    if (folder === undefined || /^\.{0,2}$/.test(name)) {
      if (folder !== undefined) closeSync(folder)
      throw noFolder(tree, above)
    }
    const fd = openAt(folder, name)
    if (fd === undefined)
      return { folder, path: above, name, found: undefined }
    const found = fstatSync(fd)
    const next = found.isSymbolicLink() ? readLink(fd) : undefined
    closeSync(fd)
    if (next === undefined) return { folder, path: above, name, found }
    closeSync(folder)
    path = next.startsWith('/') ? next : `${above}/${next}`
  }
}

function isSpecial(stat: Stats): boolean {
  return stat.isCharacterDevice() || stat.isBlockDevice() || stat.isSocket()
}

function noFolder(tree: Tree, path: RawPath): RockerError {
  return new RockerError(
    'not-found',
    `copy to ${shown(tree, path)}: there is no such folder`,
    { hint: 'make it first: cp makes none above what it copies' },
  )
}

function overFile(tree: Tree, path: RawPath): RockerError {
  return new RockerError(
    'refused',
    `copy a folder to ${shown(tree, path)}: that is a file`,
    { hint: 'choose another name, or remove the file first' },
  )
}

function special(tree: Tree, path: RawPath): RockerError {
  return new RockerError(
    'refused',
    `copy to ${shown(tree, path)}: it is a device or a socket`,
    { hint: 'a copy goes to a folder, or in the place of a file' },
  )
}
