// Who is at it: one lock a name, and those who wait.
//
// Twenty pulls of one image download it once, because nineteen wait for the
// lock of its layer and then find it there. A lock file goes away with its
// last holder; who waited on the removed file finds out, and makes a new one.
//
// man 2 flock, man 5 proc (locks)

import {
  fstatSync,
  readdirSync,
  readFileSync,
  statSync,
  unlinkSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { type Lock, tryLock } from '../01-syscalls/lock.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { begin } from '../05-overlay/leftovers.ts'

/** How long to wait, and what ends the wait at once. */
export interface Patience {
  readonly timeoutMs?: number
  readonly signal?: AbortSignal | undefined
}

const firstPauseMs = 2
const longestPauseMs = 50
const storeTimeoutMs = 30_000

/** Waits for the lock with this name; release() also removes its file. */
export async function takeLock(
  root: DataRoot,
  name: string,
  patience: Patience = {},
): Promise<Lock> {
  const path = join(root.locks, name)
  const lock = await waitForLock(path, patience)
  return {
    fd: lock.fd,
    release() {
      unlinkSync(path) // while it is held: nobody else can have it
      lock.release()
    },
  }
}

async function waitForLock(
  path: string,
  patience: Patience,
): Promise<Lock> {
  const { timeoutMs = Number.POSITIVE_INFINITY, signal } = patience
  const end = Date.now() + timeoutMs
  for (let pauseMs = firstPauseMs; ; pauseMs = longer(pauseMs)) {
    signal?.throwIfAborted()
    const lock = tryLock(path)
    if (lock && fstatSync(lock.fd).nlink > 0) return lock
    lock?.release() // its file was removed while we waited
    if (Date.now() > end) throw stillHeld(path)
    await sleep(pauseMs, undefined, signal ? { signal } : {})
  }
}

/** Removes the lock files of those who died. */
export function removeFreeLocks(root: DataRoot): void {
  for (const name of readdirSync(root.locks)) {
    const path = join(root.locks, name)
    const lock = tryLock(path)
    if (lock && fstatSync(lock.fd).nlink > 0) unlinkSync(path)
    lock?.release()
  }
}

/** Runs `work` while nobody changes names or removes content. */
export async function withStoreLock<T>(
  root: DataRoot,
  work: () => T,
): Promise<T> {
  const lock = await waitForLock(join(root.images, 'lock'), {
    timeoutMs: storeTimeoutMs,
  })
  try {
    return work()
  } finally {
    lock.release()
  }
}

/**
 * Changes the store while nobody else does. `scratch` is a folder for what
 * is not finished, and for what is to be removed: it goes when the lock is
 * free.
 */
export async function changeStore<T>(
  root: DataRoot,
  work: (scratch: string) => T,
): Promise<T> {
  const pending = begin(root, 'store')
  try {
    return await withStoreLock(root, () => work(pending.path))
  } finally {
    pending.done()
  }
}

function longer(pauseMs: number): number {
  return Math.min(pauseMs * 1.5, longestPauseMs)
}

function stillHeld(path: string): RockerError {
  const pid = holderOf(path)
  return new RockerError('busy', `lock ${path}`, {
    hint: pid
      ? `process ${pid} has it`
      : 'another rocker has it: try again',
  })
}

// "1: FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF" → 4711
function holderOf(path: string): string | undefined {
  const inode = statSync(path, { throwIfNoEntry: false })?.ino
  return readFileSync('/proc/locks', 'utf8')
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(
      ([, type, , , , file]) =>
        type === 'FLOCK' && file?.endsWith(`:${inode}`),
    )
    ?.at(4)
}
