// What the kernel's "no" means when it is asked about networks. Besides the
// errno it often says in words what was wrong: that is the best hint.

import {
  type ErrnoName,
  errnoName,
  errnoSentence,
} from '../01-syscalls/errno.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'

/** The kernel refused something by netlink. */
export class NetlinkError extends RockerError {
  readonly errno: number

  constructor(doing: string, errno: number, why?: string) {
    const hint = why ? `the kernel says: ${why}` : hintFor(errno)
    super('syscall', `${doing}: ${errnoSentence(errno)}`, { hint })
    this.name = 'NetlinkError'
    this.errno = errno
  }

  /** `ENODEV` */
  get errnoName(): string {
    return errnoName(this.errno)
  }
}

const hints: Partial<Record<ErrnoName, string>> = {
  EPERM: 'networks belong to root: try it with sudo',
  EOPNOTSUPP: 'this kernel cannot do it: rocker doctor says what it lacks',
  ENOBUFS: 'the kernel has no memory for it: are there very many networks?',
  EXFULL: 'a bridge has 1023 places: make another network',
}

function hintFor(errno: number): string {
  const name = errnoName(errno) as ErrnoName
  return hints[name] ?? 'rocker doctor looks what this machine can do'
}
