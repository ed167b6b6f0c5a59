// Lines on standard output, without Node's streams: those take 3 ms to load, and
// `ps` has no time to lose. What a stream does is done here: it waits where a
// pipe is full, and is silent where nobody reads any more.

import { writeSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import { hasCode } from '../05-overlay/leftovers.ts'

const pauseMs = 1

/** An object, so that a test can listen. */
export const output = {
  /** Prints lines; an error says that not all of them arrived. */
  print(lines: readonly string[]): void {
    const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''))
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(1, bytes, at)
      } catch (cause) {
        if (hasCode(cause, 'EPIPE')) return
        if (!hasCode(cause, 'EAGAIN')) throw lost(cause)
        Atomics.wait(
          new Int32Array(new SharedArrayBuffer(4)),
          0,
          0,
          pauseMs,
        )
      }
    }
  },
}

function lost(cause: unknown): RockerError {
  return new RockerError('syscall', 'write to standard output', {
    cause,
    hint: 'what was asked for is done, but not all of it is shown',
  })
}
