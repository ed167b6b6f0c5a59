// What went wrong with an entry: is it the archive's fault, or the machine's?
//
// A name that is too long, a file used as a folder: no layer that is meant well
// has these, so it is refused. A full disk is ours.

import {
  type ErrnoName,
  errnoNumber,
  errnoSentence,
} from '../01-syscalls/errno.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { SyscallError } from '../01-syscalls/syscall-error.ts'

import { printable, type RawPath } from './raw-path.ts'

const archivesFault: ReadonlySet<string> = new Set([
  'E2BIG',
  'EEXIST',
  'EINVAL',
  'EISDIR',
  'ELOOP',
  'EMLINK',
  'ENAMETOOLONG',
  'ENOENT',
  'ENOTDIR',
  'ENOTEMPTY',
  'ERANGE',
  'EXDEV',
])

/** `EEXIST` of Node's errors and of our own */
export function errorCode(error: unknown): string | undefined {
  if (error instanceof SyscallError) return error.errnoName
  const code = error instanceof Error && 'code' in error ? error.code : ''
  return typeof code === 'string' ? code : undefined
}

/** The error of an entry: `unpack usr/bin/x: ENOSPC (no space left on device)`. */
export function unpackError(name: RawPath, error: unknown): RockerError {
  const isOurs =
    error instanceof RockerError && !(error instanceof SyscallError)
  if (isOurs)
    return new RockerError(
      error.code,
      `unpack ${printable(name)}: ${error.message}`,
      { cause: error, ...(error.hint ? { hint: error.hint } : {}) },
    )
  const code = errorCode(error) ?? ''
  return new RockerError(
    archivesFault.has(code) ? 'refused' : 'syscall',
    `unpack ${printable(name)}: ${errnoSentence(errnoNumber(code as ErrnoName))}`,
    { cause: error },
  )
}
