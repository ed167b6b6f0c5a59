import { expect, test } from 'vitest'

import type { SpecCondition } from '../09-containers/spec.ts'

import { assemble } from './bpf.ts'
import { judge } from './judge.ts'
import { compare } from './seccomp-compare.ts'

const [yes, no] = [1, 2]

/** What the few instructions of one condition say to an argument. */
function says(condition: SpecCondition, given: bigint): number {
  const program = assemble([
    ...compare(condition, { holds: 'holds', fails: 'fails' }),
    { op: 'label', name: 'holds' },
    { op: 'return', value: yes },
    { op: 'label', name: 'fails' },
    { op: 'return', value: no },
  ])
  return judge(program, { arch: 0, number: 0, args: [given] }).value
}

test.each([
  [4n, false, false],
  [5n, false, true],
  [6n, true, true],
  [2n ** 32n, true, true], // its lower half is 0
  [2n ** 32n + 4n, true, true],
  [2n ** 64n - 1n, true, true],
])('%i beside 5: greater, or at least as great', (given, gt, ge) => {
  const of = (op: SpecCondition['op']) =>
    says({ index: 0, op, value: 5 }, given) === yes
  expect([of('SCMP_CMP_GT'), of('SCMP_CMP_GE')]).toEqual([gt, ge])
  expect([of('SCMP_CMP_LE'), of('SCMP_CMP_LT')]).toEqual([!gt, !ge])
})

test.each([
  [2n ** 32n + 5n, false, true],
  [2n ** 32n + 4n, false, false],
  [2n ** 32n + 6n, true, true],
  [2n ** 33n, true, true],
  [9n, false, false], // more than the lower half of the other
])('%i beside 2^32 + 5: the upper half comes first', (given, gt, ge) => {
  const of = (op: SpecCondition['op']) =>
    says({ index: 0, op, value: 2 ** 32 + 5 }, given) === yes
  expect([of('SCMP_CMP_GT'), of('SCMP_CMP_GE')]).toEqual([gt, ge])
})
