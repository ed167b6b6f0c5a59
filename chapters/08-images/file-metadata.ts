// Owner, mode, xattrs, times: in this order. chown(2) clears the setuid bits
// and the file capabilities, so it comes first; whatever else is done to a file
// may change its times, so they come last.
//
// man 7 inode, man 7 xattr, man 2 utimensat

import {
  chmodSync,
  fchmodSync,
  fchownSync,
  futimesSync,
  lchownSync,
  lstatSync,
  lutimesSync,
} from 'node:fs'

import { perform } from '../01-syscalls/perform.ts'
import { flags, lengthOf, output, struct } from '../01-syscalls/syscall.ts'

import type { Time, Xattr } from './pax.ts'
import { cString } from './raw-path.ts'

/** What a file has besides its content. */
export interface FileMetadata extends Time {
  readonly uid: number
  readonly gid: number
  readonly mode: number
  readonly xattrs: readonly Xattr[]
}

/** For a file that is open: whatever umask and folder it was made with. */
export function finishFile(fd: number, file: FileMetadata): void {
  fchownSync(fd, file.uid, file.gid)
  fchmodSync(fd, file.mode)
  for (const { name, value } of kept(file.xattrs, 'file'))
    perform({
      name: 'fsetxattr',
      args: [
        fd,
        cString(Buffer.from(name, 'latin1')),
        value,
        value.length,
        0,
      ],
    })
  if (isWhole(file)) futimesSync(fd, file.seconds, file.seconds)
  else setTimes(fd, null, file)
}

/** For a folder, a link or a device; a link is never followed. */
export function setMetadata(
  path: Buffer,
  type: 'folder' | 'symlink' | 'device',
  file: FileMetadata,
): void {
  lchownSync(path, file.uid, file.gid)
  if (type !== 'symlink') chmodSync(path, file.mode)
  setXattrs(path, type, file.xattrs)
  if (isWhole(file)) lutimesSync(path, file.seconds, file.seconds)
  else setTimes('AT_FDCWD', path, file)
}

/** The xattrs alone. */
export function setXattrs(
  path: Buffer,
  type: 'folder' | 'symlink' | 'device',
  xattrs: readonly Xattr[],
): void {
  for (const { name, value } of kept(xattrs, type))
    perform({
      name: 'lsetxattr',
      args: [
        cString(path),
        cString(Buffer.from(name, 'latin1')),
        value,
        value.length,
        0,
      ],
    })
}

/** What a file has; of its xattrs, those that a layer may bring. */
export function readMetadata(path: Buffer): FileMetadata {
  const { uid, gid, mode, mtimeNs } = lstatSync(path, { bigint: true })
  const nanoseconds = ((mtimeNs % billion) + billion) % billion
  return {
    uid: Number(uid),
    gid: Number(gid),
    mode: Number(mode) & 0o7777,
    seconds: Number((mtimeNs - nanoseconds) / billion),
    nanoseconds: Number(nanoseconds),
    xattrs: readXattrs(path),
  }
}

function readXattrs(path: Buffer): Xattr[] {
  const list = perform({
    name: 'llistxattr',
    args: [cString(path), output('names', mostXattrBytes), lengthOf(1)],
    ignore: ['EOPNOTSUPP'],
  })
  const names = list
    .output('names')
    .toString('latin1', 0, Math.max(0, list.value))
  return names
    .split('\0')
    .filter((name) => name.startsWith('user.'))
    .map((name) => {
      const got = perform({
        name: 'lgetxattr',
        args: [
          cString(path),
          cString(Buffer.from(name, 'latin1')),
          output('value', mostXattrBytes),
          lengthOf(2),
        ],
      })
      return {
        name,
        value: Buffer.from(got.output('value').subarray(0, got.value)),
      }
    })
}

const billion = 1_000_000_000n
const mostXattrBytes = 1 << 16 // XATTR_LIST_MAX, XATTR_SIZE_MAX

/**
 * What a layer may bring: file capabilities, and notes of users. `trusted.` and
 * `user.overlay.` are overlayfs' own words, labels are the host's to give.
 */
function kept(
  xattrs: readonly Xattr[],
  type: 'file' | 'folder' | 'symlink' | 'device',
): readonly Xattr[] {
  return xattrs.filter(({ name }) =>
    name.startsWith('user.')
      ? !name.startsWith('user.overlay.') &&
        (type === 'file' || type === 'folder') // else EPERM: man 7 xattr
      : name === 'security.capability' && type === 'file',
  )
}

/** Node's own calls take seconds as a double: exact for whole ones alone. */
function isWhole({ seconds, nanoseconds }: Time): boolean {
  return nanoseconds === 0 && seconds >= 0 && seconds < 2 ** 40
}

function setTimes(
  folder: number | 'AT_FDCWD',
  path: Buffer | null,
  { seconds, nanoseconds }: Time,
): void {
  const times = struct({
    atimeSeconds: [8, seconds],
    atimeNanoseconds: [8, nanoseconds],
    mtimeSeconds: [8, seconds],
    mtimeNanoseconds: [8, nanoseconds],
  })
  perform({
    name: 'utimensat',
    args: [
      folder === 'AT_FDCWD' ? flags('AT_FDCWD') : folder,
      path === null ? null : cString(path),
      times,
      path === null ? 0 : flags('AT_SYMLINK_NOFOLLOW'),
    ],
  })
}
