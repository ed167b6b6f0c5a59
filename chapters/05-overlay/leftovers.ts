// What a crash leaves behind, and how the next command finds it.
//
//   pending/container-3f2a…/   write the intent: this folder is it
//     lock                     held by whoever is at it, freed by the kernel
//     uses                     what nobody may remove meanwhile
//     …                        everything unfinished lies here as well
//
// Whatever dies, its lock is free, and the sweep removes the folder. What lies
// elsewhere is named after the id (a cgroup), so its remover can find it. Only
// the unfinished is listed here: a sweep costs one readdir.
//
// man 2 flock

import {
  fstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { type Lock, tryLock } from '../01-syscalls/lock.ts'
import { perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { output } from '../01-syscalls/syscall.ts'

import type { DataRoot } from './data-root.ts'

/** Something unfinished, locked by this process. */
export interface Pending {
  readonly kind: string
  readonly id: string
  /** A folder of its own, on the filesystem of layers and containers. */
  readonly path: string
  /** The lock: it is held as long as any process has this descriptor open. */
  readonly fd: number
  /** Says what nobody may remove until this is done; replaces what was said. */
  hold(uses: readonly string[]): void
  /** Removes everything in the folder, and the uses; it can be used again. */
  clear(): void
  /** What is to stay was moved out: removes the rest, and gives back the lock. */
  done(): void
}

/** Undoes, by kind, what lies outside the folder: idempotent. */
export type Removers = Readonly<
  Record<string, (id: string) => void | Promise<void>>
>

const tries = 100

/** How rmSync removes all of a tree that others may still write in. */
export const wholeTree = {
  ...{ recursive: true, force: true },
  ...{ maxRetries: 10, retryDelay: 1 },
} as const

// #region begin
/** Writes the intent to make something: from now on a crash is harmless. */
export function begin(
  root: DataRoot,
  kind: string,
  wanted?: string,
): Pending {
  if (!/^[a-z]+$/.test(kind) || !/^[\w.-]+$/.test(wanted ?? 'a'))
    throw new RockerError('bad-input', `begin ${kind} ${wanted}`)
  for (let left = tries; left > 0; left--) {
    // a new one each time: the last may be in a slow sweep's hands
    const id = wanted ?? randomId()
    const path = join(root.pending, `${kind}-${id}`)
    const lock = makeLocked(path)
    if (lock) return pending({ kind, id, path, lock })
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
  }
  throw new RockerError(
    'busy',
    `make ${kind} ${wanted}: it is being made`,
    {
      hint: 'another rocker is at it: wait for its end',
    },
  )
}

/** 64 hex digits, from the kernel: node:crypto takes 5 to 15 ms to load. */
export function randomId(): string {
  const bytes = output('id', 32)
  const call = { name: 'getrandom', args: [bytes, bytes.bytes, 0] } as const
  return perform(call).output('id').toString('hex')
}

// Between mkdir and the lock a sweep may come by and take it for rubbish.
function makeLocked(path: string): Lock | undefined {
  try {
    mkdirSync(path, { mode: 0o700 })
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return undefined
    throw error
  }
  return lockIn(path)
}
// #endregion begin

// #region sweep
/** Removes what nobody holds; tries all, and returns what failed. */
export async function sweep(
  root: DataRoot,
  removers: Removers,
): Promise<RockerError[]> {
  const failed: RockerError[] = []
  for (const name of list(root.pending)) {
    const [, kind = '', id = ''] = /^([a-z]+)-(.+)$/.exec(name) ?? []
    const remover = Object.hasOwn(removers, kind)
      ? removers[kind]
      : undefined
    if (!remover) continue // of a kind that a later chapter knows
    try {
      await sweepOne(join(root.pending, name), () => remover(id))
    } catch (cause) {
      failed.push(stillThere(name, cause))
    }
  }
  return failed
}

async function sweepOne(
  path: string,
  remove: () => void | Promise<void>,
): Promise<void> {
  // #region exercise-sweep
  const lock = lockIn(path)
  if (!lock) return
  try {
    rmSync(join(path, 'uses'), { force: true })
    await remove()
    removeFolder(path)
  } finally {
    lock.release()
  }
  // #endregion exercise-sweep
}
// #endregion sweep

function stillThere(name: string, cause: unknown): RockerError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new RockerError('busy', `remove what is left of ${name}: ${why}`, {
    cause,
    hint: 'the next command tries it again',
  })
}

/** Everything that is in use by something unfinished or by a container → who. */
export function held(root: DataRoot): Map<string, string[]> {
  const holders = new Map<string, string[]>()
  for (const folder of [root.pending, root.containers])
    for (const name of list(folder))
      for (const use of usesIn(join(folder, name)))
        holders.set(use, [...(holders.get(use) ?? []), name])
  return holders
}

function pending(made: {
  kind: string
  id: string
  path: string
  lock: Lock
}): Pending {
  const { kind, id, path, lock } = made
  return {
    kind,
    id,
    path,
    fd: lock.fd,
    clear: () => clear(path),
    hold: (uses) => writeFileSync(join(path, 'uses'), uses.join('\n')),
    done() {
      try {
        removeFolder(path)
      } finally {
        lock.release()
      }
    },
  }
}

/** The lock in a folder, unless it is held, or the folder is going away. */
function lockIn(path: string): Lock | undefined {
  try {
    const lock = tryLock(join(path, 'lock'))
    if (!lock || fstatSync(lock.fd).nlink > 0) return lock
    lock.release() // somebody else swept it between our open and our lock
  } catch (error) {
    if (!hasCode(error, 'ENOENT') && !hasCode(error, 'ENOTDIR')) throw error
  }
  return undefined
}

/**
 * Removes the folder of who holds its lock. That goes last: as long as it is
 * there nobody else begins to remove. And only that one: who finds none makes
 * its own, and goes on with what is left.
 */
export function removeFolder(path: string): void {
  try {
    clear(path)
    rmSync(join(path, 'lock'), { force: true })
    rmdirSync(path)
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY') && !hasCode(error, 'ENOENT'))
      throw error
  }
}

function clear(path: string): void {
  for (const name of readdirSync(path, { encoding: 'buffer' })) // any bytes
    if (`${name}` !== 'lock')
      rmSync(Buffer.concat([Buffer.from(`${path}/`), name]), wholeTree)
}

function usesIn(path: string): string[] {
  try {
    return readFileSync(join(path, 'uses'), 'utf8').split('\n')
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return []
    throw error
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return []
    throw error
  }
}

/** Whether an error of node:fs is this one: `ENOENT`. */
export function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
