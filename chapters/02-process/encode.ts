// A plan as bytes, for native/shim.c.
//
//   header | lists | calls | patches | kept descriptors | memory | notes
//
// The shim checks all of it before the first call. What stands behind the
// memory is for people: when a call fails, rocker reads there what it was for.
//
// native/plan.h has the same layout in C.

import { type ErrnoName, errnoNumber } from '../01-syscalls/errno.ts'
import { Memory } from '../01-syscalls/memory.ts'
import { type Architecture, syscallNumber } from '../01-syscalls/numbers.ts'
import { placeCall } from '../01-syscalls/place-call.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { alignUp } from '../01-syscalls/struct-layout.ts'
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
  /** The file where the shim notes what each call was answered. */
  readonly trace?: string
}

const magic = 0x4c504b52 // "RKPL"
const version = 1
const machines = { x64: 62, arm64: 183 } // as ELF numbers them
const headerBytes = 64
const checksumWord = 4 // it is of all that stands behind it
const none = -1 // as 32 bits; larger ones would make a list one of doubles
const isLock = 0x80000000
const largest = 16 * 1024 * 1024
const usualBytes = 64 * 1024 // of a container's plan: to grow takes time

interface Encoder {
  readonly memory: Memory
  /** By number: main, after, failed, then each child's, as listsOf has them. */
  readonly lists: number[][] // eight words a call, as native/plan.h has them
}

// #region encode
/** The bytes that the shim reads; throws where a result is not known. */
export function encode(plan: Plan, binding: Binding): Buffer {
  const memory = new Memory(binding.arch, usualBytes)
  // the first cells, in the order that native/plan.h knows
  for (const name of ['list', 'index', 'errno', 'plan', 'left'])
    memory.addCell(name, 8)
  for (const [name, value] of Object.entries(binding.handles ?? {}))
    memory.setCell(name, value)
  const trace = binding.trace ? memory.addString(binding.trace).at : 0
  const encoder: Encoder = { memory, lists: [[], [], []] }
  encodeList(plan.main, 0, encoder)
  encodeList(plan.after, 1, encoder)
  encodeList(plan.failed ?? [], 2, encoder)
  return assemble(encoder, plan, { ...binding, trace })
}
// #endregion encode

function encodeList(
  list: readonly Syscall[],
  number: number,
  encoder: Encoder,
): void {
  const words = encoder.lists[number] ?? []
  for (const call of list) encodeCall(call, words, encoder)
}

function encodeCall(call: Syscall, list: number[], encoder: Encoder): void {
  const { memory } = encoder
  const { name, ignore = [], child } = call
  const patches = memory.patches.length / 4
  const slots = placeCall(memory, call)
  const patchCount = memory.patches.length / 4 - patches
  const errnos = ignore.length > 0 ? addErrnos(memory, ignore) : 0
  const childList = child ? encodeChild(call, child, encoder) : none
  const result = call.result ? memory.addCell(call.result, 8) : none
  const number = syscallNumber(name, memory.arch)
  list.push(number, slots, patches, patchCount)
  list.push(errnos, ignore.length, result, childList)
}

/** The errnos that are as good as success, two bytes each. */
function addErrnos(memory: Memory, ignore: readonly ErrnoName[]): number {
  const at = memory.reserve(ignore.length * 2, 2)
  for (let i = 0; i < ignore.length; i++)
    memory.setNumber(at + i * 2, 2, errnoNumber(ignore[i] ?? 'EPERM'))
  return at
}

/** A child knows what was known before its clone3, and keeps its own results. */
function encodeChild(
  call: Syscall,
  child: readonly Syscall[],
  encoder: Encoder,
): number {
  if (call.name !== 'clone3' && call.name !== 'monitor')
    throw new RockerError('bad-input', `${call.name} has no child`)
  const number = encoder.lists.push([]) - 1
  encoder.memory.scope(() => encodeList(child, number, encoder))
  return number
}

function assemble(
  encoder: Encoder,
  plan: Plan,
  binding: Omit<Binding, 'trace'> & { readonly trace: number },
): Buffer {
  const { memory, lists } = encoder
  const table: number[] = []
  let first = 0
  for (const list of lists) {
    table.push(first, list.length / 8)
    first += list.length / 8
  }
  const locks = (binding.locks ?? []).map((fd) => (fd | isLock) >>> 0)
  const kept = [...(binding.keep ?? []), ...locks]
  return join([[table], lists, [memory.patches], [kept]], memory.bytes, {
    arch: binding.arch,
    trace: binding.trace,
    text: Buffer.from(notesOf(plan)),
  })
}

function join(
  tables: readonly (readonly (readonly number[])[])[],
  memory: Buffer,
  about: { arch: Architecture; trace: number; text: Buffer },
): Buffer {
  const { arch, trace, text } = about
  const sizes = [2, 8, 4, 1] // of an entry, in words
  const header: number[] = []
  let offset = headerBytes
  for (const [i, table] of tables.entries()) {
    const length = table.reduce((sum, part) => sum + part.length, 0)
    header.push(offset, length / (sizes[i] ?? 1))
    offset += length * 4
  }
  const start = alignUp(offset, 8) // the words of a call are aligned
  const memoryBytes = alignUp(memory.length, 8)
  header.splice(6, 0, start, memoryBytes) // before the kept descriptors
  const size = start + memoryBytes
  if (size + text.length > largest)
    throw new RockerError('bad-input', 'launch with that many arguments', {
      hint: 'arguments and environment may have 2 MB in all',
    })
  const plan = Buffer.alloc(size + text.length)
  const words = new Uint32Array(plan.buffer, 0, size / 4)
  words.set([magic, version, machines[arch], size, 0, ...header, trace])
  let at = headerBytes / 4
  for (const table of tables)
    for (const part of table) {
      words.set(part, at)
      at += part.length
    }
  memory.copy(plan, start)
  text.copy(plan, size)
  const rest = new Int32Array(plan.buffer, 0, size / 4)
  words[checksumWord] = checksum(rest.subarray(checksumWord + 1))
  return plan
}

/** Turned by five bits, then the next word, as the shim computes it. */
function checksum(words: Int32Array): number {
  const sum = (last: number, word: number) =>
    ((last << 5) | (last >>> 27)) ^ word
  return words.reduce(sum, 1) >>> 0
}
