// A process with its monitor and a client, as rocker starts them, but without a
// container around it: the monitor and the client alone are what is tested.
//
//   client ◀── socketpair ──▶ monitor ◀── pipes, or a pty ──▶ sh

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import {
  flags,
  inside,
  lengthOf,
  output,
  result,
  type Syscall,
  struct,
} from '../../chapters/01-syscalls/syscall.ts'
import { execute } from '../../chapters/02-process/execute.ts'
import type { Plan } from '../../chapters/02-process/plan.ts'
import { planFile } from '../../chapters/02-process/plan-file.ts'
import {
  clone,
  cloneSibling,
  dieWithParent,
  lifeline,
} from '../../chapters/02-process/run-process.ts'
import {
  closeChildEnds,
  makePipes,
  ownSession,
  type Streams,
  takeStreams,
} from '../../chapters/02-process/streams.ts'
import {
  type Attachment,
  attachTo,
} from '../../chapters/09-containers/attach.ts'
import {
  LogReader,
  type LogRecord,
  logFiles,
} from '../../chapters/09-containers/log-record.ts'
import {
  type LogFile,
  monitorProcess,
  type Probe,
} from '../../chapters/09-containers/monitor.ts'

import { patience } from './patience.ts'

/** What is started. */
export interface Wanted {
  /** What sh does in the place of a container. */
  readonly script: string
  readonly terminal?: boolean
  readonly stdinOnce?: boolean
  readonly log?: LogFile
  readonly probe?: WantedProbe
  /** Where the monitor listens for more clients. */
  readonly listen?: string
  readonly how?: Partial<Attachment>
}

/** What asks sh's process every 10 ms whether it is well. */
export interface WantedProbe extends Omit<Partial<Probe>, 'freezer'> {
  /** Its files go there: health, events; and whether it is frozen. */
  readonly folder: string
  readonly script: string
  readonly freezer?: {
    readonly path: string
    readonly at: number
    readonly thawed: string
  }
}

const attached: Attachment = { stdin: true, terminal: false, proxy: true }
const piped: Streams = {
  stdin: 'copied',
  stdout: 'copied',
  stderr: 'copied',
}
// whoever has this in its environment belongs to this test
const mark = `ROCKER_MONITORED=${process.pid}`
/** The environment of a client. */
export const marked = {
  ...process.env,
  ROCKER_MONITORED: `${process.pid}`,
}
const env = ['PATH=/usr/bin:/bin', 'TERM=dumb', mark]

/** The client's plan; the monitor is its child. */
export function monitored(wanted: Wanted): Plan {
  const how = { ...attached, terminal: !!wanted.terminal, ...wanted.how }
  return {
    main: [
      {
        name: 'socketpair',
        args: [...seqpacket(), output('socket', 8)],
      },
      ...clone({
        child: [
          { name: 'setsid', args: [] },
          { name: 'close', args: [inside('socket', 0)] },
          ...letGoOfCaller,
          ...(wanted.listen ? listen(wanted.listen) : []),
          ...(wanted.terminal ? inTerminal(wanted) : inPipes(wanted)),
        ],
      }),
      { name: 'close', args: [inside('socket', 4)] },
      ...attachTo(inside('socket', 0), result('pid'), how),
    ],
    after: [],
  }
}

/** The plan of one more client. */
export function oneMore(path: string, how: Partial<Attachment> = {}): Plan {
  return {
    main: [
      { name: 'socket', args: seqpacket(), result: 'socket' },
      {
        name: 'connect',
        args: [result('socket'), address(path), lengthOf(1)],
      },
      ...attachTo(result('socket'), 0, { ...attached, ...how }),
    ],
    after: [],
  }
}

// the client's streams are its own: they end with it
const letGoOfCaller: Syscall[] = [
  {
    name: 'openat',
    args: [flags('AT_FDCWD'), '/dev/null', flags('O_RDWR', 'O_CLOEXEC')],
    result: 'null',
  },
  ...[0, 1, 2].map(
    (fd): Syscall => ({ name: 'dup3', args: [result('null'), fd, 0] }),
  ),
]

function seqpacket() {
  return [flags('AF_UNIX'), flags('SOCK_SEQPACKET', 'SOCK_CLOEXEC'), 0]
}

function address(path: string) {
  return struct({
    family: [2, flags('AF_UNIX')],
    path: ['inline', Buffer.from(`${path}\0`)],
  })
}

function listen(path: string): Syscall[] {
  return [
    { name: 'socket', args: seqpacket(), result: 'listener' },
    {
      name: 'bind',
      args: [result('listener'), address(path), lengthOf(1)],
    },
    { name: 'listen', args: [result('listener'), 100] },
  ]
}

function inPipes(wanted: Wanted): Syscall[] {
  return [
    ...makePipes(piped),
    ...clone({
      child: [
        ...takeStreams(piped),
        ...dieWithParent(),
        ...sh(wanted.script),
      ],
      meanwhile: [
        ...closeChildEnds(piped),
        ...(wanted.probe ? holdForProbe(wanted.probe) : []),
      ],
    }),
    ...serve(wanted, {
      stdin: inside('stdin', 4),
      stdout: inside('stdout', 0),
      stderr: inside('stderr', 0),
    }),
  ]
}

