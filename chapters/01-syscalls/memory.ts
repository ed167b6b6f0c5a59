// Arguments in memory, like an object file: bytes, and patches that are applied
// just before each call, when addresses and earlier results are known.
//
//   openat(AT_FDCWD, text`/proc/${pid}/ns/net`, O_RDONLY)
//
//   slots  [ -100 | ........ | 0 ]    ← pointer: the address of the text
//   bytes  "/proc/" "/ns/net" [room]  ← append "/proc/", decimal pid, "/ns/net"
//   cells  [ pid ]                    ← what an earlier clone3 returned
//
// perform() applies the patches in this process, the shim in its own.

import { constant } from './constants.ts'
import type { Architecture } from './numbers.ts'
import { RockerError } from './rocker-error.ts'
import { alignUp, structLayout } from './struct-layout.ts'
import type {
  Argument,
  Flags,
  Output,
  Result,
  Struct,
  Syscall,
  Text,
  Width,
} from './syscall.ts'

/** What a patch does. The shim knows these by number. */
export const patchKinds = {
  pointer: 1,
  copy: 2,
  clear: 3,
  append: 4,
  decimal: 5,
  length: 6,
} as const

/**
 * One patch: offsets are into the memory.
 * - pointer: the address of `source`, as 8 bytes at `at`
 * - copy: `size` bytes from `source` to `at`
 * - clear: an empty string at `at`
 * - append: `size` bytes from `source` behind the string at `at`
 * - decimal: the signed number of `size` bytes at `source`, behind the string
 * - length: the length of the string at `source`, as `size` bytes at `at`
 */
export interface Patch {
  readonly kind: keyof typeof patchKinds
  readonly at: number
  readonly source: number
  readonly size: number
}

/** Where the six arguments of a call lie, and the patches that complete them. */
export interface Placed {
  readonly slots: number
  readonly patches: readonly Patch[]
}

const slotCount = 6
const decimalDigits = 20 // of -9223372036854775808

/** Memory that grows as arguments are laid out in it. */
export class Memory {
  private readonly arch: Architecture
  private buffer = Buffer.alloc(512)
  private used = 0
  private readonly cells = new Map<string, { at: number; bytes: number }>()
  private readonly structs = new Map<Struct, PlacedStruct>()

  constructor(arch: Architecture) {
    this.arch = arch
  }

  /** The bytes so far. A view: what is placed later may move them. */
  get bytes(): Buffer {
    return this.buffer.subarray(0, this.used)
  }

  /** Where a result or an output lies, and how long it is. */
  cell(name: string): { at: number; bytes: number } | undefined {
    return this.cells.get(name)
  }

  /**
   * Makes room for a named result or output; a later one hides an earlier one
   * of its name. It starts as -1, which is no descriptor, pid or address.
   */
  addCell(name: string, bytes: number): number {
    const at = this.reserve(bytes, 8)
    this.buffer.fill(0xff, at, at + bytes)
    this.cells.set(name, { at, bytes })
    return at
  }

  /** Sets a cell of eight bytes before anything is played. */
  setCell(name: string, value: number): void {
    this.buffer.writeBigInt64LE(BigInt(value), this.addCell(name, 8))
  }

  /** What is named inside is not known outside: a child's results. */
  scope(inside: () => void): void {
    const known = new Map(this.cells)
    inside()
    this.cells.clear()
    for (const [name, cell] of known) this.cells.set(name, cell)
  }

  /** Appends bytes and returns their offset. */
  addBytes(bytes: Uint8Array, align = 1): number {
    const at = this.reserve(bytes.length, align)
    this.buffer.set(bytes, at)
    return at
  }

  // #region place
  /** Lays out a call's arguments: six slots, and whatever they point to. */
  place(call: Syscall): Placed {
    const { args } = call
    if (args.length > slotCount)
      throw new RockerError(
        'bad-input',
        `${call.name}: more than ${slotCount} arguments`,
      )
    const slots = this.reserve(slotCount * 8, 8)
    const patches: Patch[] = []
    const fields = args.map((value, i) => {
      return { at: slots + i * 8, width: 8 as const, value }
    })
    this.fill(fields, patches)
    return { slots, patches }
  }
  // #endregion place

  private fill(fields: readonly Placing[], patches: Patch[]): void {
    const targets = fields.map((field) => this.put(field, patches))
    for (const { at, width, value } of fields) {
      if (!isKind(value, 'length')) continue
      const target = targets[value.of]
      if (!target || width === 'inline')
        throw new RockerError(
          'bad-input',
          'the length of an argument without one',
        )
      if (target.dynamic)
        patches.push({ kind: 'length', at, source: target.at, size: width })
      else this.number(at, width, target.length)
    }
  }

