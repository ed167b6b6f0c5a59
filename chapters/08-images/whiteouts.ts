// How a layer says that something of the layers below is gone.
//
//   in the archive (OCI)        on disk (overlayfs)
//   etc/.wh.motd                etc/motd, a character device 0:0
//   etc/.wh..wh..opq            etc, with the xattr trusted.overlay.opaque=y
//
// OCI image spec, layer.md "Whiteouts"; kernel, filesystems/overlayfs.rst

import type { Stats } from 'node:fs'

import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags, lengthOf, output } from '../01-syscalls/syscall.ts'

import type { Entry } from './layer-entry.ts'
import { cString, nameOf, printable, type RawPath } from './raw-path.ts'

const prefix = '.wh.'
const opaque = '.wh..wh..opq'

export type Whiteout =
  /** Everything below this entry's folder is gone. */
  | { readonly kind: 'opaque' }
  /** This name of the entry's folder is gone. */
  | { readonly kind: 'hidden'; readonly name: RawPath }

// #region whiteout-of
/**
 * What a name means: `.wh.motd` hides motd. A folder is never a whiteout; a
 * whiteout that could hide its own folder, or aufs' bookkeeping, is
 * refused.
 */
export function whiteoutOf(
  entry: Entry,
  path: RawPath,
): Whiteout | undefined {
  // #region exercise-whiteout
  const name = nameOf(path)
  if (!name.startsWith(prefix) || entry.type === 'folder') return undefined
  if (name === opaque) return { kind: 'opaque' }
  const hidden = name.slice(prefix.length)
  if (['', '.', '..'].includes(hidden) || hidden.startsWith(prefix))
    throw new RockerError(
      'refused',
      `${printable(entry.name)} is not a whiteout that means anything`,
    )
  return { kind: 'hidden', name: hidden }
  // #endregion exercise-whiteout
}
// #endregion whiteout-of

/** The device 0:0, as overlayfs has it and as no archive may have it. */
export function isWhiteout(stat: Stats): boolean {
  return stat.isCharacterDevice() && stat.rdev === 0
}

/** Makes the device 0:0 that overlayfs takes for "nothing here". */
export function makeWhiteout(path: Buffer): void {
  perform({
    name: 'mknodat',
    args: [flags('AT_FDCWD'), cString(path), flags('S_IFCHR'), 0],
  })
}

/** Hides what the layers below have in this folder. */
export function makeOpaque(path: Buffer): void {
  perform({
    name: 'lsetxattr',
    args: [cString(path), 'trusted.overlay.opaque', Buffer.from('y'), 1, 0],
  })
}

/** Whether a folder hides what the layers below have in it. */
export function isOpaque(path: Buffer): boolean {
  const { value } = perform({
    name: 'lgetxattr',
    args: [
      cString(path),
      'trusted.overlay.opaque',
      output('value', 1),
      lengthOf(2),
    ],
    ignore: ['ENODATA', 'EOPNOTSUPP', 'ERANGE'],
  })
  return value === 1
}
