// What a command prints, without Node's streams: those take 10 ms to load, and
// nobody wants to wait for them. What a stream does is done here: it waits where
// a pipe is full, and is silent where nobody reads any more.

import { constants } from 'node:os'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { hasCode } from '../05-overlay/leftovers.ts'

import { writeAll } from './write-all.ts'

/** Ends what would print for ever: as SIGPIPE does. */
export const unread = 128 + constants.signals.SIGPIPE

/** An object, so that a test can listen. */
export const output = {
  /**
   * Prints lines; an error says that not all of them arrived. Answers whether
   * anybody still reads.
   */
  print(lines: readonly string[]): boolean {
    try {
      writeAll(1, bytesOf(lines))
      return true
    } catch (cause) {
      if (hasCode(cause, 'EPIPE')) return false
      throw new RockerError('syscall', 'write to standard output', {
        cause,
        hint: 'what was asked for is done, but not all of it is shown',
        exitCode: 1,
      })
    }
  },

  /** The same on standard error; what is lost there nobody can be told. */
  say(lines: readonly string[]): void {
    try {
      writeAll(2, bytesOf(lines))
    } catch {}
  },
}

function bytesOf(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''))
}
