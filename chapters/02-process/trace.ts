// What the kernel answered to the calls of a plan.
//
//   count | records of 40 bytes … | plans, as the shim got them
//
// A file in memory, that the tracing process opens. The process that plans hands
// its path to the shim, and writes each plan behind the records. The shim has the
// records in its memory, and so have its children until they execute their
// programs: it costs no call of the kernel to note an answer.
//
// native/trace.h has the same layout in C. man 2 mmap

import { fstatSync, openSync, readSync, writeSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'

import { perform } from '../01-syscalls/perform.ts'
import { flags, type Syscall } from '../01-syscalls/syscall.ts'

import { listsOf, type Plan } from './plan.ts'
import type { Tracer } from './plan-file.ts'

const countBytes = 8
const recordBytes = 40
const mostRecords = 8192
const recordsEnd = countBytes + mostRecords * recordBytes
const answered = 2 // a state; 1 is begun, and 0 not yet written
const checksumAt = 16 // in an encoded plan

/** A file for a trace, and the path that others open it by. */
export interface TraceFile {
  readonly fd: number
  readonly path: string
}

/** What came of a call. Times are nanoseconds of the monotonic clock. */
export interface Answer {
  readonly start: number
  /** Missing where it has not returned: an execve that worked never does. */
  readonly returned?: { readonly value: number; readonly end: number }
}

/** A plan that was played, at least in part. */
export interface TracedPlan {
  readonly plan: Plan
  /** What came of a call; several where a list was played several times. */
  answers(list: readonly Syscall[], index: number): readonly Answer[]
}

export interface Trace {
  /** In the order that they began. */
  readonly plans: readonly TracedPlan[]
  /** How many calls there was no room for. */
  readonly lost: number
}

/** An empty one; its pages are ours, and no container's. */
export function makeTraceFile(): TraceFile {
  const fd = perform({
    name: 'memfd_create',
    args: ['rocker-trace', flags('MFD_CLOEXEC')],
  }).value
  writeSync(fd, Buffer.alloc(recordsEnd))
  return { fd, path: `/proc/${process.pid}/fd/${fd}` }
}

/** Has the plans of this process traced, by a file that another has made. */
export function tracerInto(path: string): Tracer {
  const fd = openSync(path, 'a')
  return {
    path,
    note(plan, encoded) {
      const checksum = encoded.readUInt32LE(checksumAt)
      const bytes = serialize({ checksum, plan } satisfies Noted)
      const length = Buffer.alloc(4)
      length.writeUInt32LE(bytes.length)
      writeSync(fd, Buffer.concat([length, bytes]))
    },
  }
}

interface Noted {
  readonly checksum: number
  readonly plan: Plan
}

/** What the file tells now. Somebody inside a container may have lied in it. */
export function readTrace({ fd }: Pick<TraceFile, 'fd'>): Trace {
  const bytes = Buffer.alloc(fstatSync(fd).size)
  readSync(fd, bytes, 0, bytes.length, 0)
  const count = Number(bytes.readBigUInt64LE(0))
  const made = Math.min(count, mostRecords)
  const found = new Map<string, Answer[]>()
  for (let i = 0; i < made; i++)
    addRecord(bytes, countBytes + i * recordBytes, found)
  const plans = [...notedIn(bytes)].map((noted) => tracedPlan(noted, found))
  return { plans: inOrder(plans), lost: count - made }
}

function tracedPlan(
  { checksum, plan }: Noted,
  found: ReadonlyMap<string, readonly Answer[]>,
): TracedPlan {
  const numbers = new Map(listsOf(plan).map((list, i) => [list, i]))
  const answers: TracedPlan['answers'] = (list, index) =>
    found.get(keyOf(checksum, numbers.get(list), index)) ?? []
  return { plan, answers }
}

/** A client hands on a plan that was made before its own. */
function inOrder(plans: readonly TracedPlan[]): TracedPlan[] {
  const start = ({ plan, answers }: TracedPlan) =>
    answers(plan.main, 0)[0]?.start ?? Number.POSITIVE_INFINITY
  return plans
    .map((plan) => ({ plan, start: start(plan) }))
    .filter(({ start }) => start < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.start - b.start)
    .map(({ plan }) => plan)
}

function addRecord(
  bytes: Buffer,
  at: number,
  found: Map<string, Answer[]>,
): void {
  const [plan, list, index, state] = [0, 4, 8, 12].map((offset) =>
    bytes.readUInt32LE(at + offset),
  )
  if (!state) return
  const [value, start, end] = [16, 24, 32].map((offset) =>
    Number(bytes.readBigInt64LE(at + offset)),
  )
  const answer: Answer = {
    start: start ?? 0,
    ...(state === answered
      ? { returned: { value: value ?? 0, end: end ?? 0 } }
      : {}),
  }
  const key = keyOf(plan, list, index)
  found.set(key, [...(found.get(key) ?? []), answer])
}

function keyOf(...place: readonly (number | undefined)[]): string {
  return place.join(':')
}

function* notedIn(bytes: Buffer): Generator<Noted> {
  for (let at = recordsEnd; at < bytes.length; ) {
    const end = at + 4 + bytes.readUInt32LE(at)
    yield deserialize(bytes.subarray(at + 4, end))
    at = end
  }
}
