// What the caller's own process becomes: a client of the monitor that it starts.
//
//   rocker run ─▶ client ──┬── waits, copies, hands signals on
//                 socket   │
//                 monitor ─┴─▶ container
//
// The monitor is in a session of its own, in none of the caller's cgroups, and
// has none of its files: it lives on when the terminal is closed, and when the
// client is killed.

import {
  flags,
  inside,
  output,
  pointers,
  result,
  type Syscall,
  step,
  text,
} from '../01-syscalls/syscall.ts'
import type { Plan } from '../02-process/plan.ts'
import { clone } from '../02-process/run-process.ts'
import { ownSession } from '../02-process/streams.ts'

import { type Attachment, attachTo } from './attach.ts'
import { cgroupsOf } from './cgroup-part.ts'
import { leaveCgroups } from './leave-cgroups.ts'

const chapter = '09-containers'

// #region client-plan
/** What the client hands on to the monitor. */
export interface Handed {
  /** By these names descriptors are bound at the launch: `lock`. */
  readonly handles: readonly string[]
  /** The number that the monitor's end of their socket has there. */
  readonly clientFd: number
}

/**
 * Starts a monitor and attaches to it. The plan that it plays is bound at
 * the launch too, as `monitor`.
 */
export function clientPlan(
  how: Attachment,
  handed: Handed,
  failed: readonly Syscall[],
): Plan {
  const handles = ['monitor', ...handed.handles]
  return {
    main: [
      ...step(chapter, 'make a socket for the monitor', [
        {
          name: 'socketpair',
          args: [
            flags('AF_UNIX'),
            flags('SOCK_SEQPACKET', 'SOCK_CLOEXEC'),
            0,
            output('socket', 8),
          ],
        },
      ]),
      ...clone({ child: becomeMonitor(handed.clientFd, handles) }),
      ...step(chapter, 'leave the container to its monitor', [
        ...handles.map((name) => close(result(name))),
        close(inside('socket', 4)),
      ]),
      ...attachTo(inside('socket', 0), result('pid'), how),
    ],
    after: [],
    failed,
  }
}

function becomeMonitor(
  clientFd: number,
  handles: readonly string[],
): Syscall[] {
  const keepOpen = (name: string): Syscall => ({
    name: 'fcntl',
    args: [result(name), flags('F_SETFD'), 0],
  })
  return [
    ...ownSession(),
    ...leaveCgroups(cgroupsOf({})),
    ...step(chapter, 'become the monitor', [
      {
        name: 'openat',
        args: [
          flags('AT_FDCWD'),
          '/dev/null',
          flags('O_RDWR', 'O_CLOEXEC'),
        ],
        result: 'null',
      },
      { name: 'dup3', args: [result('null'), 0, 0] },
      { name: 'dup3', args: [result('null'), 1, 0] },
      { name: 'dup3', args: [inside('socket', 4), clientFd, 0] },
      ...handles.map(keepOpen),
      {
        name: 'execve', // the shim itself, which is sealed already
        args: [
          '/proc/self/exe',
          pointers(['rocker-monitor', text`${result('monitor')}`]),
          pointers([]),
        ],
      },
    ]),
  ]
}
// #endregion client-plan

function close(fd: ReturnType<typeof result>): Syscall {
  return { name: 'close', args: [fd] }
}
