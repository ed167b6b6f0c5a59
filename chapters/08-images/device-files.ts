// Devices and fifos of a layer. They are made, and never opened.
//
// The kernel packs a device's two numbers into 32 bits, 12 for major and 20 for
// minor: larger ones would come out as another device. 0:0 is overlayfs' sign
// for "nothing here", which an archive may not fake: it has whiteouts for that.
//
// man 2 mknod, man 3 makedev

import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags } from '../01-syscalls/syscall.ts'

import type { Entry } from './layer-entry.ts'
import { cString } from './raw-path.ts'

const kinds = {
  character: flags('S_IFCHR'),
  block: flags('S_IFBLK'),
  fifo: flags('S_IFIFO'),
} as const

/** Makes what an entry of type character, block or fifo says. */
export function makeDevice(entry: Entry, path: Buffer): void {
  const { type, major, minor } = entry
  if (type !== 'character' && type !== 'block' && type !== 'fifo') return
  const number = type === 'fifo' ? 0 : deviceNumber(major, minor)
  if (type === 'character' && number === 0)
    throw new RockerError('refused', 'a character device 0:0')
  perform({
    name: 'mknodat',
    args: [flags('AT_FDCWD'), cString(path), kinds[type], number],
  })
}

/** 1:3 → 0x103, 259:65536 → 0x10010300 */
function deviceNumber(major: number, minor: number): number {
  if (major < 0 || major >= 2 ** 12 || minor < 0 || minor >= 2 ** 20)
    throw new RockerError('refused', `no device has ${major}:${minor}`)
  return ((minor & 0xff) | (major << 8) | ((minor & 0xfff00) << 12)) >>> 0
}
