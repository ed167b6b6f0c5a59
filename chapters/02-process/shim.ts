// Starts native/shim beside Node, and waits for it.
//
// What went wrong comes back through a pipe, four words a record:
// { kind, list, index, errno }.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync } from 'node:fs'
import { constants } from 'node:os'

import { flags, step } from '../01-syscalls/syscall.ts'
import type { SyscallError } from '../01-syscalls/syscall-error.ts'

import type { Plan } from './plan.ts'
import { type Descriptors, planFile, shimPath } from './plan-file.ts'
import { errorAt, type Report } from './report.ts'
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

const reportKinds = { failed: 2, afterFailed: 3 } as const
const recordBytes = 16
const firstFree = 5 // behind the three streams, the plan and the report

// #region play
/** Plays a plan beside Node and waits for its end. */
export async function play(
  wanted: Plan,
  { handles = {}, locks = [] }: Descriptors = {},
  streams: Streams = {},
): Promise<Outcome> {
  const plan = { ...wanted, main: [...endWithNode, ...wanted.main] }
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
  const giveBack = passSignals({ kill: (signal) => shim.kill(signal) })
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
  return outcome(plan, shim).finally(giveBack)
}

// whoever kills Node means what it runs as well
const endWithNode = step('02-process', 'end with rocker', [
  {
    name: 'prctl',
    args: [flags('PR_SET_PDEATHSIG'), flags('SIGKILL'), 0, 0, 0],
  },
])
// #endregion play

async function outcome(plan: Plan, shim: ChildProcess): Promise<Outcome> {
  const records: Buffer[] = []
  shim.stdio[4]?.on('data', (chunk: Buffer) => records.push(chunk))
  const [code, signal] = await once(shim, 'close')
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

function* reports(bytes: Buffer): Generator<Report> {
  for (let at = 0; at + recordBytes <= bytes.length; at += recordBytes)
    yield {
      kind: bytes.readUInt32LE(at),
      list: bytes.readUInt32LE(at + 4),
      index: bytes.readUInt32LE(at + 8),
      errno: bytes.readUInt32LE(at + 12),
    }
}
