// What a filter says to a call, without a kernel: the few instructions of
// classic BPF, played one after the other over the 64 bytes that the kernel
// would show it.
//
//   struct seccomp_data: number · arch · instruction pointer · six arguments
//
// Documentation/networking/filter.rst

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { codes, tests } from './bpf.ts'
import { auditArch, callNumbers, type FilterArch } from './syscall-table.ts'

/** A call, as the kernel knows it. */
export interface Call {
  readonly arch: number
  readonly number: number
  readonly args: readonly bigint[]
}

/** Which answer it gets, and which instructions have led there. */
export interface Verdict {
  readonly value: number
  readonly path: readonly number[]
}

/** `callOf('SCMP_ARCH_X86_64', 'unshare', [0x10000000n])` */
export function callOf(
  arch: FilterArch,
  call: string | number,
  args: readonly bigint[] = [],
): Call {
  const number =
    typeof call === 'number' ? call : callNumbers(arch).get(call)
  if (number === undefined)
    throw new RockerError('bad-input', `${arch} has no call ${call}`)
  return { arch: auditArch[arch], number, args }
}

// #region judge
/** Plays the program: it ends, for all its jumps lead on. */
export function judge(program: Uint8Array, call: Call): Verdict {
  const code = new DataView(program.buffer, program.byteOffset)
  const data = seccompData(call)
  const path: number[] = []
  let accumulator = 0
  for (let at = 0; at * 8 < program.length; at++) {
    path.push(at)
    const value = code.getUint32(at * 8 + 4, true)
    const kind = code.getUint16(at * 8, true)
    if (kind === codes.return) return { value, path }
    if (kind === codes.load) accumulator = data.getUint32(value, true)
    else if (kind === codes.and) accumulator = (accumulator & value) >>> 0
    else if (kind === codes.goto) at += value
    else {
      const isSo = holds(kind, accumulator, value)
      at += code.getUint8(at * 8 + (isSo ? 2 : 3))
    }
  }
  throw new RockerError('bad-input', 'bpf: it ends without an answer')
}
// #endregion judge

function holds(kind: number, accumulator: number, value: number): boolean {
  if (kind === tests['=']) return accumulator === value
  if (kind === tests['>']) return accumulator > value
  if (kind === tests['≥']) return accumulator >= value
  throw new RockerError('bad-input', `bpf: ${kind} is no instruction here`)
}

function seccompData({ arch, number, args }: Call): DataView {
  const data = new DataView(new ArrayBuffer(64))
  data.setUint32(0, number, true)
  data.setUint32(4, arch, true)
  for (const [i, value] of args.entries())
    data.setBigUint64(16 + i * 8, BigInt.asUintN(64, value), true)
  return data
}

/** `'ALLOW'`, `'KILL_PROCESS'`, or an errno's number. */
export function answerOf(value: number): string | number {
  const action = Math.floor(value / 0x10000)
  if (action === 0x0005) return value & 0xffff
  return actions.get(action) ?? `0x${value.toString(16)}`
}

const actions: ReadonlyMap<number, string> = new Map([
  [0x0000, 'KILL_THREAD'],
  [0x0003, 'TRAP'],
  [0x7ff0, 'TRACE'],
  [0x7ffc, 'LOG'],
  [0x7fff, 'ALLOW'],
  [0x8000, 'KILL_PROCESS'],
])
