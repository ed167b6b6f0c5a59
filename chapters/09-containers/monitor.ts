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
  /** It hears SIGHUP where that client is lost, and has not detached. */
  readonly hangsUp?: boolean | undefined
  /** Its input ends with that of a client that types. */
  readonly stdinOnce?: boolean
  readonly log?: LogFile | undefined
  readonly probe?: Probe | undefined
}

/** How it is asked, again and again, whether it is well. */
export interface Probe {
  /** By a new process: it brings the probe in, which is our child. */
  readonly list: readonly Syscall[]
  /** What the list needs open; nothing else of ours comes along. */
  readonly kept: readonly Argument[]
  /** The cgroup that the new process is born in. */
  readonly cgroup?: Argument | undefined
  /** In nanoseconds, from the end of a probe to the next; while it starts. */
  readonly intervals: { readonly usual: number; readonly atStart: number }
  readonly timeout: number
  /** So long what fails is not counted, until it was well once. */
  readonly startPeriod: number
  /** How many fail in a row before it is unwell. */
  readonly retries: number
  /** Where results are appended, and where that file goes when it is full. */
  readonly log: string
  readonly olderLog: string
  /** An open file, and the byte in it that is there while nothing is frozen. */
  readonly freezer: {
    readonly file: Argument
    readonly at: number
    readonly thawed: string
  }
  /** Where a change of its status is noted, by lines in three pieces. */
  readonly events: string
  readonly event: readonly [string, string, string]
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
    health: [8, what.probe ? healthOptions(what.probe) : null],
    hangs_up: [8, what.hangsUp ? 1 : 0],
  })
  const monitor: Syscall = {
    name: 'monitor',
    args: [what.pid, options],
    result: 'status',
  }
  return step(chapter, 'serve the process until it ends', [
    what.probe ? { ...monitor, child: what.probe.list } : monitor,
  ])
}

/** native/plan.h: struct health_options */
function healthOptions({ intervals, freezer, event, ...probe }: Probe) {
  const kept = probe.kept.map((fd, i) => [`fd${i}`, [4, fd]] as const)
  return struct({
    interval: [8, intervals.usual],
    timeout: [8, probe.timeout],
    start_period: [8, probe.startPeriod],
    start_interval: [8, intervals.atStart],
    retries: [8, probe.retries],
    kept: [8, struct(Object.fromEntries(kept))],
    kept_count: [8, kept.length],
    cgroup: [8, probe.cgroup ?? -1],
    log: [8, probe.log],
    older_log: [8, probe.olderLog],
    freezer: [8, freezer.file],
    thawed_at: [8, freezer.at],
    thawed: [8, freezer.thawed.charCodeAt(0)],
    events: [8, probe.events],
    event_before: [8, event[0]],
    event_between: [8, event[1]],
    event_behind: [8, event[2]],
  })
}
