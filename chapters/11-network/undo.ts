// What a container's end takes out of the firewall: a batch of messages, kept
// in a file since before the run.
//
//   running-<id>/network-undo
//
// The plan of the monitor is older than what was connected meanwhile. So it
// sends what is in the file then. Where some of it is not there any more, the
// batch fails as a whole, and nothing happens.
//
// As such a socket is closed, the kernel waits until nobody looks at the old
// rules, 16 ms: a process that nobody waits for closes it last.

import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import {
  flags,
  inside,
  lengthOf,
  output,
  result,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'
import { cloneArguments } from '../02-process/run-process.ts'
import { hasCode } from '../05-overlay/leftovers.ts'
import type { Container } from '../09-containers/container.ts'

const chapter = '11-network'
const end = 2 // SEEK_END

type Run = Pick<Container, 'runFolder'>

/** Before the kernel has anything of it: see what a crash leaves. */
export function writeUndo(run: Run, batch: Uint8Array): void {
  writeFileSync(pathOf(run), batch, { mode: 0o600 })
}

/** What is to be undone; nothing where nothing was written. */
export function readUndo(run: Run): Buffer | undefined {
  try {
    return readFileSync(pathOf(run))
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** It is done. */
export function removeUndo(run: Run): void {
  rmSync(pathOf(run), { force: true })
}

/** By the monitor, at the end of a run. */
export function undoAtEnd(run: Run): Syscall[] {
  return [
    ...step(chapter, 'leave the firewall', [
      {
        name: 'openat',
        args: [
          flags('AT_FDCWD'),
          pathOf(run),
          flags('O_RDONLY', 'O_CLOEXEC'),
        ],
        ignore: ['ENOENT'], // it has not come so far
        result: 'undo',
      },
      {
        name: 'lseek',
        args: [result('undo'), 0, end],
        ignore: ['EBADF'],
        result: 'length',
      },
      {
        name: 'mmap',
        args: [
          null,
          result('length'),
          flags('PROT_READ'),
          flags('MAP_PRIVATE'),
          result('undo'),
          0,
        ],
        ignore: ['EBADF', 'EINVAL'],
        result: 'batch',
      },
      {
        name: 'socket',
        args: [
          flags('AF_NETLINK'),
          flags('SOCK_RAW', 'SOCK_CLOEXEC'),
          flags('NETLINK_NETFILTER'),
        ],
        result: 'firewall',
      },
      {
        name: 'sendto',
        args: [
          result('firewall'),
          result('batch'),
          result('length'),
          0,
          null,
          0,
        ],
        ignore: ['EFAULT', 'EINVAL'],
      },
      { name: 'close', args: [result('undo')], ignore: ['EBADF'] },
    ]),
    ...closeLater('firewall'),
  ]
}

/**
 * A process that is nobody's child has the last one of a descriptor. It waits
 * until all others have closed theirs, and with them their end of a pipe.
 */
function closeLater(descriptor: string): Syscall[] {
  const [read, write] = [inside('gate', 0), inside('gate', 4)]
  const make = (child: readonly Syscall[]): Syscall => ({
    name: 'clone3',
    args: [cloneArguments({}, flags('SIGCHLD')), lengthOf(0)],
    result: 'closer',
    child,
  })
  const closer = step(chapter, 'close it when nobody waits', [
    { name: 'dup3', args: [result(descriptor), 0, flags('O_CLOEXEC')] },
    { name: 'dup3', args: [read, 1, flags('O_CLOEXEC')] },
    { name: 'close_range', args: [2, 0xffffffff, 0] },
    { name: 'read', args: [1, output('nothing', 1), 1] },
  ])
  return step(chapter, 'let go of the firewall', [
    { name: 'pipe2', args: [output('gate', 8), flags('O_CLOEXEC')] },
    make(
      step(chapter, 'leave it to nobody', [
        make(closer),
        { name: 'close', args: [result(descriptor)] },
        { name: 'close', args: [write] },
      ]),
    ),
    { name: 'close', args: [result(descriptor)] },
    { name: 'close', args: [read] },
    { name: 'close', args: [write] },
    { name: 'wait4', args: [result('closer'), null, 0, null] },
  ])
}

function pathOf({ runFolder }: Run): string {
  return join(runFolder, 'network-undo')
}
