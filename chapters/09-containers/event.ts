// What happens to containers, noted in one file that everybody appends to.
//
//   <root>/events
//     {"time":[1795325472,456491000],"action":"die","id":"3f2a…",…}
//     oom_kill 1
//
// There is no daemon that could be asked: whoever does something notes it, the
// monitor by a call of its plan. O_APPEND keeps lines whole. A plan cannot look
// whether memory ran out: so behind a `die` stand the counters, as the kernel
// has them, and who reads the file looks.
//
// man 2 open (O_APPEND)

import {
  closeSync,
  fstatSync,
  openSync,
  renameSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'

import type { ErrnoName } from '../01-syscalls/errno.ts'
import { perform } from '../01-syscalls/perform.ts'
import {
  filled,
  flags,
  inside,
  lengthOf,
  output,
  result,
  type Syscall,
  step,
  struct,
  type Text,
  text,
} from '../01-syscalls/syscall.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'

import type { Container } from './container.ts'

/** Whom an event is about, and what is told of it. */
export type Concerned = Pick<Container, 'root' | 'id' | 'record'>

const mostBytes = 1024 * 1024

export function eventsPath(root: DataRoot): string {
  return join(root.path, 'events')
}

/** Notes what was done; that it cannot be noted stops nobody. */
export function noteEvent(
  container: Concerned,
  action: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const { before, behind } = lineAround(container, action, more)
  const path = eventsPath(container.root)
  noteLine(path, (time) => `${before}${time}${behind}}}\n`)
}

/** What happens to something that is no container. */
export interface OtherEvent {
  readonly type: 'image' | 'network' | 'volume'
  readonly action: string
  readonly id: string
  readonly attributes: Readonly<Record<string, string>>
}

/** The same of what is no container. */
export function noteOther(root: DataRoot, event: OtherEvent): void {
  const line = JSON.stringify(event).slice(1)
  noteLine(eventsPath(root), (time) => `{"time":[${time}],${line}\n`)
}

function noteLine(path: string, line: (time: string) => string): void {
  const now = perform(clock('now')).output('now')
  const time = `${now.readBigInt64LE(0)},${now.readBigInt64LE(8)}`
  try {
    append(path, line(time))
  } catch {
    // the disk is full, or may not be written to
  }
}

function append(path: string, line: string): void {
  const fd = openSync(path, 'a', 0o600)
  try {
    writeSync(fd, line)
    if (fstatSync(fd).size > mostBytes) rotate(path, fd)
  } finally {
    closeSync(fd)
  }
}

/** Only one, and only the file that has grown: another may be at it too. */
function rotate(path: string, fd: number): void {
  const { value } = perform({
    name: 'flock',
    args: [fd, flags('LOCK_EX', 'LOCK_NB')],
    ignore: ['EAGAIN'],
  })
  if (value < 0) return
  const now = openSync(path, 'r')
  const isSame = fstatSync(now).ino === fstatSync(fd).ino
  closeSync(now)
  if (isSame) renameSync(path, `${path}.1`)
}

/** What a call of a plan notes. */
export interface PlannedEvent {
  readonly action: 'start' | 'die' | 'destroy' | 'exec_die'
  /** An output that clock_gettime has filled. */
  readonly at: string
  /** The result that is the exit code. */
  readonly exitCode?: string
  /** What else is told of it. */
  readonly more?: Readonly<Record<string, string>>
  /** An output with counters, and the result that is their length. */
  readonly counters?: { readonly name: string; readonly length: string }
}

// what a container does is worth more than what is told of it
const lost: readonly ErrnoName[] = [
  ...(['EACCES', 'EBADF', 'EDQUOT', 'EFAULT', 'EFBIG', 'EINVAL'] as const),
  ...(['EIO', 'EISDIR', 'EMFILE', 'ENFILE', 'ENOENT', 'ENOSPC'] as const),
  ...(['EROFS'] as const),
]

/** The calls that note an event. */
export function eventCalls(
  container: Concerned,
  event: PlannedEvent,
): Syscall[] {
  const { counters } = event
  const vectors = struct({
    line: [8, lineOf(container, event)],
    lineLength: [8, lengthOf(0)],
    counters: [8, counters ? filled(counters.name) : null],
    length: [8, counters ? result(counters.length) : 0],
  })
  const write = [result('events'), vectors, 2] as const
  return appendCalls(container.root, event.action, {
    name: 'writev',
    args: write,
    ignore: lost,
  })
}

/** The same of what is no container; `at` is filled by clock_gettime. */
export function otherEventCalls(
  root: DataRoot,
  event: OtherEvent,
  at: string,
): Syscall[] {
  const rest = JSON.stringify(event).slice(1)
  const [seconds, nanos] = [inside(at, 0, 8), inside(at, 8, 8)]
  const line = text`{"time":[${seconds},${nanos}],${rest}\n`
  return appendCalls(root, event.action, {
    name: 'write',
    args: [result('events'), line, lengthOf(1)],
    ignore: lost,
  })
}

function appendCalls(
  root: DataRoot,
  action: string,
  write: Syscall,
): Syscall[] {
  return step('09-containers', `note the event ${action}`, [
    {
      name: 'openat',
      args: [
        flags('AT_FDCWD'),
        eventsPath(root),
        flags('O_WRONLY', 'O_APPEND', 'O_CREAT', 'O_CLOEXEC'),
        0o600,
      ],
      ignore: lost,
      result: 'events',
    },
    write,
    { name: 'close', args: [result('events')], ignore: lost },
  ])
}

function lineOf(
  container: Concerned,
  { action, at, exitCode, more = {} }: PlannedEvent,
): Text {
  const { before, behind } = lineAround(container, action, more)
  const [seconds, nanos] = [inside(at, 0, 8), inside(at, 8, 8)]
  return exitCode === undefined
    ? text`${before}${seconds},${nanos}${behind}}}\n`
    : text`${before}${seconds},${nanos}${behind},"exitCode":"${result(exitCode)}"}}\n`
}

/** A line without its time, and without its end: a plan adds to it. */
function lineAround(
  { id, record }: Concerned,
  action: string,
  more: Readonly<Record<string, string>>,
): { before: string; behind: string } {
  const { image, name, labels } = record
  const about = { ...labels, ...(image ? { image } : {}), name, ...more }
  const attributes = JSON.stringify(about).slice(0, -1)
  return {
    before: '{"time":[',
    behind: `],"action":${JSON.stringify(action)},"id":"${id}","attributes":${attributes}`,
  }
}

/**
 * A line in three pieces, for somebody else to write: the time belongs behind
 * the first, the end of the action behind the second.
 */
export function eventPieces(
  container: Concerned,
  action: string,
): readonly [string, string, string] {
  const { before, behind } = lineAround(container, action, {})
  const end = behind.indexOf(action) + action.length
  return [before, behind.slice(0, end), `${behind.slice(end)}}}\n`]
}

export function clock(name: string): Syscall {
  return { name: 'clock_gettime', args: [0, output(name, 16)] } // CLOCK_REALTIME
}
