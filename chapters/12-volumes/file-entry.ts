// What a file is, said as an entry of an archive.
//
// man 7 inode, man 3 makedev, man 7 capabilities

import type { BigIntStats } from 'node:fs'

import { perform } from '../01-syscalls/perform.ts'
import { lengthOf, output } from '../01-syscalls/syscall.ts'
import type { Entry, EntryType } from '../08-images/layer-entry.ts'
import type { Xattr } from '../08-images/pax.ts'
import type { RawPath } from '../08-images/raw-path.ts'

const billion = 1_000_000_000n
const largestCapability = 64

/** What kind of file; undefined for a socket, folders are the reader's. */
export function typeOf(stat: BigIntStats): EntryType | undefined {
  if (stat.isFile()) return 'file'
  if (stat.isSymbolicLink()) return 'symlink'
  if (stat.isFIFO()) return 'fifo'
  if (stat.isCharacterDevice()) return 'character'
  return stat.isBlockDevice() ? 'block' : undefined
}

/** Its entry; size and xattrs of a file are still to be asked for. */
export function entryOf(
  type: EntryType,
  name: RawPath,
  stat: BigIntStats,
  target = '',
): Entry {
  const nanoseconds = ((stat.mtimeNs % billion) + billion) % billion
  return {
    type,
    name,
    target,
    mode: Number(stat.mode) & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    size: 0,
    seconds: Number((stat.mtimeNs - nanoseconds) / billion),
    nanoseconds: Number(nanoseconds),
    ...deviceOf(stat),
    xattrs: [],
  }
}

// man 3 makedev: 12 bits of major, 20 of minor
function deviceOf({ rdev }: BigIntStats) {
  return {
    major: Number((rdev >> 8n) & 0xfffn),
    minor: Number((rdev & 0xffn) | ((rdev >> 12n) & 0xfff00n)),
  }
}

/** What makes `ping` work without root; docker copies no other xattr. */
export function capabilityOf(fd: number, { mode }: BigIntStats): Xattr[] {
  if ((mode & 0o111n) === 0n) return []
  const name = 'security.capability'
  const call = perform({
    name: 'fgetxattr',
    args: [fd, name, output('value', largestCapability), lengthOf(2)],
    ignore: ['ENODATA', 'EOPNOTSUPP'],
  })
  const value = call.output('value').subarray(0, Math.max(0, call.value))
  return call.value > 0 ? [{ name, value: Buffer.from(value) }] : []
}
