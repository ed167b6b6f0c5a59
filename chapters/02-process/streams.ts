// The three standard streams of the new process.
//
// It never gets the caller's terminal itself: whoever has a terminal open can
// type into it (TIOCSTI), and can change its modes. So what is a terminal
// outside is a pipe inside, and the shim copies. Files and pipes go as they are.
//
// man 2 ioctl_tty

import { errnoNumber } from '../01-syscalls/errno.ts'
import { perform } from '../01-syscalls/perform.ts'
import {
  type Argument,
  flags,
  inside,
  output,
  result,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'

import type { Relay } from './run-process.ts'

const chapter = '02-process'
const termiosBytes = 60
const eperm = errnoNumber('EPERM')
const nullDevice = 1n | (3n << 32n) // major 1, minor 3

/** none: /dev/null; same: the caller's; copied: a pipe that the shim copies. */
export type Stream = 'none' | 'same' | 'copied'

export interface Streams {
  readonly stdin: Stream
  readonly stdout: Stream
  readonly stderr: Stream
}

/**
 * How this process' own streams would be handed on. Who is not root could not
 * open the caller's once more by /dev/stdout: for them all are copied.
 */
export function ownStreams(interactive: boolean, isRoot = true): Streams {
  const how = (fd: number) =>
    isRoot && !isTerminal(fd) ? 'same' : 'copied'
  return {
    stdin: interactive ? how(0) : 'none',
    stdout: how(1),
    stderr: how(2),
  }
}

const names = ['stdin', 'stdout', 'stderr'] as const

/** Whether a descriptor is a terminal: only those know their settings. */
function isTerminal(fd: number): boolean {
  const settings = output('settings', termiosBytes)
  const args = [fd, flags('TCGETS'), settings]
  const ignore = ['ENOTTY', 'EBADF', 'EINVAL', 'EIO'] as const
  return perform({ name: 'ioctl', args, ignore }).value === 0
}

// #region streams
/** Before the clone3: a pipe for each stream that is copied. */
export function makePipes(streams: Streams): Syscall[] {
  return step(
    chapter,
    'make pipes for the terminal',
    copied(streams).map((name) => ({
      name: 'pipe2',
      args: [output(name, 8), flags('O_CLOEXEC')],
    })),
  )
}

/** In the parent, meanwhile: close the child's ends. */
export function closeChildEnds(streams: Streams): Syscall[] {
  return step(
    chapter,
    "close the process' ends of the pipes",
    copied(streams).map((name) => ({
      name: 'close',
      args: [inside(name, name === 'stdin' ? 0 : 4)],
    })),
  )
}

/** What the shim copies while it waits. */
export function relays(streams: Streams): Relay[] {
  return copied(streams).map((name) =>
    name === 'stdin'
      ? { from: 0, to: inside(name, 4) }
      : { from: inside(name, 0), to: names.indexOf(name) },
  )
}

/** In the child, once it has a /dev: puts the streams in their places. */
export function takeStreams(streams: Streams): Syscall[] {
  const [none, pipes] = [withoutAny(streams), copied(streams)]
  const nothing: Syscall[] = [
    {
      name: 'openat',
      // whoever has put a pipe there is not waited for
      args: [flags('AT_FDCWD'), '/dev/null', flags('O_RDWR', 'O_CLOEXEC')],
      result: 'null',
    },
    ...expectNull(result('null')),
    ...none.map((fd) => toStream(result('null'), fd)),
    { name: 'close', args: [result('null')] },
  ]
  return step(chapter, 'take the standard streams', [
    ...(none.length > 0 ? nothing : []),
    ...pipes.map((name) =>
      toStream(inside(name, name === 'stdin' ? 0 : 4), names.indexOf(name)),
    ),
  ])
}

function toStream(from: Argument, fd: number): Syscall {
  return { name: 'dup3', args: [from, fd, 0] }
}
// #endregion streams

/**
 * Sees that it is the kernel's null: a character device, 1:3. Root opens for
 * others, and who made the files may have put something else there.
 */
export function expectNull(from: Argument, path = ''): Syscall[] {
  const seen = output('seen', 256) // man 2 statx: mode at 28, device at 128
  return [
    { name: 'statx', args: [from, path, flags('AT_EMPTY_PATH'), 0, seen] },
    { name: 'expect', args: [inside('seen', 29, 1), 0x21, eperm] },
    { name: 'expect', args: [inside('seen', 128, 8), nullDevice, eperm] },
  ]
}

/** A session of its own: no terminal controls it, and ctrl-c does not reach it. */
export function ownSession(): Syscall[] {
  return step(chapter, 'start a session', [{ name: 'setsid', args: [] }])
}

function withoutAny(streams: Streams): number[] {
  return [0, 1, 2].filter((fd) => streams[names[fd] ?? 'stdin'] === 'none')
}

function copied(streams: Streams): (keyof Streams)[] {
  return names.filter((name) => streams[name] === 'copied')
}
