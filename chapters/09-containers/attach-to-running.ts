// Attaching to a container that somebody else has started: its monitor listens
// on a socket in the folder of its run.
//
// man 7 unix

import {
  flags,
  lengthOf,
  result,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'
import type { Plan } from '../02-process/plan.ts'

import { type Attachment, attachTo } from './attach.ts'
import type { Container } from './container.ts'

const chapter = '09-containers'
const nobody = 0 // the monitor is no child of ours

/** A socket's path has 108 bytes: from the folder itself it is short. */
export const attachAddress = struct({
  family: [2, flags('AF_UNIX')],
  path: ['inline', Buffer.from('attach\0')],
})

/** What a client does that comes later. */
export function attachPlan(
  { runFolder }: Container,
  how: Attachment,
  failed: readonly Syscall[],
): Plan {
  return {
    main: [
      ...step(chapter, 'connect to the monitor', [
        {
          name: 'socket',
          args: [
            flags('AF_UNIX'),
            flags('SOCK_SEQPACKET', 'SOCK_CLOEXEC'),
            0,
          ],
          result: 'socket',
        },
        { name: 'chdir', args: [runFolder] },
        {
          name: 'connect',
          args: [result('socket'), attachAddress, lengthOf(1)],
        },
        { name: 'chdir', args: ['/'] },
      ]),
      ...attachTo(result('socket'), nobody, how),
    ],
    after: [],
    failed,
  }
}
