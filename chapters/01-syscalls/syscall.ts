// A system call, as data.
//
//   { name: 'sethostname', args: ['box', 3] }
//
// What is data can be printed before it happens, tested without root, and made
// by somebody else: here by perform(), from chapter 2 on by the shim.

import type { ConstantName } from './constants.ts'
import type { ErrnoName } from './errno.ts'
import type { KernelCall, ShimCall } from './numbers.ts'

// #region syscall
/** One system call: name, arguments, and what to make of the answer. */
export interface Syscall {
  readonly name: KernelCall | ShimCall
  readonly args: readonly Argument[]
  /** Answers that are as good as success. */
  readonly ignore?: readonly ErrnoName[]
  /** Keeps the return value under this name, for later calls. */
  readonly result?: string
  /** What the new process does: of clone3, and of monitor's probes. */
  readonly child?: readonly Syscall[]
  /** Which chapter makes this call, and what for; set by `step`. */
  readonly from?: Origin
}

export interface Origin {
  readonly chapter: string // 04-rootfs
  readonly doing: string // mount /proc
}
// #endregion syscall

// #region argument
/**
 * What a call is given. Numbers go as they are, null is a null pointer, a
 * string becomes a pointer to its bytes and a NUL, bytes a pointer to them.
 */
export type Argument =
  | number
  | bigint
  | null
  | string
  | Uint8Array
  | Flags
  | Result
  | Text
  | Output
  | Filled
  | Length
  | Struct
// #endregion argument

/** Constants by name, joined by "or". */
export interface Flags {
  readonly kind: 'flags'
  readonly names: readonly ConstantName[]
}

/** What an earlier call returned, or `bytes` at `at` inside an earlier Output. */
export interface Result {
  readonly kind: 'result'
  readonly of: string
  readonly at: number
  readonly bytes: Width
}

/** A string with results in it, each as a decimal number. */
export interface Text {
  readonly kind: 'text'
  readonly parts: readonly (string | Result)[]
}

/** Memory that the kernel fills; later calls read it by this name. */
export interface Output {
  readonly kind: 'output'
  readonly name: string
  readonly bytes: number
}

/** The same memory for a later call: what was read is written elsewhere. */
export interface Filled {
  readonly kind: 'filled'
  readonly name: string
}

/** The length in bytes of the argument (or field) with this index. */
export interface Length {
  readonly kind: 'length'
  readonly of: number
}

/** A pointer to a C structure: fields in their order, aligned as C does. */
export interface Struct {
  readonly kind: 'struct'
  readonly fields: readonly Field[]
}

export type Width = 1 | 2 | 4 | 8

/** One field. `inline` puts bytes into the structure, not a pointer to them. */
export interface Field {
  readonly name: string
  readonly width: Width | 'inline'
  readonly value: Argument
}

/** `flags('MS_REC', 'MS_PRIVATE')` */
export function flags(...names: ConstantName[]): Flags {
  return { kind: 'flags', names }
}

/** What the call with `result: of` returned. */
export function result(of: string): Result {
  return { kind: 'result', of, at: 0, bytes: 8 }
}

/** Four bytes of an Output: the write end of a pipe is `inside('pipe', 4)`. */
export function inside(of: string, at: number, bytes: Width = 4): Result {
  return { kind: 'result', of, at, bytes }
}

/** text`/proc/self/fd/${result('root')}` */
export function text(
  literals: TemplateStringsArray,
  ...results: (Result | string)[]
): Text {
  const parts = literals.flatMap((literal, i) => [
    literal,
    results[i] ?? '',
  ])
  return { kind: 'text', parts: parts.filter((part) => part !== '') }
}

export function output(name: string, bytes: number): Output {
  return { kind: 'output', name, bytes }
}

/** The bytes of the Output with this name, once it is filled. */
export function filled(name: string): Filled {
  return { kind: 'filled', name }
}

export function lengthOf(index: number): Length {
  return { kind: 'length', of: index }
}

/** `struct({ flags: [8, flags('O_PATH')], mode: [8, 0] })` */
export function struct(
  fields: Readonly<Record<string, readonly [Width | 'inline', Argument]>>,
): Struct {
  return {
    kind: 'struct',
    fields: Object.entries(fields).map(([name, [width, value]]) => ({
      name,
      width,
      value,
    })),
  }
}

/** A null-terminated list of pointers to strings, as argv and envp are. */
export function pointers(
  values: readonly (string | Uint8Array | Text)[],
): Struct {
  const fields = values.map((value, i): Field => {
    const isBytes = value instanceof Uint8Array
    const ended = isBytes ? Buffer.concat([value, Buffer.of(0)]) : value
    return { name: `${i}`, width: 8, value: ended }
  })
  const end: Field = { name: 'end', width: 8, value: null }
  return { kind: 'struct', fields: [...fields, end] }
}

// #region step
/**
 * Says which chapter makes these calls, and what for: the words of `rocker
 * explain`, and of the error when one of them fails. What is marked already
 * keeps its mark.
 */
export function step(
  chapter: string,
  doing: string,
  calls: readonly Syscall[],
): Syscall[] {
  const from = { chapter, doing }
  return calls.map((call) => ({ from, ...call }))
}
// #endregion step
