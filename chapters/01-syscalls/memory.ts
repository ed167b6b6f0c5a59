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

import { type ConstantName, constant } from './constants.ts'
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
    const values = args.map((value) => ({ width: 8 as const, value }))
    this.fill(
      values.map((value, i) => ({ ...value, at: slots + i * 8 })),
      patches,
    )
    return { slots, patches }
  }
  // #endregion place

  private fill(fields: readonly Placing[], patches: Patch[]): void {
    const targets: (Target | undefined)[] = []
    for (const [i, field] of fields.entries()) {
      if (!isKind(field.value, 'length'))
        targets[i] = this.put(field, patches)
    }
    for (const field of fields) {
      if (isKind(field.value, 'length')) {
        const target = targets[field.value.of]
        if (!target)
          throw new RockerError(
            'bad-input',
            'the length of an argument without one',
          )
        if (target.dynamic)
          patches.push({
            kind: 'length',
            at: field.at,
            source: target.at,
            size: widthOf(field),
          })
        else this.number(field.at, widthOf(field), BigInt(target.length))
      }
    }
  }

  /** Writes one value where it belongs; says what a Length would measure. */
  private put(field: Placing, patches: Patch[]): Target | undefined {
    const { value } = field
    if (field.width === 'inline') {
      if (!(value instanceof Uint8Array))
        throw new RockerError('bad-input', 'inline takes bytes')
      this.buffer.set(value, field.at)
      return undefined
    }
    if (value === null) return undefined
    if (typeof value === 'number' || typeof value === 'bigint') {
      this.number(field.at, field.width, BigInt(value))
      return undefined
    }
    if (isKind(value, 'flags')) {
      this.number(field.at, field.width, flagsValue(value, this.arch))
      return undefined
    }
    if (isKind(value, 'result')) {
      this.copy(field, value, patches)
      return undefined
    }
    const target = this.target(value, patches)
    if (field.width !== 8)
      throw new RockerError('bad-input', 'a pointer takes 8 bytes')
    patches.push({
      kind: 'pointer',
      at: field.at,
      source: target.at,
      size: 8,
    })
    return target
  }

  /** Puts what a pointer points to. */
  private target(
    value: string | Uint8Array | Text | Output | Struct | object,
    patches: Patch[],
  ): Target {
    if (typeof value === 'string') {
      const bytes = Buffer.from(`${value}\0`)
      if (bytes.indexOf(0) !== bytes.length - 1)
        throw new RockerError(
          'bad-input',
          `${JSON.stringify(value.slice(0, 40))} has a NUL byte in it`,
        )
      return {
        at: this.addBytes(bytes),
        length: bytes.length - 1,
        dynamic: false,
      }
    }
    if (value instanceof Uint8Array)
      return {
        at: this.addBytes(value, 8),
        length: value.length,
        dynamic: false,
      }
    if (isKind(value, 'output'))
      return {
        at: this.addCell(value.name, value.bytes),
        length: value.bytes,
        dynamic: false,
      }
    if (isKind(value, 'text')) return this.text(value, patches)
    if (isKind(value, 'struct')) return this.struct(value, patches)
    throw new RockerError('bad-input', 'an argument of no known kind')
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

  private copy(field: Placing, value: Result, patches: Patch[]): void {
    const width = widthOf(field)
    const source = this.source(value)
    // a descriptor of four bytes in a slot of eight: the rest stays zero
    patches.push({
      kind: 'copy',
      at: field.at,
      source,
      size: Math.min(width, value.bytes),
    })
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

  private number(at: number, width: Width, value: bigint): void {
    const bits = width * 8
    if (
      value !== BigInt.asIntN(bits, value) &&
      value !== BigInt.asUintN(bits, value)
    )
      throw new RockerError(
        'bad-input',
        `${value} does not fit into ${width} bytes`,
      )
    const unsigned = BigInt.asUintN(bits, value)
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

interface Target {
  readonly at: number
  readonly length: number
  readonly dynamic: boolean // a Text: its length is known when it is patched
}

/** `MS_REC | MS_PRIVATE` as a number. */
function flagsValue(value: Flags, arch: Architecture): bigint {
  return value.names.reduce(
    (sum, name: ConstantName) => sum | constant(name, arch),
    0n,
  )
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

function widthOf(field: Placing): Width {
  if (field.width === 'inline')
    throw new RockerError('bad-input', 'inline takes bytes')
  return field.width
}
