// Names of files are bytes. UTF-8 is a custom, and archives break it: decoded
// as text, "caf\xe9" becomes another name. So paths are kept here as strings
// of one character for each byte (latin1): they split, join and serve as keys
// like any string, and turn back into the bytes that they were.
//
// man 7 path_resolution

import { RockerError } from '../01-syscalls/rocker-error.ts'

/** A path, one character for each of its bytes. */
export type RawPath = string

const longestName = 255 // NAME_MAX
const deepestPath = 1024
const mostLinks = 40

export function rawPath(bytes: Buffer): RawPath {
  return bytes.toString('latin1')
}

/** The path as system calls take it. */
export function pathBytes(path: RawPath): Buffer {
  return Buffer.from(path, 'latin1')
}

/** Bytes go to the kernel as they are: the NUL at their end is ours to add. */
export function cString(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(1)])
}

/**
 * An archive's name as a path in the layer: `./usr//lib/../bin/` →
 * `usr/bin`, `/etc` → `etc`, `../../x` → `x`, `.` → `` (the root). The name
 * is resolved as text, as every engine does; symlinks come later.
 */
export function cleanPath(name: RawPath): RawPath {
  const parts: string[] = []
  for (const part of name.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(checkName(part))
  }
  if (parts.length > deepestPath) throw tooDeep(name)
  // of its own: a part of the name would keep all of it in memory
  return rawPath(pathBytes(parts.join('/')))
}

/** `a/../../x` climbs above its root; `/x` does not, the root is its own. */
export function escapes(name: RawPath): boolean {
  let depth = 0
  for (const part of name.split('/')) {
    if (part === '..') depth--
    else if (part !== '' && part !== '.') depth++
    if (depth < 0) return true
  }
  return false
}

function checkName(part: RawPath): RawPath {
  if (part.length > longestName)
    throw new RockerError(
      'refused',
      `${printable(part)} is longer than ${longestName} bytes`,
    )
  if (part.includes('\0'))
    throw new RockerError('refused', `${printable(part)} has a NUL in it`)
  return part
}

/** A resolved path may be longer than the names that led to it. */
export function checkDepth(path: RawPath): void {
  // a folder's name and its slash are two bytes at least
  if (path.length < 2 * deepestPath) return
  if (path.split('/').length > deepestPath) throw tooDeep(path)
}

/** Links of links: as many as the kernel follows. */
export function checkLinks(links: number, path: RawPath): void {
  if (links > mostLinks)
    throw new RockerError(
      'refused',
      `${printable(path)} leads through too many links`,
    )
}

/** Something else stands where a path needs a folder. */
export function notAFolder(path: RawPath): RockerError {
  return new RockerError(
    'refused',
    `${printable(path)} is used as a folder, and is none`,
  )
}

function tooDeep(path: RawPath): RockerError {
  return new RockerError(
    'refused',
    `${printable(path)} is deeper than ${deepestPath} folders`,
  )
}

/** `usr/lib/x` → `usr/lib`, `x` → `` */
export function parentOf(path: RawPath): RawPath {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** `usr/lib/x` → `x` */
export function nameOf(path: RawPath): RawPath {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** `` and `x` → `x` */
export function join(folder: RawPath, name: RawPath): RawPath {
  return folder === '' ? name : `${folder}/${name}`
}

/** For people: as text where it is text, with control characters escaped. */
export function printable(path: RawPath): string {
  const shown = JSON.stringify(pathBytes(path).toString()).slice(1, -1)
  const cut = shown.length > 80 ? `${shown.slice(0, 80)}…` : shown
  const safe = cut.replace(
    /[\u007f-\u009f]/g,
    (c) => `\\u00${c.charCodeAt(0).toString(16)}`,
  )
  return safe === '' ? '""' : safe
}
