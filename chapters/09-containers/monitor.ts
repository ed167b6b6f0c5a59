// What a container's monitor does for as long as the container lives.
//
//   stdout, stderr ──┬──▶ the log
//                    └──▶ every client that is attached
//   stdin ◀───────────── what they type
//
// It is one call of the shim, and no list: it loops over events, and needs no
// Node for that. native/monitor.c has the loop, native/message.h what it says to
// its clients, native/log.h what it writes.

import {
  type Argument,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'

const chapter = '09-containers'

/** What is monitored. A descriptor that is -1 is not there. */
export interface Monitored {
  readonly pid: Argument
  /** Written to: what clients type. */
  readonly stdin?: Argument
  /** Read; with a terminal its master, which is `stdin` too. */
  readonly stdout?: Argument
  readonly stderr?: Argument
  readonly terminal?: boolean
  /** A socket of kind SOCK_SEQPACKET that listens for clients. */
  readonly listener?: Argument
  /** The end of a pair of such sockets: the first client has the other. */
  readonly client?: Argument
  /** Its input ends with that of a client that types. */
  readonly stdinOnce?: boolean
  readonly log?: LogFile | undefined
}

/** Where output is kept, and how much of it. */
export interface LogFile {
  readonly path: string
  /** How large one file may become; 0 is no limit. */
  readonly maxBytes?: number | undefined
  /** How many there may be: log, log.1, log.2 … */
  readonly maxFiles?: number | undefined
}

/** Waits for a process and serves it; its exit status is `result('status')`. */
export function monitorProcess(what: Monitored): Syscall[] {
  const options = struct({
    stdin: [8, what.stdin ?? -1],
    stdout: [8, what.stdout ?? -1],
    stderr: [8, what.stderr ?? -1],
    terminal: [8, what.terminal ? 1 : 0],
    listener: [8, what.listener ?? -1],
    client: [8, what.client ?? -1],
    stdin_once: [8, what.stdinOnce ? 1 : 0],
    log: [8, what.log?.path ?? null],
    log_max_bytes: [8, what.log?.maxBytes ?? 0],
    log_max_files: [8, what.log?.maxFiles ?? 1],
  })
  return step(chapter, 'serve the process until it ends', [
    { name: 'monitor', args: [what.pid, options], result: 'status' },
  ])
}
