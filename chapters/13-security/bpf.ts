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
  | If
  | { readonly op: 'goto'; readonly to: Label }
  | { readonly op: 'return'; readonly value: number }
  /** No instruction, but a name for the one that follows. */
  | { readonly op: 'label'; readonly name: Label }

/** Goes where the answer leads; without a label, to what follows. */
interface If {
  readonly op: 'if'
  readonly test: Test
  readonly value: number
  readonly yes?: Label
  readonly no?: Label
}

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
const bytesEach = 8 // struct sock_filter: code, yes, no, value
const farthest = 255 - 2 // 8 bits of an if, less two gotos beside it

// #region assemble
/**
 * The program as an array of struct sock_filter. All jumps go forwards, so
 * it is put together from its end: where one leads is always known. An if
 * that leads too far for its 8 bits gets a goto beside it, which has 32. A
 * return that stands near already is not written again.
 */
export function assemble(instructions: readonly Instruction[]): Uint8Array {
  const program = new ProgramFromItsEnd()
  for (let i = instructions.length - 1; i >= 0; i--) {
    const one = instructions[i]
    if (!one) continue
    if (one.op === 'label') program.name(one.name)
    else if (one.op === 'if') program.addIf(one)
    else if (one.op === 'goto') program.addGoto(one.to)
    else if (one.op === 'return') program.addReturn(one.value)
    else if (one.op === 'load') program.addStep(codes.load, one.at)
    else program.addStep(codes[one.op], one.value)
  }
  return program.bytes()
}
// #endregion assemble

/** A place is how many instructions lie behind it. */
class ProgramFromItsEnd {
  private readonly view = new DataView(new ArrayBuffer(most * bytesEach))
  private readonly places = new Map<Label, number>()
  private readonly returns = new Map<number, number>()
  private length = 0
  /** The place that comes next: where it is another than the last, one jumps. */
  private next = 0

  name(label: Label): void {
    this.places.set(label, this.next)
  }

  addStep(code: number, value: number): void {
    this.goOn()
    this.add(code, value)
  }

  addReturn(value: number): void {
    const near = this.returns.get(value)
    if (near !== undefined && this.length - near < farthest / 2) {
      this.next = near
      return
    }
    this.add(codes.return, value)
    this.returns.set(value, this.length)
  }

  addGoto(label: Label): void {
    this.add(codes.goto, this.length - this.placeOf(label))
  }

  addIf({ test, value, yes, no }: If): void {
    const { next } = this
    const noPlace = this.within(no === undefined ? next : this.placeOf(no))
    const yesPlace = this.within(
      yes === undefined ? next : this.placeOf(yes),
    )
    const { length } = this
    this.add(tests[test], value, length - yesPlace, length - noPlace)
  }

  /** A place that an if can reach and that leads there. */
  private within(place: number): number {
    if (this.length - place <= farthest) return place
    this.add(codes.goto, this.length - place)
    return this.length
  }

  private placeOf(label: Label): number {
    const place = this.places.get(label)
    if (place === undefined)
      throw new RockerError('bad-input', `bpf: no ${label} lies ahead`)
    return place
  }

  /** To what comes next, wherever that is. */
  private goOn(): void {
    if (this.next !== this.length)
      this.add(codes.goto, this.length - this.next)
  }

  /** `yes` and `no`: how many instructions are passed over. */
  private add(code: number, value: number, yes = 0, no = 0): void {
    this.length++
    this.next = this.length
    if (this.length > most) throw tooLong()
    const at = (most - this.length) * bytesEach
    this.view.setUint16(at, code, true)
    this.view.setUint8(at + 2, yes)
    this.view.setUint8(at + 3, no)
    this.view.setUint32(at + 4, value, true)
  }

  bytes(): Uint8Array {
    this.goOn()
    return new Uint8Array(
      this.view.buffer.slice((most - this.length) * bytesEach),
    )
  }
}

function tooLong(): RockerError {
  return new RockerError(
    'bad-input',
    `make a filter of more than ${most} instructions`,
    { hint: 'the kernel takes no more: name fewer calls and conditions' },
  )
}
