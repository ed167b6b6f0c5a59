// What a client of the monitor does: it connects its own streams, terminal and
// signals with the container, over a socket.
//
//   terminal ◀──▶ client ◀── socket ──▶ monitor ◀──▶ container
//
// Like the monitor it is one call of the shim: a loop, in native/attach.c. The
// terminal passes every key on while it runs, and is as before when it ends, also
// where the client was killed.

import {
  type Argument,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'

const chapter = '09-containers'

/** What of the client takes part. */
export interface Attachment {
  /** Whether what is typed goes to the container. */
  readonly stdin: boolean
  /** Whether the container has a terminal: then ours becomes a part of it. */
  readonly terminal: boolean
  /** Whether signals for the client are signals for the container. */
  readonly proxy: boolean
  /** Only until the container runs; then it is left alone. */
  readonly untilStarted?: boolean
  /** The keys that detach, as the terminal sends them: ctrl-p is 0x10. */
  readonly keys?: Uint8Array | undefined
}

/** With nothing of it, and no longer than until the container runs. */
export const inBackground: Attachment = {
  stdin: false,
  terminal: false,
  proxy: false,
  untilStarted: true,
}

/**
 * Attaches to a monitor; the container's exit status is `result('status')`, and
 * 0 where the client has detached. `pid` is the monitor's, or 0 where that is
 * not our child.
 */
export function attachTo(
  socket: Argument,
  pid: Argument,
  how: Attachment,
): Syscall[] {
  const keys = how.keys?.length ? how.keys : null
  const options = struct({
    stdin: [8, how.stdin ? 0 : -1],
    stdout: [8, 1],
    stderr: [8, 2],
    terminal: [8, how.terminal ? 1 : 0],
    proxy: [8, how.proxy ? 1 : 0],
    until_started: [8, how.untilStarted ? 1 : 0],
    keys: [8, keys],
    keys_length: [8, keys?.length ?? 0],
  })
  return step(chapter, 'attach to the container', [
    { name: 'attach', args: [socket, pid, options], result: 'status' },
  ])
}
