// The memory of arguments is like an object file: bytes, and patches that are
// applied just before each call, when addresses and earlier results are known.
//
//   openat(AT_FDCWD, text`/proc/${pid}/ns/net`, O_RDONLY)
//
//   slots  [ -100 | ........ | 0 ]    ← pointer: the address of the text
//   bytes  "/proc/" "/ns/net" [room]  ← append "/proc/", decimal pid, "/ns/net"
//   cells  [ pid ]                    ← what an earlier clone3 returned
//
// perform() applies the patches in this process, the shim in its own.

import type { Architecture } from './numbers.ts'
import { RockerError } from './rocker-error.ts'
import { alignUp } from './struct-layout.ts'
import type { Result, Width } from './syscall.ts'

/**
 * What a patch does; the shim knows these by number. A patch is four words,
 * with offsets into the memory: kind, at, source, size.
 * - pointer: the address of `source`, as 8 bytes at `at`
 * - copy: `size` bytes from `source` to `at`
 * - clear: an empty string at `at`
 * - append: `size` bytes from `source` behind the string at `at`
 * - decimal: the signed number of `size` bytes at `source`, behind the string
 * - length: the length of the string at `source`, as `size` bytes at `at`
 */
export const patchKinds = {
  pointer: 1,
  copy: 2,
  clear: 3,
  append: 4,
  decimal: 5,
  length: 6,
} as const

export type PatchKind = keyof typeof patchKinds

/** Memory that grows as arguments are laid out in it, with its patches. */
export class Memory {
  readonly arch: Architecture
  /** Four words each: nothing else is as quick in code that runs once. */
  readonly patches: number[] = []
  private buffer: Buffer<ArrayBuffer>
  private view: DataView
  private used = 0
  private readonly cells = new Map<string, { at: number; bytes: number }>()

  /** `room`: how many bytes it will have, about; it grows by itself. */
  constructor(arch: Architecture, room = 1024) {
    this.arch = arch
    this.buffer = Buffer.from(new ArrayBuffer(room))
    this.view = new DataView(this.buffer.buffer)
  }

  /** The bytes so far. A view: what is placed later may move them. */
  get bytes(): Buffer {
    return this.buffer.subarray(0, this.used)
  }

  /** Notes what is only known just before the call. */
  patch(kind: PatchKind, at: number, source: number, size: number): void {
    this.patches.push(patchKinds[kind], at, source, size)
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
    this.view.setBigInt64(this.addCell(name, 8), BigInt(value), true)
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

  /** Writes bytes where there is room already. */
  setBytes(at: number, bytes: Uint8Array): void {
    this.buffer.set(bytes, at)
  }

  /** Appends a string with its NUL; it may not have another one in it. */
  addString(value: string): { at: number; length: number } {
    if (value.includes('\0'))
      throw new RockerError(
        'bad-input',
        `${JSON.stringify(value.slice(0, 40))} has a NUL byte in it`,
      )
    const length = Buffer.byteLength(value)
    const at = this.reserve(length + 1, 1)
    this.buffer.write(value, at)
    return { at, length }
  }

  /** How many results and outputs have a name. */
  get cellCount(): number {
    return this.cells.size
  }

  /** Where the bytes lie that a result stands for. */
  source(value: Omit<Result, 'kind'>): number {
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

  /** Writes a number, signed or not; refuses what does not fit. */
  setNumber(at: number, width: Width, value: number | bigint): void {
    if (value === 0) return // memory begins as zeros
    if (typeof value === 'number' && (value | 0) === value && width >= 4) {
      // nearly all are small, and BigInts are slow in code that runs once
      this.view.setInt32(at, value, true)
      if (width === 8 && value < 0) this.view.setInt32(at + 4, -1, true)
      return
    }
    if (width === 2 && value > 0 && value <= 0xffff) {
      this.view.setUint16(at, Number(value), true)
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
    if (width === 8) this.view.setBigUint64(at, unsigned, true)
    else this.buffer.writeUIntLE(Number(unsigned), at, width)
  }

  /** Room for `size` bytes, which are zeros. */
  reserve(size: number, align: number): number {
    const at = alignUp(this.used, align)
    this.used = at + size
    if (this.used > this.buffer.length) this.grow()
    return at
  }

  private grow(): void {
    const larger = Buffer.alloc(Math.max(this.used, this.buffer.length * 2))
    this.buffer.copy(larger)
    this.buffer = larger
    this.view = new DataView(larger.buffer)
  }
}
