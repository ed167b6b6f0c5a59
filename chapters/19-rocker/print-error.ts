// An error is printed here, once.
//
//   rocker: pull nosuch: the registry does not know this image
//     hint: rocker pull docker.io/library/nosuch names it in full

import { exitCodes, RockerError } from '../01-syscalls/rocker-error.ts'

import { output } from './output.ts'

/** How an error is shown. */
export interface ErrorWishes {
  /** With a stack. */
  readonly debug?: boolean
  /** The exit code, where the error has none of its own. */
  readonly failsWith?: number
}

// #region print-error
/** Says what went wrong on standard error, and answers the exit code. */
export function printError(
  error: unknown,
  { debug = false, failsWith = 1 }: ErrorWishes = {},
): number {
  const text = error instanceof Error ? error.message : String(error)
  const cause = error instanceof RockerError ? causeOf(error) : undefined
  const hint = hintOf(error)
  output.say([
    `rocker: ${printable(callFirst(text))}`,
    ...(cause ? [`  cause: ${printable(callFirst(cause))}`] : []),
    ...(hint ? [`  hint: ${printable(hint)}`] : []),
  ])
  if (debug && error instanceof Error) printStack(error)
  const exitCode =
    error instanceof RockerError ? error.exitCode : exitCodes.rockerFailed
  return exitCode === exitCodes.rockerFailed ? failsWith : exitCode
}
// #endregion print-error

function printStack({ stack = '' }: Error): void {
  output.say(stack.split('\n').map(printable))
}

// "EACCES: permission denied, stat '/a'" → stat '/a': EACCES (permission denied)
function callFirst(text: string): string {
  return text.replace(
    /^(E[A-Z0-9]+): ([^,]+), (\w+(?: '.*)?)$/s,
    '$3: $1 ($2)',
  )
}

const hints: Readonly<Record<string, string>> = {
  EROFS: 'choose a folder that can be written to: --root DIR',
  EMFILE: 'raise the limit of open files: ulimit -n 1024',
  ENOSPC: 'make room, or choose a folder on another disk: --root DIR',
}

/** Of an error of Node's own, what usually helps. */
function hintOf(error: unknown): string | undefined {
  if (error instanceof RockerError) return error.hint ?? hintOf(error.cause)
  if (!(error instanceof Error && 'code' in error)) return undefined
  if (error.code === 'EACCES' && process.geteuid?.() !== 0)
    return 'it takes root: try it with sudo'
  return hints[String(error.code)]
}

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
