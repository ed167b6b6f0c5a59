// A condition of a filter in words: "argument 0 is AF_UNIX".

import type { SpecCondition } from '../09-containers/spec.ts'

import { callValues } from './call-values.ts'

/** "argument 0 is 1", "argument 0 is 2" → "argument 0 is 1 or 2" */
export function joined(conditions: readonly string[]): string {
  const [first = ''] = conditions
  const start = first.slice(0, first.lastIndexOf(' ') + 1)
  const isAlike = conditions.every(
    (one) =>
      one.startsWith(start) && !one.slice(start.length).includes(' '),
  )
  if (!isAlike) return conditions.join(' or ')
  return (
    start + conditions.map((one) => one.slice(start.length)).join(' or ')
  )
}

const comparisons: Readonly<Record<SpecCondition['op'], string>> = {
  SCMP_CMP_EQ: 'is',
  SCMP_CMP_NE: 'is not',
  SCMP_CMP_LT: 'is less than',
  SCMP_CMP_LE: 'is at most',
  SCMP_CMP_GE: 'is at least',
  SCMP_CMP_GT: 'is more than',
  SCMP_CMP_MASKED_EQ: 'is',
}

/** `name` is the call's: it knows the names of its values. */
export function clause(name: string, condition: SpecCondition): string {
  const { index, op, value, valueTwo = 0 } = condition
  const argument = `argument ${index}`
  if (op !== 'SCMP_CMP_MASKED_EQ')
    return `${argument} ${comparisons[op]} ${valueName(name, value)}`
  if (value === 0xffffffff)
    return `${argument}, its lower half, is ${valueName(name, valueTwo)}`
  if (valueTwo === 0) return `${argument} has none of ${bits(name, value)}`
  return `${argument} & ${hex(value)} is ${hex(valueTwo)}`
}

function namesOf(name: string): readonly (readonly [string, number])[] {
  const known: Readonly<Record<string, Readonly<Record<string, number>>>> =
    callValues
  return Object.entries(known[name] ?? {})
}

function valueName(name: string, value: number): string {
  return namesOf(name).find(([, one]) => one === value)?.[0] ?? hex(value)
}

// 0x7e020000 of clone → CLONE_NEWNS, CLONE_NEWCGROUP, …
function bits(name: string, value: number): string {
  const named = namesOf(name).filter(([, one]) => (value & one) !== 0)
  const sum = named.reduce((all, [, one]) => all + one, 0)
  return sum === value ? named.map(([one]) => one).join(', ') : hex(value)
}

function hex(value: number): string {
  return value < 10 ? `${value}` : `0x${value.toString(16)}`
}
