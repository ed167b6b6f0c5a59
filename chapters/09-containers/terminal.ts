// A terminal inside, and its other end outside.
//
//   container   /dev/pts/0, the slave: 0, 1, 2, /dev/console, the session's own
//   monitor     the master: what it writes there was typed
//
// The pair is made in the container's own devpts: so its name means something in
// there. A socket then carries the master out (SCM_RIGHTS), which no path does.
//
// man 7 pty, man 2 ioctl_tty, man 7 unix

import { errnoNumber } from '../01-syscalls/errno.ts'
import {
  flags,
  inside,
  output,
  result,
  type Struct,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'

import type { Share } from './part.ts'

const chapter = '09-containers'
const rightsBytes = 20 // a cmsghdr of 16 bytes, and a descriptor

/** Outside, once it is received: behind the header of the message. */
export const terminalMaster = inside('rights', 16)

/** In the container, once it has a /dev: the terminal becomes its streams. */
export function makeTerminal(uid: number): Syscall[] {
  const slave = result('slave')
  const readWrite = flags('O_RDWR', 'O_NOCTTY', 'O_CLOEXEC')
  const toStream = (fd: number): Syscall => ({
    name: 'dup3',
    args: [slave, fd, 0],
  })
  return step(chapter, 'take a terminal', [
    {
      name: 'openat',
      args: [flags('AT_FDCWD'), '/dev/pts/ptmx', readWrite],
      result: 'master',
    },
    {
      name: 'ioctl',
      args: [
        result('master'),
        flags('TIOCSPTLCK'),
        struct({ locked: [4, 0] }),
      ],
    },
    {
      name: 'ioctl',
      args: [result('master'), flags('TIOCGPTPEER'), readWrite],
      result: 'slave',
    },
    { name: 'fchown', args: [slave, uid, 0xffffffff] }, // its group stays tty
    toStream(0),
    toStream(1),
    toStream(2),
    { name: 'close', args: [slave] },
  ])
}

/** By who leads a session: its signals come from this terminal now. */
export function controlByTerminal(): Syscall[] {
  return step(chapter, 'be controlled by the terminal', [
    { name: 'ioctl', args: [0, flags('TIOCSCTTY'), 0] },
  ])
}

/** The first of a container is its /dev/console too. */
export function makeConsole(): Syscall[] {
  return step(chapter, 'make it the console', [
    {
      name: 'mknodat',
      args: [flags('AT_FDCWD'), '/dev/console', flags('S_IFREG'), 0],
      ignore: ['EEXIST'],
    },
    {
      name: 'mount',
      args: ['/dev/pts/0', '/dev/console', null, flags('MS_BIND'), null],
    },
  ])
}

/** In the container: the master goes out, and nothing of it stays. */
export function giveTerminal(): Syscall[] {
  const rights = struct({
    length: [8, rightsBytes],
    level: [4, flags('SOL_SOCKET')],
    type: [4, flags('SCM_RIGHTS')],
    descriptor: [4, result('master')],
  })
  return step(chapter, 'hand the terminal to the monitor', [
    {
      name: 'sendmsg',
      args: [inside('handover', 4), message(Buffer.of(0), rights), 0],
    },
    { name: 'close', args: [result('master')] },
  ])
}

/** Outside: a socket that it comes through. */
export function receiveTerminal(): Required<
  Pick<Share, 'before' | 'child' | 'meanwhile'>
> {
  const rights = output('rights', 24)
  return {
    before: step(chapter, 'make a way for the terminal', [
      {
        name: 'socketpair',
        args: [
          flags('AF_UNIX'),
          flags('SOCK_SEQPACKET', 'SOCK_CLOEXEC'),
          0,
          output('handover', 8),
        ],
      },
    ]),
    child: step(chapter, 'let go of the way', [
      { name: 'close', args: [inside('handover', 0)] },
      { name: 'close', args: [inside('handover', 4)] },
    ]),
    meanwhile: step(chapter, 'take the terminal', [
      { name: 'close', args: [inside('handover', 4)] },
      {
        name: 'recvmsg',
        args: [
          inside('handover', 0),
          message(output('nothing', 1), rights),
          0,
        ],
        result: 'received',
      },
      // none: the child has failed before, and that is what is told
      {
        name: 'expect',
        args: [result('received'), 1, errnoNumber('ECHILD')],
      },
      { name: 'close', args: [inside('handover', 0)] },
    ]),
  }
}

/** A msghdr: one byte, because none is no message, and what comes with it. */
function message(
  byte: Uint8Array | ReturnType<typeof output>,
  rights: Struct | ReturnType<typeof output>,
): Struct {
  return struct({
    name: [8, null],
    nameLength: [4, 0],
    vectors: [8, struct({ base: [8, byte], length: [8, 1] })],
    count: [8, 1],
    control: [8, rights],
    controlLength: [8, 24],
    flags: [4, 0],
  })
}
