// Every error that rocker shows is one sentence, a cause and a hint.
//
//   rocker: pull debian: the registry does not know this image
//     hint: rocker pull docker.io/library/debian names it in full

/** Exit codes of rocker's own, as docker gives them (the container's are its own). */
export const exitCodes = {
  rockerFailed: 125,
  notExecutable: 126,
  notFound: 127,
} as const

/** A stable name for tests and for the errors page: what kind of thing went wrong. */
export type ErrorCode =
  | 'bad-input' // the user's words
  | 'not-found' // an image, a file, a registry's 404
  | 'refused' // data that rocker must not trust: an archive, a manifest
  | 'busy' // somebody else holds it
  | 'denied' // by the kernel, or by a registry
  | 'unavailable' // the network, a registry's 5xx
  | 'unsupported' // by this machine, or not built yet
  | 'syscall' // the kernel said no
  | 'damaged' // a file of rocker's own

// #region rocker-error
/**
 * Something that rocker could not do. `message` says what was attempted
 * with its operands, in lower case and without a full stop; `hint` what
 * helps; `cause` what lay below.
 */
export class RockerError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly exitCode: number

  constructor(
    code: ErrorCode,
    message: string,
    more: { hint?: string; cause?: unknown; exitCode?: number } = {},
  ) {
    super(message, more.cause === undefined ? {} : { cause: more.cause })
    this.name = 'RockerError'
    this.code = code
    this.hint = more.hint
    this.exitCode = more.exitCode ?? exitCodes.rockerFailed
  }
}
// #endregion rocker-error
