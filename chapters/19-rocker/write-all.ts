// All bytes to a descriptor, without Node's streams: those take 10 ms to load.

import { writeSync } from 'node:fs'

import { hasCode } from '../05-overlay/leftovers.ts'

const pauseMs = 1

/** What reads may be slow, and its pipe set not to wait. */
export function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs)
    }
  }
}