function inTerminal(wanted: Wanted): Syscall[] {
  const readWrite = flags('O_RDWR', 'O_NOCTTY', 'O_CLOEXEC')
  const master = result('master')
  const slave = result('slave')
  const unlocked = struct({ locked: [4, 0] })
  return [
    {
      name: 'openat',
      args: [flags('AT_FDCWD'), '/dev/ptmx', readWrite],
      result: 'master',
    },
    { name: 'ioctl', args: [master, flags('TIOCSPTLCK'), unlocked] },
    ...clone({
      child: [
        { name: 'setsid', args: [] },
        {
          name: 'ioctl',
          args: [master, flags('TIOCGPTPEER'), readWrite],
          result: 'slave',
        },
        { name: 'ioctl', args: [slave, flags('TIOCSCTTY'), 0] },
        ...[0, 1, 2].map(
          (fd): Syscall => ({ name: 'dup3', args: [slave, fd, 0] }),
        ),
        ...dieWithParent(),
        ...sh(wanted.script),
      ],
    }),
    ...serve(wanted, { stdin: master, stdout: master, terminal: true }),
  ]
}

function sh(script: string): Syscall[] {
  return execute({ argv: ['sh', '-c', script], env })
}

function serve(
  { listen, stdinOnce = false, log, probe }: Wanted,
  ends: Partial<Parameters<typeof monitorProcess>[0]>,
): Syscall[] {
  return monitorProcess({
    pid: result('pid'),
    ...ends,
    ...(listen ? { listener: result('listener') } : {}),
    client: inside('socket', 4),
    stdinOnce,
    ...(log ? { log } : {}),
    ...(probe ? { probe: probeFor(probe) } : {}),
  })
}

const tenMs = 10_000_000
const hour = 3600e9

function holdForProbe({ freezer }: WantedProbe): Syscall[] {
  const open: Syscall = {
    name: 'openat',
    args: [flags('AT_FDCWD'), freezer?.path ?? '', flags('O_CLOEXEC')],
    result: 'freezer',
  }
  return freezer ? [lifeline, open] : [lifeline]
}

function probeFor(wanted: WantedProbe): Probe {
  const { folder, script, freezer, ...different } = wanted
  return {
    list: cloneSibling([
      ...ownSession(),
      ...dieWithParent(),
      ...sh(script),
    ]),
    kept: [inside('lifeline', 0)],
    intervals: { usual: tenMs, atStart: tenMs },
    timeout: hour,
    startPeriod: 0,
    retries: 3,
    log: join(folder, 'health'),
    olderLog: join(folder, 'health.1'),
    freezer: freezer
      ? { ...freezer, file: result('freezer') }
      : { file: -1, at: 0, thawed: 'T' },
    events: join(folder, 'events'),
    event: ['at ', ' it is ', '\n'],
    ...different,
  }
}

/** A client with pipes for its streams, and all that came out of them. */
export class Client {
  readonly shim: ChildProcess
  stdout = Buffer.alloc(0)
  stderr = Buffer.alloc(0)
  private readonly closed: Promise<number>

  constructor(plan: Plan, program: string) {
    const file = planFile(plan, {})
    this.shim = spawn(program, ['3'], {
      stdio: ['pipe', 'pipe', 'pipe', file],
      env: marked,
    })
    closeSync(file)
    this.shim.stdin?.on('error', () => {}) // nobody reads that any more
    this.shim.stdout?.on('data', (bytes) => {
      this.stdout = Buffer.concat([this.stdout, bytes])
    })
    this.shim.stderr?.on('data', (bytes) => {
      this.stderr = Buffer.concat([this.stderr, bytes])
    })
    this.closed = once(this.shim, 'close').then(([code]) => code ?? -1)
  }

  get pid(): number {
    return this.shim.pid ?? 0
  }

  /** The pid of the monitor, as soon as there is one. */
  async monitor(): Promise<number> {
    return until('a monitor', () => childrenOf(this.pid)[0])
  }

  /** Types, and does not end the input. */
  types(text: string | Buffer): void {
    this.shim.stdin?.write(text)
  }

  async prints(text: string): Promise<void> {
    await until(`${text} on stdout`, () => this.stdout.includes(text))
  }

  /** Its status, when all of its output is there; without any more input. */
  async ends(): Promise<number> {
    this.shim.stdin?.end()
    return this.closed
  }
}

/** Waits until there is something, and answers what. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false,
): Promise<T> {
  const end = Date.now() + 20_000 * patience
  for (;;) {
    const found = look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > end) throw new Error(`there was never ${what}`)
    await sleep(10)
  }
}

export function childrenOf(pid: number): number[] {
  const path = `/proc/${pid}/task/${pid}/children`
  if (!existsSync(path)) return []
  return readFileSync(path, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number)
}

export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(
      readFileSync(`/proc/${pid}/status`, 'utf8'),
    )
  } catch {
    return false
  }
}

/** Kills all clients, monitors and processes that are left of a test. */
export async function endAll(): Promise<void> {
  await until('an end of all', () => {
    const left = readdirSync('/proc').map(Number).filter(isMarked)
    for (const pid of left) spawnSync('kill', ['-9', `${pid}`])
    return left.length === 0
  })
}

function isMarked(pid: number): boolean {
  if (!(pid > 0) || pid === process.pid) return false
  try {
    const all = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0')
    return all.includes(mark)
  } catch {
    return false // it has ended
  }
}

/** The records of a log, from the oldest file on. */
export function readLog(path: string): LogRecord[] {
  const names = logFiles(readdirSync(dirname(path)), basename(path))
  return names.flatMap((name) => {
    const reader = new LogReader()
    return [
      ...reader.read(readFileSync(join(dirname(path), name))),
      ...reader.end(),
    ]
  })
}

/** All that was written to a stream, as it stands in a log. */
export function logged(
  records: readonly LogRecord[],
  stream: 'stdout' | 'stderr',
): Buffer {
  return Buffer.concat(
    records.flatMap((one) =>
      one.stream === stream && 'bytes' in one ? [one.bytes] : [],
    ),
  )
}
