// A call's arguments, laid out in memory: six words, and what they point to.
//
//   mkdirat(root, "proc", 0755)
//
//   slots  [ copy of the result root | pointer | 0755 | 0 | 0 | 0 ]
//   bytes  "proc\0"

import { constant } from './constants.ts'
import type { Memory, Patch } from './memory.ts'
import type { Architecture } from './numbers.ts'
import { RockerError } from './rocker-error.ts'
import { structLayout } from './struct-layout.ts'
import type {
  Argument,
  Filled,
  Flags,
  Output,
  Struct,
  Syscall,
  Text,
  Width,
} from './syscall.ts'

/** Where the six arguments of a call lie, and the patches that complete them. */
export interface Placed {
  readonly slots: number
  readonly patches: readonly Patch[]
}

const slotCount = 6
const decimalDigits = 20 // of -9223372036854775808

// #region place
/** Lays out a call's arguments: six slots, and whatever they point to. */
export function placeCall(memory: Memory, call: Syscall): Placed {
  const { args } = call
  if (args.length > slotCount)
    throw new RockerError(
      'bad-input',
      `${call.name}: more than ${slotCount} arguments`,
    )
  const slots = memory.reserve(slotCount * 8, 8)
  const to: Sheet = { memory, patches: [] }
  const fields = args.map((value, i) => {
    return { at: slots + i * 8, width: 8 as const, value }
  })
  fill(fields, to)
  return { slots, patches: to.patches }
}
// #endregion place

function fill(fields: readonly Placing[], to: Sheet): void {
  const targets = fields.map((field) => put(field, to))
  for (const { at, width, value } of fields) {
    if (!isKind(value, 'length')) continue
    const target = targets[value.of]
    if (!target || width === 'inline')
      throw new RockerError(
        'bad-input',
        'the length of an argument without one',
      )
    if (target.dynamic)
      to.patches.push({
        kind: 'length',
        at,
        source: target.at,
        size: width,
      })
    else to.memory.setNumber(at, width, target.length)
  }
}

/** Writes one value where it belongs; says what a Length would measure. */
function put(field: Placing, to: Sheet): Target | undefined {
  const { at, width, value } = field
  if (width === 'inline') {
    if (!(value instanceof Uint8Array))
      throw new RockerError('bad-input', 'inline takes bytes')
    to.memory.setBytes(at, value)
    return undefined
  }
  if (value === null || isKind(value, 'length')) return undefined
  if (typeof value === 'number' || typeof value === 'bigint')
    to.memory.setNumber(at, width, value)
  else if (isKind(value, 'flags'))
    to.memory.setNumber(at, width, flagsValue(value, to.memory.arch))
  else if (isKind(value, 'result')) {
    // a descriptor of four bytes in a slot of eight: the rest stays zero
    const size = Math.min(width, value.bytes)
    to.patches.push({
      kind: 'copy',
      at,
      source: to.memory.source(value),
      size,
    })
  } else {
    if (width !== 8)
      throw new RockerError('bad-input', 'a pointer takes 8 bytes')
    const target = putTarget(value, to)
    to.patches.push({ kind: 'pointer', at, source: target.at, size: 8 })
    return target
  }
  return undefined
}

/** Puts what a pointer points to. */
function putTarget(value: Pointed, to: Sheet): Target {
  if (typeof value === 'string') return putString(value, to)
  if (value instanceof Uint8Array) {
    const at = to.memory.addBytes(value, 8)
    return { at, length: value.length, dynamic: false }
  }
  if (value.kind === 'text') return putText(value, to)
  if (value.kind === 'struct') return putSharedStruct(value, to)
  if (value.kind === 'filled') {
    const at = to.memory.source({ of: value.name, at: 0, bytes: 1 })
    return { at, length: 0, dynamic: false }
  }
  if (value.kind !== 'output')
    throw new RockerError('bad-input', 'an argument of no known kind')
  const at = to.memory.addCell(value.name, value.bytes)
  return { at, length: value.bytes, dynamic: false }
}

function putString(value: string, { memory }: Sheet): Target {
  return { ...memory.addString(value), dynamic: false }
}

function putText(value: Text, to: Sheet): Target {
  const literals = value.parts.map((part) =>
    typeof part === 'string' ? Buffer.from(part) : part,
  )
  const room = literals.reduce(
    (sum, part) =>
      sum + (part instanceof Uint8Array ? part.length : decimalDigits),
    1,
  )
  const at = to.memory.reserve(room, 1)
  to.patches.push({ kind: 'clear', at, source: 0, size: 1 })
  for (const part of literals) {
    if (part instanceof Uint8Array) {
      if (part.includes(0))
        throw new RockerError('bad-input', 'a text has a NUL byte in it')
      to.patches.push({
        kind: 'append',
        at,
        source: to.memory.addBytes(part),
        size: part.length,
      })
    } else {
      to.patches.push({
        kind: 'decimal',
        at,
        source: to.memory.source(part),
        size: part.bytes,
      })
    }
  }
  return { at, length: 0, dynamic: true }
}

/**
 * A structure that several calls name (the environment, while PATH is
 * searched) is there once, unless the kernel's answers are in it.
 */
function putSharedStruct(value: Struct, to: Sheet): Target {
  const known = structsOf(to.memory).get(value)
  if (known) {
    to.patches.push(...known.patches)
    return known.target
  }
  const own: Patch[] = []
  const cells = to.memory.cellCount
  const target = putStruct(value, { ...to, patches: own })
  const constant = own.every(({ kind }) => kind === 'pointer')
  if (constant && to.memory.cellCount === cells)
    structsOf(to.memory).set(value, { target, patches: own })
  to.patches.push(...own)
  return target
}

function putStruct(value: Struct, to: Sheet): Target {
  const { offsets, length } = structLayout(value.fields)
  const base = to.memory.reserve(length, 8)
  const placings = value.fields.map((field, i) => ({
    at: base + (offsets[i] ?? 0),
    width: field.width,
    value: field.value,
  }))
  fill(placings, to)
  return { at: base, length, dynamic: false }
}

interface Placing {
  readonly at: number
  readonly width: Width | 'inline'
  readonly value: Argument
}

type Pointed = string | Uint8Array | Text | Output | Filled | Struct

/** What is being filled: memory, and the patches of one call. */
interface Sheet {
  readonly memory: Memory
  readonly patches: Patch[]
}

interface PlacedStruct {
  readonly target: Target
  readonly patches: readonly Patch[]
}

interface Target {
  readonly at: number
  readonly length: number
  readonly dynamic: boolean // a Text: its length is known when it is patched
}

const structs = new WeakMap<Memory, Map<Struct, PlacedStruct>>()

function structsOf(memory: Memory): Map<Struct, PlacedStruct> {
  const known = structs.get(memory) ?? new Map()
  structs.set(memory, known)
  return known
}

/** `MS_REC | MS_PRIVATE` as a number. */
function flagsValue(value: Flags, arch: Architecture): number | bigint {
  const values = value.names.map((name) => constant(name, arch))
  if (values.every((one) => typeof one === 'number'))
    return values.reduce((sum, one) => sum | one, 0)
  return values.reduce<bigint>((sum, one) => sum | BigInt(one), 0n)
}

function isKind<K extends string>(
  value: unknown,
  kind: K,
): value is Extract<Argument, { kind: K }> {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === kind
  )
}
