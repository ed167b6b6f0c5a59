// How a plan reaches the shim: in a memfd, memory with a descriptor, which a
// program that is executed keeps.
//
// man 2 memfd_create

import { existsSync, writeSync } from 'node:fs'
import { join } from 'node:path'

import { architecture, perform } from '../01-syscalls/perform.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags } from '../01-syscalls/syscall.ts'

import { type Binding, encode } from './encode.ts'
import type { Plan } from './plan.ts'

/** Descriptors that a launch hands to the shim. */
export interface Descriptors {
  /** Known to the plan by name: `{ netns: 7 }` is `result('netns')`. */
  readonly handles?: Readonly<Record<string, number>>
  /** Locks that the shim holds until it ends; its children close them first. */
  readonly locks?: readonly number[]
}

/** Who wants to know what the kernel answers: `rocker explain --trace`. */
export interface Tracer {
  /** The file where the shim notes it; see trace.ts. */
  readonly path: string
  /** Hears of each plan, and the bytes that the shim gets of it. */
  note(plan: Plan, encoded: Buffer): void
}

let tracer: Tracer | undefined

/** From now on each plan of this process is traced. */
export function setTracer(one: Tracer | undefined): void {
  tracer = one
}

// #region plan-file
/** A file in memory that holds the plan. */
export function planFile(
  plan: Plan,
  binding: Omit<Binding, 'arch'>,
): number {
  const trace = tracer && { trace: tracer.path }
  const bytes = encode(plan, { arch: architecture(), ...binding, ...trace })
  tracer?.note(plan, bytes)
  const fd = perform({
    name: 'memfd_create',
    args: ['rocker-plan', flags('MFD_CLOEXEC')],
  }).value
  for (let written = 0; written < bytes.length; )
    written += writeSync(fd, bytes, written)
  return fd
}
// #endregion plan-file

/** The shim of this installation. */
export function shimPath(): string {
  const places = ['shim', '../../native/build/shim'] // of dist, of the source
  const found = places
    .map((place) => join(import.meta.dirname, place))
    .find((path) => existsSync(path))
  if (found) return found
  throw new RockerError('not-found', 'start the shim: it is not built', {
    hint: 'make -C native',
  })
}
