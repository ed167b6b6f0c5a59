// What went wrong with a file that was copied, in one sentence.

import {
  type ErrnoName,
  errnoNumber,
  errnoSentence,
} from '../01-syscalls/errno.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { SyscallError } from '../01-syscalls/syscall-error.ts'
import { printable, type RawPath } from '../08-images/raw-path.ts'
import { errorCode } from '../08-images/unpack-error.ts'

const hints: Readonly<Record<string, string>> = {
  EROFS: 'it is mounted read-only there',
  EBUSY: 'something is mounted there: change what is mounted',
  ENOSPC: 'make room, or choose another disk',
  EDQUOT: 'make room, or choose another disk',
  EACCES: 'it takes root: try it with sudo',
  EPERM: 'it takes root, or the file is protected: see lsattr',
  EXDEV: 'neither a hard link nor a look-up may leave its mount here',
  ELOOP: 'links lead in a circle, or one of /proc out of the container',
  ENOTDIR: 'a file is used as a folder',
  ENAMETOOLONG: 'the path is longer than the 4095 bytes that Linux takes',
}

const ownHint = 'that is more than rocker takes from a stranger'

/** What helps against an errno. */
export function hintFor(code: string): string | undefined {
  return hints[code]
}

/** `copy etc/hosts: EBUSY (device or resource busy)`; said once. */
export function copyError(name: RawPath, error: unknown): RockerError {
  if (error instanceof CopyError) return error
  const isOurs =
    error instanceof RockerError && !(error instanceof SyscallError)
  const code = errorCode(error) ?? ''
  if (!isOurs && !code.startsWith('E')) throw error
  const why = isOurs
    ? error.message
    : errnoSentence(errnoNumber(code as ErrnoName))
  const hint = isOurs ? (error.hint ?? ownHint) : hintFor(code)
  return new CopyError(
    isOurs ? error.code : 'syscall',
    `copy ${name === '' ? '.' : printable(name)}: ${why}`,
    hint ? { hint } : {},
  )
}

/** The error of one file, with its name. */
export class CopyError extends RockerError {}
