// One argument against a value. BPF knows 32 bits, an argument has 64: first
// the upper half is compared, and where it leaves the question open, the lower.
//
//   args[0] > 5   load upper · if > 0: holds · if = 0, else fails
//                 load lower · if > 5, else fails
//
// The kernel often looks at the lower half alone (a socket's family, the number
// of an ioctl), and then the upper one may have anything in it: such a rule has
// to compare with SCMP_CMP_MASKED_EQ, or name all that is good.
//
// man 2 seccomp

import type { SpecCondition } from '../09-containers/spec.ts'

import type { Instruction, Label, Test } from './bpf.ts'

const firstArgument = 16 // in struct seccomp_data
const half = 2 ** 32

/** Where it goes on. */
interface Ways {
  readonly holds: Label
  readonly fails: Label
}

/** Leads to `holds` or to `fails`. */
export function compare(
  { index, op, value, valueTwo = 0 }: SpecCondition,
  ways: Ways,
): Instruction[] {
  const opposite = { holds: ways.fails, fails: ways.holds }
  switch (op) {
    case 'SCMP_CMP_EQ':
      return equal({ index, value }, ways)
    case 'SCMP_CMP_NE':
      return equal({ index, value }, opposite)
    case 'SCMP_CMP_MASKED_EQ':
      return equal({ index, value: valueTwo, mask: value }, ways)
    case 'SCMP_CMP_GT':
      return greater('>', { index, value }, ways)
    case 'SCMP_CMP_GE':
      return greater('≥', { index, value }, ways)
    case 'SCMP_CMP_LE':
      return greater('>', { index, value }, opposite)
    case 'SCMP_CMP_LT':
      return greater('≥', { index, value }, opposite)
  }
}

interface Compared {
  readonly index: number
  readonly value: number
  /** Only these bits are looked at. */
  readonly mask?: number
}

function equal(
  { index, value, mask }: Compared,
  { holds, fails }: Ways,
): Instruction[] {
  const test = { op: 'if', test: '=', no: fails } as const
  const low: Instruction[] = [
    ...load(index, 'lower', mask),
    { ...test, value: lower(value), yes: holds },
  ]
  if (mask !== undefined && upper(mask) === 0 && upper(value) === 0)
    return low
  const high = load(index, 'upper', mask)
  return [...high, { ...test, value: upper(value) }, ...low]
}

// #region greater
function greater(
  test: Test,
  { index, value }: Compared,
  { holds, fails }: Ways,
): Instruction[] {
  // #region exercise-compare-halves
  return [
    ...load(index, 'upper'),
    { op: 'if', test: '>', value: upper(value), yes: holds },
    { op: 'if', test: '=', value: upper(value), no: fails },
    ...load(index, 'lower'),
    { op: 'if', test, value: lower(value), yes: holds, no: fails },
  ]
  // #endregion exercise-compare-halves
}
// #endregion greater

/** One half of an argument; little-endian, as both architectures are. */
function load(
  index: number,
  which: 'upper' | 'lower',
  mask?: number,
): Instruction[] {
  const isUpper = which === 'upper'
  const at = firstArgument + index * 8 + (isUpper ? 4 : 0)
  const loaded: Instruction = { op: 'load', at }
  if (mask === undefined) return [loaded]
  const value = isUpper ? upper(mask) : lower(mask)
  return [loaded, { op: 'and', value }]
}

function upper(value: number): number {
  return Math.floor(value / half)
}

function lower(value: number): number {
  return value % half
}
