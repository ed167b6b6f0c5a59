// What happens when a container has ended, and its policy wants it again.
//
//   monitor ──execve──▶ rocker ──execve──▶ shim: waits, then is the monitor
//
// All that is one process, with one pid and one lock. Node decides, and is gone
// again: it is executed only where containers/<id>/again is there, a link to
// it. A plan has no branches, but execve(2) is one: it fails where its file is
// missing. While the shim waits, running-<id>/waiting says so.

import {
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { constants } from 'node:os'
import { join } from 'node:path'

import { type ErrnoName, errnoNumber } from '../01-syscalls/errno.ts'
import { tryLock } from '../01-syscalls/lock.ts'
import { perform } from '../01-syscalls/perform.ts'
import {
  flags,
  pointers,
  result,
  type Syscall,
  step,
  struct,
  type Text,
  text,
} from '../01-syscalls/syscall.ts'
import {
  hasCode,
  removeFolder,
  wholeTree,
} from '../05-overlay/leftovers.ts'

import type { Container } from './container.ts'
import { parseStat } from './process-stat.ts'
import type { RestartPolicy } from './record.ts'
import { signalProcess, waitForProcess } from './signal-process.ts'
import {
  againLink,
  type Ended,
  lastEnd,
  type RunNote,
  readExit,
  readNote,
  writeNote,
} from './state.ts'

const chapter = '09-containers'

/** rocker itself, with the words that have it decide. */
export interface Decider {
  readonly argv: readonly (string | Text)[]
  readonly env: readonly string[]
}

const firstPauseMs = 100
const longestPauseMs = 60_000
const longRunMs = 10_000 // who has lived so long begins anew

type Wanted = Pick<RunNote, 'stopped' | 'asked' | 'restartCount'>

/** Whether a policy wants another start, or somebody who has asked for it. */
export function wantsStart(
  { name, maximumRetryCount }: RestartPolicy,
  exitCode: number,
  { stopped, asked, restartCount }: Wanted,
): boolean {
  if (asked) return !stopped
  if (stopped || name === 'no') return false
  if (name !== 'on-failure') return true
  const left = maximumRetryCount === 0 || restartCount < maximumRetryCount
  return left && exitCode !== 0
}

/** How long to wait before it: 100 ms, 200 ms, … 1 minute. */
export function pauseBefore(
  { startedAt, finishedAt }: Ended,
  lastPauseMs = 0,
): number {
  const ranMs = Date.parse(finishedAt) - Date.parse(startedAt)
  if (ranMs >= longRunMs || lastPauseMs === 0) return firstPauseMs
  return Math.min(lastPauseMs * 2, longestPauseMs)
}

/**
 * Decides, with the run's lock held, and writes it down: in how many
 * milliseconds the container starts again, or that it does not.
 */
export function planNextStart(container: Container): number | undefined {
  const { folder, runFolder, record } = container
  const stat = readFileSync('/proc/self/stat')
  writeFileSync(waitingPath(container), stat) // before we look: see endWaiting
  const note = readNote(folder)
  const ended = readExit(folder)
  if (!note || !ended || !wantsStart(record.restart, ended.status, note))
    return undefined
  const pauseMs = note.asked ? 0 : pauseBefore(ended, note.pauseMs)
  rmSync(join(runFolder, 'process'), { force: true })
  rmSync(join(runFolder, 'attach'), { force: true })
  const restartCount = note.restartCount + (note.asked ? 0 : 1)
  writeNote(folder, { ...note, asked: false, pauseMs, restartCount })
  if (note.asked) {
    setAskedAtEnd(folder, false)
    forgetVolatile(folder)
  }
  return pauseMs
}

/**
 * An overlay whose files need not be on the disk is not mounted twice: after
 * a crash they could be anything. It was no crash.
 */
function forgetVolatile(folder: string): void {
  const mark = join(folder, 'work/work/incompat')
  rmSync(mark, wholeTree)
}

/** The beginning of the plan of a monitor that waits first. */
export function waitFirst(
  container: Container,
  pauseMs: number,
): Syscall[] {
  const at = flags('AT_FDCWD')
  const { folder } = container
  const timeout = struct({
    seconds: [8, Math.floor(pauseMs / 1000)],
    nanos: [8, (pauseMs % 1000) * 1e6],
  })
  const isOver = -errnoNumber('EAGAIN')
  return [
    ...step(chapter, 'wait before it is started again', [
      {
        name: 'rt_sigtimedwait', // the machine may go down meanwhile
        args: [setOf(constants.signals.SIGTERM), null, timeout, 8],
        ignore: ['EAGAIN'],
        result: 'signal',
      },
      {
        name: 'expect',
        args: [result('signal'), isOver, errnoNumber('EINTR')],
      },
    ]),
    ...step(chapter, 'say that it does not wait any more', [
      {
        name: 'openat',
        args: [at, waitingPath(container), flags('O_RDONLY', 'O_CLOEXEC')],
        result: 'waiting',
      },
      { name: 'flock', args: [result('waiting'), flags('LOCK_EX')] },
      { name: 'unlinkat', args: [at, waitingPath(container), 0] },
      { name: 'close', args: [result('waiting')] },
      {
        name: 'renameat2',
        args: [at, join(folder, 'exit'), at, join(folder, lastEnd), 0],
      },
    ]),
  ]
}

/**
 * Ends a monitor that waits, and what it has left; answers whether one did.
 * With the lock of `waiting` held it cannot stop waiting under our hands.
 */
export function endWaiting(
  container: Pick<Container, 'runFolder'>,
): boolean {
  const file = openIfThere(waitingPath(container))
  if (file === undefined) return false
  try {
    perform({ name: 'flock', args: [file, flags('LOCK_EX')] })
    if (fstatSync(file).nlink === 0) return false
    const monitor = parseStat(readFileSync(file, 'latin1'))
    if (!monitor) return false
    signalProcess(monitor, constants.signals.SIGKILL)
    waitForProcess(monitor, 1000)
    removeRunFolder(container)
    return true
  } finally {
    closeSync(file)
  }
}

/** Has the end of a run ask what its policy wants, or not. */
export function setAskedAtEnd(folder: string, asked: boolean): void {
  const path = join(folder, againLink)
  rmSync(path, { force: true })
  if (asked) symlinkSync(process.execPath, path)
}

/** The last call of a run's main list: is there to be another? */
export function lookForNext({ folder }: Container): Syscall[] {
  return step(chapter, 'look whether it may be started again', [
    {
      name: 'openat',
      args: [
        flags('AT_FDCWD'),
        join(folder, againLink),
        flags('O_PATH', 'O_CLOEXEC'),
      ],
      ignore: ['ENOENT'],
      result: 'again',
    },
  ])
}

/** Behind all that was undone: rocker decides, in the monitor's place. */
export function askForNext(program: Decider): Syscall[] {
  const path = text`/proc/self/fd/${result('again')}`
  const isNone = ['ENOENT', 'EACCES', 'EBADF'] as const
  return step(chapter, 'ask whether it is started again', [
    // nothing was opened, or the run has failed before
    ...execute(path, program, isNone),
  ])
}

/** The last calls of a monitor that waits: rocker prepares the next run. */
export function becomeNext(program: Decider): Syscall[] {
  return step(chapter, 'prepare the next run', [
    ...execute(process.execPath, program),
  ])
}

/** It has the lock, and signals as Node expects them. */
function execute(
  path: string | Text,
  { argv, env }: Decider,
  ignore: readonly ErrnoName[] = [],
): Syscall[] {
  return [
    {
      name: 'rt_sigprocmask',
      args: [2, Buffer.alloc(8), null, 8], // SIG_SETMASK: none is blocked
    },
    { name: 'fcntl', args: [result('lock'), flags('F_SETFD'), 0] },
    { name: 'execve', args: [path, pointers(argv), pointers(env)], ignore },
  ]
}

function waitingPath({ runFolder }: Pick<Container, 'runFolder'>): string {
  return join(runFolder, 'waiting')
}

/** Its monitor was killed, and nobody else is at it. */
function removeRunFolder({
  runFolder,
}: Pick<Container, 'runFolder'>): void {
  try {
    const lock = tryLock(join(runFolder, 'lock'))
    if (!lock) return
    if (fstatSync(lock.fd).nlink > 0) removeFolder(runFolder)
    lock.release()
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error // a sweep was faster
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** As the kernel has it: bit 0 is signal 1. */
function setOf(signal: number): Uint8Array {
  const set = Buffer.alloc(8)
  set.writeBigUInt64LE(1n << BigInt(signal - 1))
  return set
}
