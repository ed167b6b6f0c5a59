import { expect, test } from 'vitest'

import { assemble, type Instruction } from './bpf.ts'
import { judge } from './judge.ts'

const call = (number: number) => ({ arch: 0, number, args: [] })
const says = (program: readonly Instruction[], number: number) =>
  judge(assemble(program), call(number)).value

test('a program is an array of struct sock_filter', () => {
  const program = assemble([
    { op: 'load', at: 4 },
    { op: 'if', test: '=', value: 0xc000003e, no: 'other' },
    { op: 'return', value: 0x7fff0000 },
    { op: 'label', name: 'other' },
    { op: 'return', value: 0 },
  ])
  expect(Buffer.from(program).toString('hex').match(/.{16}/g)).toEqual([
    '2000000004000000',
    '150000013e0000c0',
    '060000000000ff7f',
    '0600000000000000',
  ])
})

test.each([
  [0, 1],
  [9, 1],
  [10, 2],
  [0xffffffff, 2],
])('without a label an if goes on: %i', (number, answer) => {
  const program: Instruction[] = [
    { op: 'load', at: 0 },
    { op: 'if', test: '≥', value: 10, yes: 'more' },
    { op: 'return', value: 1 },
    { op: 'label', name: 'more' },
    { op: 'return', value: 2 },
  ]
  expect(says(program, number)).toBe(answer)
})

test.each([250, 253, 254, 255, 256, 300, 4000])(
  'both ways of an if may be %i instructions away',
  (far) => {
    const between = Array.from(
      { length: far },
      (): Instruction => ({ op: 'return', value: 9 }),
    )
    const program: Instruction[] = [
      { op: 'load', at: 0 },
      { op: 'if', test: '=', value: 7, yes: 'yes', no: 'no' },
      ...between,
      { op: 'label', name: 'yes' },
      { op: 'return', value: 1 },
      { op: 'label', name: 'no' },
      { op: 'return', value: 2 },
    ]
    expect([says(program, 7), says(program, 8)]).toEqual([1, 2])
  },
)

test.each([200, 260])('a goto passes over %i instructions', (far) => {
  const between = Array.from(
    { length: far },
    (): Instruction => ({ op: 'return', value: 9 }),
  )
  const end: Instruction[] = [
    { op: 'label', name: 'end' },
    { op: 'return', value: 3 },
  ]
  expect(says([{ op: 'goto', to: 'end' }, ...between, ...end], 0)).toBe(3)
})

test('one goes on where the way of an if is too long', () => {
  const program: Instruction[] = [
    { op: 'load', at: 0 },
    { op: 'if', test: '=', value: 7, no: 'far' },
    { op: 'return', value: 1 },
    ...Array.from(
      { length: 300 },
      (): Instruction => ({ op: 'return', value: 9 }),
    ),
    { op: 'label', name: 'far' },
    { op: 'return', value: 2 },
  ]
  expect([says(program, 7), says(program, 8)]).toEqual([1, 2])
})

test('only these bits are looked at', () => {
  const program: Instruction[] = [
    { op: 'load', at: 0 },
    { op: 'and', value: 0xf0000000 },
    { op: 'if', test: '>', value: 0x70000000, yes: 'high' },
    { op: 'return', value: 1 },
    { op: 'label', name: 'high' },
    { op: 'return', value: 2 },
  ]
  expect(says(program, 0x7fffffff)).toBe(1)
  expect(says(program, 0x80000000)).toBe(2)
})

test('one return is enough for many that stand near', () => {
  const program: Instruction[] = [
    { op: 'load', at: 0 },
    { op: 'if', test: '≥', value: 5, yes: 'upper' },
    { op: 'if', test: '=', value: 1, yes: 'one' },
    { op: 'return', value: 7 },
    { op: 'label', name: 'one' },
    { op: 'return', value: 8 },
    { op: 'label', name: 'upper' },
    { op: 'and', value: 1 },
    { op: 'if', test: '=', value: 1, yes: 'odd' },
    { op: 'return', value: 7 },
    { op: 'label', name: 'odd' },
    { op: 'return', value: 8 },
  ]
  expect(assemble(program).length).toBe((12 - 3 - 2) * 8)
  const answers = [0, 1, 2, 5, 6, 7].map((nr) => says(program, nr))
  expect(answers).toEqual([7, 8, 7, 8, 7, 8])
})

test('what goes on at a return that stands elsewhere jumps there', () => {
  const program: Instruction[] = [
    { op: 'load', at: 0 },
    { op: 'if', test: '=', value: 1, yes: 'one' },
    { op: 'and', value: 0 },
    { op: 'return', value: 7 },
    { op: 'label', name: 'one' },
    { op: 'load', at: 4 },
    { op: 'return', value: 7 },
  ]
  expect([1, 2].map((nr) => says(program, nr))).toEqual([7, 7])
  const first: Instruction[] = [
    { op: 'return', value: 7 },
    { op: 'return', value: 8 },
    { op: 'return', value: 7 },
  ]
  expect(says(first, 0)).toBe(7)
})

test('nothing jumps backwards', () => {
  const program: Instruction[] = [
    { op: 'label', name: 'top' },
    { op: 'load', at: 0 },
    { op: 'goto', to: 'top' },
  ]
  expect(() => assemble(program)).toThrow('no top lies ahead')
})

test('the kernel takes 4096 instructions, and no more', () => {
  const nothing = (length: number) =>
    Array.from({ length }, (): Instruction => ({ op: 'load', at: 0 }))
  expect(assemble(nothing(4096)).length).toBe(4096 * 8)
  expect(() => assemble(nothing(4097))).toThrow(
    'make a filter of more than 4096 instructions',
  )
})

test('a program that does not return has no answer', () => {
  const program = assemble([{ op: 'load', at: 0 }])
  expect(() => judge(program, call(0))).toThrow('without an answer')
})
