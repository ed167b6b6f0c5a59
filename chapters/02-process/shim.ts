// Starts native/shim with a plan: either beside Node, which waits for it, or in
// Node's place.
//
// The plan travels in a memfd: memory with a descriptor, which a program that
// is executed keeps. What went wrong comes back through a pipe, four words a
// record: { kind, list, index, errno }.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, writeSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

import { architecture, perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags } from '../01-syscalls/syscall.ts'
import { SyscallError } from '../01-syscalls/syscall-error.ts'
import { type Binding, encode } from './encode.ts'
import { listsOf, type Plan } from './plan.ts'
import { passSignals } from './signals.ts'

/** How a plan ended. */
export interface Outcome {
  /** The exit status: the container's, 128 + n for a signal, or 125 to 127. */
  readonly status: number
  /** Why main failed. */
  readonly failure?: SyscallError
  /** What could not be undone in `after`. */
  readonly leftovers: readonly SyscallError[]
}

/** Where a plan's standard streams go; inherited where nothing is said. */
export interface Streams {
  readonly stdio?: readonly ('inherit' | 'ignore' | 'pipe' | number)[]
  /** Called with the running shim, to read its pipes or to signal it. */
  readonly started?: (shim: ChildProcess) => void
  /** The program to play it: the tests have one with sanitizers. */
  readonly program?: string
}

/** Descriptors that a launch hands to the shim. */
export interface Descriptors {
  /** Known to the plan by name: `{ netns: 7 }` is `result('netns')`. */
  readonly handles?: Readonly<Record<string, number>>
  /** Locks that the shim holds until it ends; its children close them first. */
  readonly locks?: readonly number[]
}

const reportKinds = { failed: 2, afterFailed: 3 } as const
const recordBytes = 16
const firstFree = 5 // behind the three streams, the plan and the report

/** The shim of this installation. */
export function shimPath(): string {
  const places = ['./shim', '../../native/build/shim'] // of dist, of the source
  const found = places
    .map((place) => fileURLToPath(new URL(place, import.meta.url)))
    .find((path) => existsSync(path))
  if (found) return found
  throw new RockerError('not-found', 'start the shim: it is not built', {
    hint: 'make -C native',
  })
}

// #region play
/** Plays a plan beside Node and waits for its end. */
export async function play(
  plan: Plan,
  { handles = {}, locks = [] }: Descriptors = {},
  streams: Streams = {},
): Promise<Outcome> {
  const names = Object.keys(handles)
  const descriptors = [...Object.values(handles), ...locks]
  const numbers = descriptors.map((_, i) => firstFree + i) // in the shim
  const memfd = planFile(plan, {
    keep: numbers.slice(0, names.length),
    handles: Object.fromEntries(
      names.map((name, i) => [name, firstFree + i]),
    ),
    locks: numbers.slice(names.length),
  })
  const [stdin, stdout, stderr] = streams.stdio ?? []
  const shim = spawn(streams.program ?? shimPath(), ['3', '4'], {
    stdio: [
      stdin ?? 'inherit',
      stdout ?? 'inherit',
      stderr ?? 'inherit',
      memfd,
      'pipe',
      ...descriptors,
    ],
  })
  closeSync(memfd)
  streams.started?.(shim)
  return outcome(plan, shim)
}
// #endregion play

// #region hand-over
/**
 * Becomes the shim: Node is gone when this returns, and it does not return.
 * What failed is then told by the plan's `failed`.
 */
export function handOver(
  plan: Plan,
  { handles = {}, locks = [] }: Descriptors = {},
): never {
  const keep = Object.values(handles)
  const memfd = planFile(plan, { keep, handles, locks })
  for (const fd of [memfd, ...keep, ...locks])
    perform({ name: 'fcntl', args: [fd, flags('F_SETFD'), 0] })
  const become = process.execve // missing in Node before 23.11
  if (!become)
    throw new RockerError('unsupported', 'run on this version of Node')
  return become(shimPath(), ['rocker-shim', `${memfd}`], process.env)
}
// #endregion hand-over

/** A file in memory that holds the plan. */
function planFile(plan: Plan, binding: Omit<Binding, 'arch'>): number {
  const bytes = encode(plan, { arch: architecture(), ...binding })
  const fd = perform({
    name: 'memfd_create',
    args: ['rocker-plan', flags('MFD_CLOEXEC')],
  }).value
  for (let written = 0; written < bytes.length; )
    written += writeSync(fd, bytes, written)
  return fd
}

async function outcome(plan: Plan, shim: ChildProcess): Promise<Outcome> {
  const records: Buffer[] = []
  shim.stdio[4]?.on('data', (chunk: Buffer) => records.push(chunk))
  const giveBack = passSignals(shim)
  const [code, signal] = await once(shim, 'close').finally(giveBack)
  const found = [...reports(Buffer.concat(records))]
  const errors = (kind: number) =>
    found
      .filter((report) => report.kind === kind)
      .map((report) => errorAt(plan, report))
  const [failure] = errors(reportKinds.failed)
  return {
    status:
      code ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0),
    ...(failure ? { failure } : {}),
    leftovers: errors(reportKinds.afterFailed),
  }
}

interface Report {
  readonly kind: number
  readonly list: number
  readonly index: number
  readonly errno: number
}

function* reports(bytes: Buffer): Generator<Report> {
  for (let at = 0; at + recordBytes <= bytes.length; at += recordBytes)
    yield {
      kind: bytes.readUInt32LE(at),
      list: bytes.readUInt32LE(at + 4),
      index: bytes.readUInt32LE(at + 8),
      errno: bytes.readUInt32LE(at + 12),
    }
}

/** The call of a plan that failed, as an error. */
export function errorAt(
  plan: Plan,
  { list, index, errno }: Pick<Report, 'list' | 'index' | 'errno'>,
): SyscallError {
  const call = listsOf(plan)[list]?.[index]
  if (!call)
    throw new RockerError('damaged', `find call ${index} of list ${list}`)
  return new SyscallError(call, errno)
}
