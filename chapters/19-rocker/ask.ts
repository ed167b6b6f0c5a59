// A question before something is removed that does not come back.

import { readSync, writeSync } from 'node:fs'

import { hasCode } from '../05-overlay/leftovers.ts'

/** Says what will happen; answers whether somebody typed y. */
export function isWanted(warning: string): boolean {
  writeSync(
    1,
    `WARNING! ${warning}\nAre you sure you want to continue? [y/N] `,
  )
  return readLine().trim().toLowerCase() === 'y'
}

/** A line of standard input: byte by byte, what follows is somebody else's. */
function readLine(): string {
  const byte = Buffer.alloc(1)
  const line: number[] = []
  for (;;) {
    try {
      if (readSync(0, byte) === 0 || byte[0] === 0x0a) break
      line.push(...byte)
    } catch (error) {
      if (!hasCode(error, 'EAGAIN')) break // nobody is there to ask
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
    }
  }
  return Buffer.from(line).toString()
}
