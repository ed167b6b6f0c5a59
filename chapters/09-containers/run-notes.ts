// What a monitor writes down of a run: who began when, and how it ended. Whoever
// asks later reads these files; nobody has to be asked.

import {
  filled,
  flags,
  inside,
  lengthOf,
  output,
  result,
  type Syscall,
  step,
  text,
} from '../01-syscalls/syscall.ts'

import { cgroupOf, cgroupsOf } from './cgroup-part.ts'
import type { Container } from './container.ts'
import { clock, eventCalls } from './event.ts'
import { endRoom } from './state.ts'

const chapter = '09-containers'
const exitBytes = 1024 // more than is ever written there

// #region note-process
/**
 * Who it is and since when: the clock, and the kernel's own line with the
 * start time, by which a pid that was used again is told from it.
 */
export function noteProcess(container: Container): Syscall[] {
  const { runFolder } = container
  return step(chapter, 'note the process', [
    clock('began'),
    {
      name: 'openat',
      args: [
        flags('AT_FDCWD'),
        text`/proc/${result('pid')}/stat`,
        flags('O_RDONLY', 'O_CLOEXEC'),
      ],
      result: 'fd',
    },
    {
      name: 'read',
      args: [result('fd'), output('stat', 512), lengthOf(1)],
      result: 'length',
    },
    { name: 'close', args: [result('fd')] },
    create(`${runFolder}/process.new`),
    writeText(timeOf('began')),
    {
      name: 'write',
      args: [result('fd'), filled('stat'), result('length')],
    },
    ...publish(`${runFolder}/process`),
    ...(container.record.autoRemove ? [] : makeRoom(container)),
    ...eventCalls(container, { action: 'start', at: 'began' }),
  ])
}
// #endregion note-process

/** The disk may be full when it ends: how it ended has its place by then. */
function makeRoom({ folder }: Container): Syscall[] {
  return [
    create(`${folder}/${endRoom}`),
    {
      name: 'write',
      args: [result('fd'), Buffer.alloc(exitBytes, '\n'), exitBytes],
    },
    { name: 'close', args: [result('fd')] },
  ]
}

// #region note-exit
/** How it ended; its cgroup is still there, and knows of the memory. */
export function noteExit(container: Container): Syscall[] {
  const { folder } = container
  return step(chapter, 'note how it ended', [
    clock('ended'),
    {
      name: 'openat',
      args: [
        flags('AT_FDCWD'),
        oomCounter(container),
        flags('O_RDONLY', 'O_CLOEXEC'),
      ],
      ignore: ['ENOENT'],
      result: 'fd',
    },
    {
      name: 'read',
      args: [result('fd'), output('counters', 512), lengthOf(1)],
      ignore: ['EBADF'],
      result: 'length',
    },
    { name: 'close', args: [result('fd')], ignore: ['EBADF'] },
    create(`${folder}/${endRoom}`, []), // in the room that was made
    writeText(text`${result('status')} `),
    writeText(timeOf('ended', ' ')),
    writeText(timeOf('began')),
    {
      name: 'write',
      args: [result('fd'), filled('counters'), result('length')],
      ignore: ['EFAULT', 'EINVAL'], // there was none
    },
    ...publish(`${folder}/exit`),
    ...eventCalls(container, {
      action: 'die',
      at: 'ended',
      exitCode: 'status',
      ...(countsMemory(container) ? { counters } : {}),
    }),
  ])
}
// #endregion note-exit

const counters = { name: 'counters', length: 'length' }

function countsMemory(container: Container): boolean {
  const { version, controllers } = cgroupsOf(container)
  return version === 2 || controllers.memory !== undefined
}

function oomCounter(container: Container): string {
  const { version, controllers, unified } = cgroupsOf(container)
  const name = cgroupOf(container)
  return version === 2
    ? `${unified}/${name}/memory.events`
    : `${controllers.memory ?? '/'}/${name}/memory.oom_control`
}

function timeOf(name: string, end = '\n') {
  return text`${inside(name, 0, 8)} ${inside(name, 8, 8)}${end}`
}

function create(
  path: string,
  empty: readonly 'O_TRUNC'[] = ['O_TRUNC'],
): Syscall {
  return {
    name: 'openat',
    args: [
      flags('AT_FDCWD'),
      path,
      flags('O_WRONLY', 'O_CREAT', 'O_CLOEXEC', ...empty),
      0o600,
    ],
    result: 'fd',
  }
}

function writeText(content: ReturnType<typeof text>): Syscall {
  return { name: 'write', args: [result('fd'), content, lengthOf(1)] }
}

/** Closed, and then in its place: nobody reads half of it. */
function publish(path: string): Syscall[] {
  const at = flags('AT_FDCWD')
  return [
    { name: 'close', args: [result('fd')] },
    { name: 'renameat2', args: [at, `${path}.new`, at, path, 0] },
  ]
}
