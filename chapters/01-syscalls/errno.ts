// The kernel answers with a small negative number when it says no.
//
// The names come from Node; the sentences are the C library's strerror.
//
// man 3 errno

import { constants } from 'node:os'

const sentences = {
  EPERM: 'operation not permitted',
  ENOENT: 'no such file or directory',
  ESRCH: 'no such process',
  EINTR: 'interrupted',
  EIO: 'input/output error',
  ENXIO: 'no such device or address',
  E2BIG: 'argument list too long',
  ENOEXEC: 'exec format error',
  EBADF: 'bad file descriptor',
  ECHILD: 'no child processes',
  EAGAIN: 'resource temporarily unavailable',
  ENOMEM: 'out of memory',
  EACCES: 'permission denied',
  EFAULT: 'bad address',
  EBUSY: 'device or resource busy',
  EEXIST: 'file exists',
  EXDEV: 'crosses a mount or a filesystem',
  ENODEV: 'no such device',
  ENOTDIR: 'not a directory',
  EISDIR: 'is a directory',
  EINVAL: 'invalid argument',
  ENFILE: 'too many open files in the system',
  EMFILE: 'too many open files',
  ENOTTY: 'not a terminal',
  ETXTBSY: 'text file busy',
  EFBIG: 'file too large',
  ENOSPC: 'no space left on device',
  ESPIPE: 'illegal seek',
  EROFS: 'read-only filesystem',
  EMLINK: 'too many links',
  EPIPE: 'broken pipe',
  ERANGE: 'result too large',
  EDEADLK: 'deadlock avoided',
  ENAMETOOLONG: 'file name too long',
  ENOSYS: 'not known to this kernel',
  ENOTEMPTY: 'directory not empty',
  ELOOP: 'too many symbolic links',
  ENODATA: 'no data available',
  EOVERFLOW: 'value too large',
  EOPNOTSUPP: 'operation not supported',
  EAFNOSUPPORT: 'address family not supported',
  EADDRINUSE: 'address already in use',
  EADDRNOTAVAIL: 'cannot assign requested address',
  ENETDOWN: 'network is down',
  ENETUNREACH: 'network is unreachable',
  ENOBUFS: 'no buffer space available',
  ENOTCONN: 'not connected',
  EHOSTUNREACH: 'no route to host',
  ECONNRESET: 'connection reset',
  ETIMEDOUT: 'timed out',
  ECONNREFUSED: 'connection refused',
  ESTALE: 'stale file handle',
  ECANCELED: 'operation canceled',
  EDQUOT: 'disk quota exceeded',
  EUSERS: 'too many users',
  EXFULL: 'exchange full',
} as const

export type ErrnoName = keyof typeof sentences

const numbers = constants.errno as Readonly<Record<string, number>>
const extra: Readonly<Record<string, number>> = { EUSERS: 87, EXFULL: 54 }
let names: ReadonlyMap<number, ErrnoName> | undefined

/** `ENOENT` → 2 */
export function errnoNumber(name: ErrnoName): number {
  return numbers[name] ?? extra[name] ?? 0
}

/** 2 → `ENOENT`; a number without a name here stays one: `errno 123`. */
export function errnoName(errno: number): string {
  return nameOf(errno) ?? `errno ${errno}`
}

/** 22 → `EINVAL (invalid argument)` */
export function errnoSentence(errno: number): string {
  const name = nameOf(errno)
  return name ? `${name} (${sentences[name]})` : `errno ${errno}`
}

/** The table is made at the first answer that is none: most runs have none. */
function nameOf(errno: number): ErrnoName | undefined {
  names ??= new Map(
    (Object.keys(sentences) as ErrnoName[]).map((name) => [
      errnoNumber(name),
      name,
    ]),
  )
  return names.get(errno)
}
