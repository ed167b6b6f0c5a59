// A call's arguments, laid out in memory: six words, and what they point to.
//
//   mkdirat(root, "proc", 0755)
//
//   slots  [ copy of the result root | pointer | 0755 | 0 | 0 | 0 ]
//   bytes  "proc\0"
//
// A plan has hundreds of arguments, and is encoded once, before V8 optimizes
// anything: so these are plain loops, and by number, for an iterator makes an
// object at each step.

import { constant } from './constants.ts'
import { type Memory, patchKinds } from './memory.ts'
import type { Architecture } from './numbers.ts'
import { RockerError } from './rocker-error.ts'
import { structLayout } from './struct-layout.ts'
import type {
  Argument,
  Field,
  Filled,
  Flags,
  Length,
  Output,
  Struct,
  Syscall,
  Text,
} from './syscall.ts'

const slotCount = 6
const none = { width: 8, value: null } as const
const decimalDigits = 20 // of -9223372036854775808

// #region place
/**
 * Lays out a call's arguments, six slots and whatever they point to; says
 * where the slots are. What completes them are the patches of the memory.
 */
export function placeCall(memory: Memory, { name, args }: Syscall): number {
  if (args.length > slotCount)
    throw new RockerError(
      'bad-input',
      `${name}: more than ${slotCount} arguments`,
    )
  const slots = memory.reserve(slotCount * 8, 8)
  const targets: (Target | undefined)[] = []
  for (let i = 0; i < args.length; i++)
    targets.push(put(memory, slots + i * 8, 8, args[i] ?? null))
  for (let i = 0; i < args.length; i++)
    measure(memory, slots + i * 8, 8, args[i], targets)
  return slots
}
// #endregion place

/** What a value points to; a Text's length is known when it is patched. */
interface Target {
  readonly at: number
  readonly length: number | 'known later'
}

/** Writes one value where it belongs; says what a Length would measure. */
function put(
  memory: Memory,
  at: number,
  width: Field['width'],
  value: Argument,
): Target | undefined {
  if (width === 'inline') return putInline(memory, at, value)
  if (value === null) return undefined
  if (typeof value === 'number' || typeof value === 'bigint') {
    memory.setNumber(at, width, value)
    return undefined
  }
  if (typeof value !== 'string' && !(value instanceof Uint8Array))
    switch (value.kind) {
      case 'length':
        return undefined // when all others are there
      case 'flags':
        memory.setNumber(at, width, flagsValue(value, memory.arch))
        return undefined
      case 'result': {
        // a descriptor of four bytes in a slot of eight: the rest stays zero
        const size = Math.min(width, value.bytes)
        memory.patch('copy', at, memory.source(value), size)
        return undefined
      }
    }
  if (width !== 8)
    throw new RockerError('bad-input', 'a pointer takes 8 bytes')
  const target = putTarget(memory, value)
  memory.patch('pointer', at, target.at, 8)
  return target
}

/** Writes a Length, now that what it measures has its place. */
function measure(
  memory: Memory,
  at: number,
  width: Field['width'],
  value: Argument | undefined,
  targets: readonly (Target | undefined)[],
): void {
  if (!isLength(value)) return
  const target = targets[value.of]
  if (!target || width === 'inline')
    throw new RockerError(
      'bad-input',
      'the length of an argument without one',
    )
  if (target.length === 'known later')
    memory.patch('length', at, target.at, width)
  else memory.setNumber(at, width, target.length)
}

function putInline(memory: Memory, at: number, value: Argument): undefined {
  if (!(value instanceof Uint8Array))
    throw new RockerError('bad-input', 'inline takes bytes')
  memory.setBytes(at, value)
}

/** Puts what a pointer points to. */
function putTarget(memory: Memory, value: Pointed): Target {
  if (typeof value === 'string') return memory.addString(value)
  if (value instanceof Uint8Array)
    return { at: memory.addBytes(value, 8), length: value.length }
  switch (value.kind) {
    case 'text':
      return putText(memory, value)
    case 'struct':
      return putSharedStruct(memory, value)
    case 'output':
      return {
        at: memory.addCell(value.name, value.bytes),
        length: value.bytes,
      }
    case 'filled':
      return {
        at: memory.source({ of: value.name, at: 0, bytes: 1 }),
        length: 0,
      }
    default:
      throw new RockerError('bad-input', 'an argument of no known kind')
  }
}

/** Room for the string, which is put together there before each call. */
function putText(memory: Memory, { parts }: Text): Target {
  let room = 1
  for (const part of parts)
    room +=
      typeof part === 'string' ? Buffer.byteLength(part) : decimalDigits
  const at = memory.reserve(room, 1)
  memory.patch('clear', at, 0, 1)
  for (const part of parts)
    if (typeof part === 'string') {
      const literal = memory.addString(part)
      memory.patch('append', at, literal.at, literal.length)
    } else memory.patch('decimal', at, memory.source(part), part.bytes)
  return { at, length: 'known later' }
}

/**
 * A structure that several calls name (the environment, while PATH is
 * searched) is there once, unless the kernel's answers are in it.
 */
function putSharedStruct(memory: Memory, value: Struct): Target {
  const { patches, cellCount } = memory
  const known = structsOf(memory).get(value)
  if (known) {
    for (const word of known.patches) patches.push(word)
    return known.target
  }
  const before = patches.length
  const target = putStruct(memory, value)
  const own = patches.slice(before)
  if (memory.cellCount === cellCount && own.every(isPointer))
    structsOf(memory).set(value, { target, patches: own })
  return target
}

function putStruct(memory: Memory, { fields }: Struct): Target {
  const { offsets, length } = structLayout(fields)
  const base = memory.reserve(length, 8)
  const targets: (Target | undefined)[] = []
  for (let i = 0; i < fields.length; i++) {
    const { width, value } = fields[i] ?? none
    targets.push(put(memory, base + (offsets[i] ?? 0), width, value))
  }
  for (let i = 0; i < fields.length; i++) {
    const { width, value } = fields[i] ?? none
    measure(memory, base + (offsets[i] ?? 0), width, value, targets)
  }
  return { at: base, length }
}

// of four words the first is the kind
function isPointer(word: number, i: number): boolean {
  return i % 4 !== 0 || word === patchKinds.pointer
}

type Pointed = string | Uint8Array | Text | Output | Filled | Struct

interface PlacedStruct {
  readonly target: Target
  readonly patches: readonly number[]
}

const structs = new WeakMap<Memory, Map<Struct, PlacedStruct>>()

function structsOf(memory: Memory): Map<Struct, PlacedStruct> {
  const known = structs.get(memory)
  if (known) return known
  const empty = new Map()
  structs.set(memory, empty)
  return empty
}

/** `MS_REC | MS_PRIVATE` as a number; a BigInt where one of them is. */
function flagsValue({ names }: Flags, arch: Architecture): number | bigint {
  let sum = 0
  let wide = 0n
  for (const name of names) {
    const value = constant(name, arch)
    if (typeof value === 'bigint') wide |= value
    else sum |= value
  }
  return wide === 0n ? sum : wide | BigInt(sum)
}

function isLength(value: Argument | undefined): value is Length {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'length'
  )
}
