// A plan as bytes, for native/shim.c.
//
//   header | lists | calls | patches | kept descriptors | memory | notes
//
// The shim checks all of it before the first call. What stands behind the
// memory is for people: when a call fails, rocker reads there what it was for.
//
// native/plan.h has the same layout in C.

import { errnoNumber } from '../01-syscalls/errno.ts'
import { Memory, patchKinds } from '../01-syscalls/memory.ts'
import { type Architecture, syscallNumber } from '../01-syscalls/numbers.ts'
import { type Placed, placeCall } from '../01-syscalls/place-call.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { Syscall } from '../01-syscalls/syscall.ts'

import type { Plan } from './plan.ts'
import { notesOf } from './report.ts'

/** What a plan is bound to when it is launched. */
export interface Binding {
  readonly arch: Architecture
  /** Descriptors that the shim keeps open and hands to nobody. */
  readonly keep?: readonly number[]
  /** Locks that it holds until it ends; its children close them first. */
  readonly locks?: readonly number[]
  /** Results that are known already: `{ netns: 7 }`. */
  readonly handles?: Readonly<Record<string, number>>
}

const magic = 0x4c504b52 // "RKPL"
const version = 1
const machines = { x64: 62, arm64: 183 } // as ELF numbers them
const headerBytes = 64
const checked = 20 // what the checksum is of begins behind it
const none = 0xffffffff
const isLock = 0x80000000
const largest = 16 * 1024 * 1024

interface Encoder {
  readonly memory: Memory
  readonly arch: Architecture
  /** By number: main, after, failed, then each child's, as listsOf has them. */
  readonly lists: EncodedCall[][]
}

interface EncodedCall extends Placed {
  readonly number: number
  readonly ignore: number
  readonly ignoreCount: number
  readonly result: number
  readonly child: number
}

// #region encode
/** The bytes that the shim reads; throws where a result is not known. */
export function encode(plan: Plan, binding: Binding): Buffer {
  const memory = new Memory(binding.arch)
  // the first cells, in the order that native/plan.h knows
  for (const name of ['list', 'index', 'errno', 'plan', 'left'])
    memory.addCell(name, 8)
  for (const [name, value] of Object.entries(binding.handles ?? {}))
    memory.setCell(name, value)
  const encoder: Encoder = {
    memory,
    arch: binding.arch,
    lists: [[], [], []],
  }
  encodeList(plan.main, 0, encoder)
  encodeList(plan.after, 1, encoder)
  encodeList(plan.failed ?? [], 2, encoder)
  return assemble(encoder, plan, binding)
}
// #endregion encode

function encodeList(
  list: readonly Syscall[],
  number: number,
  encoder: Encoder,
): void {
  for (const call of list)
    encoder.lists[number]?.push(encodeCall(call, encoder))
}

function encodeCall(call: Syscall, encoder: Encoder): EncodedCall {
  const { memory, arch } = encoder
  const placed = placeCall(memory, call)
  const errnos = Uint16Array.from(call.ignore ?? [], errnoNumber)
  const ignore = memory.addBytes(new Uint8Array(errnos.buffer), 2)
  const child = call.child ? encodeChild(call, call.child, encoder) : none
  return {
    ...placed,
    number: syscallNumber(call.name, arch),
    ignore,
    ignoreCount: errnos.length,
    result: call.result ? memory.addCell(call.result, 8) : none,
    child,
  }
}

/** A child knows what was known before its clone3, and keeps its own results. */
function encodeChild(
  call: Syscall,
  child: readonly Syscall[],
  encoder: Encoder,
): number {
  if (call.name !== 'clone3')
    throw new RockerError('bad-input', `${call.name} has no child`)
  const number = encoder.lists.push([]) - 1
  encoder.memory.scope(() => encodeList(child, number, encoder))
  return number
}

function assemble(encoder: Encoder, plan: Plan, binding: Binding): Buffer {
  const lists: number[] = []
  const calls: number[] = []
  const patches: number[] = []
  for (const list of encoder.lists) {
    lists.push(calls.length / 8, list.length)
    for (const call of list) addCall(call, calls, patches)
  }
  const kept = [
    ...(binding.keep ?? []),
    ...(binding.locks ?? []).map((fd) => (fd | isLock) >>> 0),
  ]
  const tables = [lists, calls, patches, kept].map((words) =>
    Buffer.from(Uint32Array.from(words).buffer),
  )
  return join(tables, encoder.memory.bytes, {
    arch: binding.arch,
    text: Buffer.from(notesOf(plan)),
  })
}

function addCall(
  call: EncodedCall,
  calls: number[],
  patches: number[],
): void {
  const { number, slots, ignore, ignoreCount, result, child } = call
  const first = patches.length / 4
  for (const { kind, at, source, size } of call.patches)
    patches.push(patchKinds[kind], at, source, size)
  const count = call.patches.length
  calls.push(
    number,
    slots,
    first,
    count,
    ignore,
    ignoreCount,
    result,
    child,
  )
}

function join(
  tables: readonly Buffer[],
  memory: Buffer,
  { arch, text }: { arch: Architecture; text: Buffer },
): Buffer {
  const sizes = [8, 32, 16, 4] // of an entry
  const header: number[] = []
  let offset = headerBytes
  for (const [i, table] of tables.entries()) {
    header.push(offset, table.length / (sizes[i] ?? 1))
    offset += table.length
  }
  const start = alignUp(offset) // the words of a call are aligned
  const memoryBytes = alignUp(memory.length)
  header.splice(6, 0, start, memoryBytes) // before the kept descriptors
  const size = start + memoryBytes
  if (size + text.length > largest)
    throw new RockerError('bad-input', 'launch with that many arguments', {
      hint: 'arguments and environment may have 2 MB in all',
    })
  const plan = Buffer.alloc(size + text.length)
  const words = [magic, version, machines[arch], size, 0, ...header]
  for (const [i, word] of words.entries()) plan.writeUInt32LE(word, i * 4)
  let at = headerBytes
  for (const table of tables) at += table.copy(plan, at)
  memory.copy(plan, start)
  text.copy(plan, size)
  plan.writeUInt32LE(checksum(plan.subarray(checked, size)), 16)
  return plan
}

/** FNV-1a over words of four bytes, as the shim computes it. */
function checksum(bytes: Buffer): number {
  const { buffer, byteOffset, length } = bytes
  const words = new Uint32Array(buffer, byteOffset, length / 4)
  let sum = 0x811c9dc5
  // by index: in code that runs once an iterator takes five times as long
  for (let i = 0; i < words.length; i++)
    sum = Math.imul(sum ^ (words[i] ?? 0), 0x01000193)
  return sum >>> 0
}

function alignUp(offset: number): number {
  return Math.ceil(offset / 8) * 8
}