  /** Writes one value where it belongs; says what a Length would measure. */
  private put(field: Placing, patches: Patch[]): Target | undefined {
    const { at, width, value } = field
    if (width === 'inline') {
      if (!(value instanceof Uint8Array))
        throw new RockerError('bad-input', 'inline takes bytes')
      this.buffer.set(value, at)
      return undefined
    }
    if (value === null || isKind(value, 'length')) return undefined
    if (typeof value === 'number' || typeof value === 'bigint')
      this.number(at, width, value)
    else if (isKind(value, 'flags'))
      this.number(at, width, flagsValue(value, this.arch))
    else if (isKind(value, 'result')) {
      // a descriptor of four bytes in a slot of eight: the rest stays zero
      const size = Math.min(width, value.bytes)
      patches.push({ kind: 'copy', at, source: this.source(value), size })
    } else {
      if (width !== 8)
        throw new RockerError('bad-input', 'a pointer takes 8 bytes')
      const target = this.target(value, patches)
      patches.push({ kind: 'pointer', at, source: target.at, size: 8 })
      return target
    }
    return undefined
  }

  /** Puts what a pointer points to. */
  private target(value: Pointed, patches: Patch[]): Target {
    if (typeof value === 'string') return this.string(value)
    if (value instanceof Uint8Array) {
      const at = this.addBytes(value, 8)
      return { at, length: value.length, dynamic: false }
    }
    if (value.kind === 'text') return this.text(value, patches)
    if (value.kind === 'struct') return this.sharedStruct(value, patches)
    if (value.kind !== 'output')
      throw new RockerError('bad-input', 'an argument of no known kind')
    const at = this.addCell(value.name, value.bytes)
    return { at, length: value.bytes, dynamic: false }
  }

  private string(value: string): Target {
    if (value.includes('\0'))
      throw new RockerError(
        'bad-input',
        `${JSON.stringify(value.slice(0, 40))} has a NUL byte in it`,
      )
    const length = Buffer.byteLength(value)
    const at = this.reserve(length + 1, 1)
    this.buffer.write(value, at)
    return { at, length, dynamic: false }
  }

  private text(value: Text, patches: Patch[]): Target {
    const literals = value.parts.map((part) =>
      typeof part === 'string' ? Buffer.from(part) : part,
    )
    const room = literals.reduce(
      (sum, part) =>
        sum + (part instanceof Uint8Array ? part.length : decimalDigits),
      1,
    )
    const at = this.reserve(room, 1)
    patches.push({ kind: 'clear', at, source: 0, size: 1 })
    for (const part of literals) {
      if (part instanceof Uint8Array) {
        if (part.includes(0))
          throw new RockerError('bad-input', 'a text has a NUL byte in it')
        patches.push({
          kind: 'append',
          at,
          source: this.addBytes(part),
          size: part.length,
        })
      } else {
        patches.push({
          kind: 'decimal',
          at,
          source: this.source(part),
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
  private sharedStruct(value: Struct, patches: Patch[]): Target {
    const known = this.structs.get(value)
    if (known) {
      patches.push(...known.patches)
      return known.target
    }
    const own: Patch[] = []
    const cells = this.cells.size
    const target = this.struct(value, own)
    const constant = own.every(({ kind }) => kind === 'pointer')
    if (constant && this.cells.size === cells)
      this.structs.set(value, { target, patches: own })
    patches.push(...own)
    return target
  }

  private struct(value: Struct, patches: Patch[]): Target {
    const { offsets, length } = structLayout(value.fields)
    const base = this.reserve(length, 8)
    const placings = value.fields.map((field, i) => ({
      at: base + (offsets[i] ?? 0),
      width: field.width,
      value: field.value,
    }))
    this.fill(placings, patches)
    return { at: base, length, dynamic: false }
  }

  private source(value: Result): number {
    const cell = this.cells.get(value.of)
    if (!cell)
      throw new RockerError(
        'bad-input',
        `no earlier result named ${value.of}`,
      )
    if (value.at < 0 || value.at + value.bytes > cell.bytes)
      throw new RockerError(
        'bad-input',
        `${value.of} has no ${value.bytes} bytes at ${value.at}`,
      )
    return cell.at + value.at
  }

  private number(at: number, width: Width, value: number | bigint): void {
    if (value === 0) return // memory begins as zeros
    if (typeof value === 'number' && (value | 0) === value && width >= 4) {
      // nearly all are small, and BigInts are slow in code that runs once
      this.buffer.writeInt32LE(value, at)
      if (width === 8 && value < 0) this.buffer.writeInt32LE(-1, at + 4)
      return
    }
    const wide = BigInt(value)
    const bits = width * 8
    const unsigned = BigInt.asUintN(bits, wide)
    if (wide !== unsigned && wide !== BigInt.asIntN(bits, wide))
      throw new RockerError(
        'bad-input',
        `${value} does not fit into ${width} bytes`,
      )
    if (width === 8) this.buffer.writeBigUInt64LE(unsigned, at)
    else this.buffer.writeUIntLE(Number(unsigned), at, width)
  }

  private reserve(size: number, align: number): number {
    const at = alignUp(this.used, align)
    this.used = at + size
    if (this.used > this.buffer.length) {
      const larger = Buffer.alloc(
        Math.max(this.used, this.buffer.length * 2),
      )
      this.buffer.copy(larger)
      this.buffer = larger
    }
    return at
  }
}

interface Placing {
  readonly at: number
  readonly width: Width | 'inline'
  readonly value: Argument
}

type Pointed = string | Uint8Array | Text | Output | Struct

interface PlacedStruct {
  readonly target: Target
  readonly patches: readonly Patch[]
}

interface Target {
  readonly at: number
  readonly length: number
  readonly dynamic: boolean // a Text: its length is known when it is patched
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
