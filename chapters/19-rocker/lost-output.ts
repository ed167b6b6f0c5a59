// What is printed may not arrive: the disk behind standard output is full.
//
// console.log keeps such an error to itself. A list that lacks its end must
// not pass for the whole. Who reads no further (EPIPE) has seen enough.

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { printError } from './print-error.ts'

/** Says so where what a command prints is lost, and has rocker fail. */
export function reportLostOutput(): void {
  process.stdout.off('error', report).on('error', report)
}

function report(cause: NodeJS.ErrnoException): void {
  if (cause.code === 'EPIPE') return
  process.exitCode = printError(
    new RockerError('syscall', 'write to standard output', {
      cause,
      hint: 'what was asked for is done, but not all of it is shown',
    }),
  )
}
