// What is told of a process that comes into a container, by docker's names.
//
//   exec_create: sh -c ls    exec_start: sh -c ls    exec_die, with its exit code
//
// docs.docker.com/reference/cli/docker/system/events

import { type Syscall, step } from '../01-syscalls/syscall.ts'
import { randomId } from '../05-overlay/leftovers.ts'
import {
  type Concerned,
  clock,
  eventCalls,
  noteEvent,
} from '../09-containers/event.ts'

/** The id that docker's events of one exec have in common. */
export function newExecId(): string {
  return randomId()
}

/** By rocker, right before it becomes the shim. */
export function noteExec(
  container: Concerned,
  execID: string,
  words: readonly string[],
): void {
  const command = words.join(' ')
  noteEvent(container, `exec_create: ${command}`, { execID })
  noteEvent(container, `exec_start: ${command}`, { execID })
}

/** By who waits for it: a client, or a monitor. */
export function noteExecEnd(
  container: Concerned,
  execID: string,
): Syscall[] {
  return [
    ...step('10-exec', 'note how it ended', [clock('exec ended')]),
    ...eventCalls(container, {
      action: 'exec_die',
      at: 'exec ended',
      exitCode: 'status',
      more: { execID },
    }),
  ]
}
