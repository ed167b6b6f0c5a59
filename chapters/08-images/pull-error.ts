// Why an image does not come, and what helps.

import { type ErrorCode, RockerError } from '../01-syscalls/rocker-error.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import { familiarName, type Reference } from '../07-registry/reference.ts'

const hints: Partial<Record<ErrorCode, string>> = {
  refused:
    'nothing of it is kept: who made the image or runs the registry has to mend it',
  unavailable:
    'is the registry up, and the way to it? HTTPS_PROXY and NO_PROXY count',
  'not-found':
    'is it spelled right, and its tag? docker.io is asked where no registry is named',
}

/** The error of a pull; it has a hint, and names the image. */
export function pullError(reference: Reference, error: unknown): unknown {
  if (error instanceof RockerError) return withHint(error)
  if (!(error instanceof Error && 'syscall' in error)) return error
  const name = familiarName(reference)
  return new RockerError('syscall', `pull ${name}: ${error.message}`, {
    cause: error,
    ...(hasCode(error, 'ENOSPC') && {
      hint: 'the disk is full: rocker rmi removes images',
    }),
  })
}

function withHint(error: RockerError): RockerError {
  const { code, message, cause, exitCode } = error
  const hint = error.hint ?? hints[code]
  if (hint === error.hint) return error
  return new RockerError(code, message, {
    ...(hint && { hint }),
    cause,
    exitCode,
  })
}
