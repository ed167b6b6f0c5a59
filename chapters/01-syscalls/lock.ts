// A lock that the kernel gives back when its holder dies, however it dies.
//
// flock(2) belongs to the open file, not to the process: a fork shares it, and
// an executed program keeps it as long as the descriptor stays open.

import { closeSync, constants, openSync } from 'node:fs'

import { perform } from './perform.ts'
import { flags } from './syscall.ts'

const wouldBlock = -11

/** A lock that is held; its descriptor is what holds it. */
export interface Lock {
  readonly fd: number
  release(): void
}

// #region lock
/**
 * Takes the lock of a file at once, and makes the file where that is asked
 * for; undefined where the lock is held.
 */
export function tryLock(
  path: string,
  make = constants.O_CREAT,
): Lock | undefined {
  const fd = openSync(
    path,
    constants.O_RDWR | constants.O_NOFOLLOW | make,
    0o600,
  )
  // #region exercise-lock
  try {
    const { value } = perform({
      name: 'flock',
      args: [fd, flags('LOCK_EX', 'LOCK_NB')],
      ignore: ['EAGAIN'],
      from: { chapter: '01-syscalls', doing: `lock ${path}` },
    })
    if (value !== wouldBlock) return { fd, release: () => closeSync(fd) }
  } catch (error) {
    closeSync(fd)
    throw error
  }
  // #endregion exercise-lock
  closeSync(fd)
  return undefined
}
// #endregion lock

/** Whether somebody holds the lock of a file; nobody, where there is none. */
export function isLocked(path: string): boolean {
  try {
    const lock = tryLock(path, 0)
    lock?.release()
    return lock === undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
}
