// A tiny assembler for classic BPF, the language of the kernel's packet filters
// of 1992, which also decides about system calls.
//
// A program has one accumulator, looks at 64 bytes (the call: its number, its
// architecture, six arguments), and may jump forwards only: so it always ends,
// and the kernel need not trust who wrote it.
//
//   load 0 · if ≥ 165: yes, no · yes: return EPERM · no: return ALLOW
//
// linux/filter.h, linux/bpf_common.h

import { RockerError } from '../01-syscalls/rocker-error.ts'

/** A place in the program: any value that is no other place. */
export type Label = string | number

export type Instruction =
  /** Takes 4 bytes of what is looked at. */
  | { readonly op: 'load'; readonly at: number }
  | { readonly op: 'and'; readonly value: number }
  /** Goes where the answer leads; without a label, to what follows. */
  | {
      readonly op: 'if'
      readonly test: Test
      readonly value: number
      readonly yes?: Label
      readonly no?: Label
    }
  | { readonly op: 'goto'; readonly to: Label }
  | { readonly op: 'return'; readonly value: number }
  /** No instruction, but a name for the one that follows. */
  | { readonly op: 'label'; readonly name: Label }

export type Test = keyof typeof tests

/** BPF_JMP | BPF_K with what is compared. */
export const tests = { '=': 0x15, '>': 0x25, '≥': 0x35 } as const

/** The codes of what is no test. */
export const codes = {
  load: 0x20, // BPF_LD | BPF_W | BPF_ABS
  and: 0x54, // BPF_ALU | BPF_AND | BPF_K
  goto: 0x05, // BPF_JMP | BPF_JA
  return: 0x06, // BPF_RET | BPF_K
} as const

const most = 4096 // BPF_MAXINSNS
const farthest = 255 - 2 // of a conditional jump: 8 bits, less two trampolines

/** struct sock_filter, not yet in bytes. */
interface Placed {
  readonly code: number
  readonly yes: number
  readonly no: number
  readonly value: number
}

/**
 * The program as an array of struct sock_filter. Jumps only go forwards, so
 * it is put together from its end: where a jump leads is always known. One
 * that leads too far for its 8 bits gets a goto beside it, which has 32.
 */
export function assemble(instructions: readonly Instruction[]): Uint8Array {
  const placed: Placed[] = [] // the last one first
  const labels = new Map<Label, number>()
  const distance = (label: Label) => placed.length - at(labels, label)
  const leap = (label: Label) =>
    placed.push(plain(codes.goto, distance(label)))
  for (let i = instructions.length - 1; i >= 0; i--) {
    const one = instructions[i]
    if (!one) continue
    if (one.op === 'label') labels.set(one.name, placed.length)
    else if (one.op === 'goto') leap(one.to)
    else if (one.op === 'load') placed.push(plain(codes.load, one.at))
    else if (one.op !== 'if') placed.push(plain(codes[one.op], one.value))
    else {
      const next = placed.length
      const reach = (label: Label | undefined) => {
        if (label === undefined) return next
        if (distance(label) > farthest) leap(label)
        else return at(labels, label)
        return placed.length
      }
      const no = reach(one.no)
      const yes = reach(one.yes)
      placed.push({
        code: tests[one.test],
        yes: placed.length - yes,
        no: placed.length - no,
        value: one.value,
      })
    }
  }
  return encode(placed.reverse())
}

function at(labels: ReadonlyMap<Label, number>, label: Label): number {
  const place = labels.get(label)
  if (place === undefined)
    throw new RockerError('bad-input', `bpf: no ${label} lies ahead`)
  return place
}

function plain(code: number, value: number): Placed {
  return { code, yes: 0, no: 0, value }
}

function encode(program: readonly Placed[]): Uint8Array {
  if (program.length > most)
    throw new RockerError(
      'bad-input',
      `make a filter of ${program.length} instructions`,
      { hint: `the kernel takes ${most}: name fewer calls and conditions` },
    )
  const bytes = new Uint8Array(program.length * 8)
  const view = new DataView(bytes.buffer)
  for (const [i, { code, yes, no, value }] of program.entries()) {
    view.setUint16(i * 8, code, true)
    view.setUint8(i * 8 + 2, yes)
    view.setUint8(i * 8 + 3, no)
    view.setUint32(i * 8 + 4, value, true)
  }
  return bytes
}
