// An error is printed here, once.
//
//   rocker: pull nosuch: the registry does not know this image
//     hint: rocker pull docker.io/library/nosuch names it in full

import { RockerError } from '../01-syscalls/rocker-error.ts'

// #region print-error
/** Says what went wrong on standard error, and answers the exit code. */
export function printError(error: unknown, debug: boolean): number {
  if (!(error instanceof RockerError)) {
    const text = error instanceof Error ? error.message : String(error)
    console.error(`rocker: ${printable(text)}`)
    if (debug && error instanceof Error) console.error(error.stack)
    return 125
  }
  console.error(`rocker: ${printable(error.message)}`)
  const cause = causeOf(error)
  if (cause) console.error(`  cause: ${printable(cause)}`)
  if (error.hint) console.error(`  hint: ${printable(error.hint)}`)
  if (debug) console.error(error.stack)
  return error.exitCode
}
// #endregion print-error

/** What lay below, unless the sentence says it already. */
function causeOf({ cause, message }: RockerError): string | undefined {
  if (!(cause instanceof Error) || message.includes(cause.message))
    return undefined
  return cause.message
}

/** A registry or an image must not move the cursor of a terminal. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, (c) =>
    c === '\n'
      ? ' '
      : `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
}
