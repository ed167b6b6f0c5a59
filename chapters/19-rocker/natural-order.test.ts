// Names in docker's order.

import { expect, test } from 'vitest'

import { naturally } from './natural-order.ts'

test.each([
  ['net2', 'net10'],
  ['net', 'net2'],
  ['2', '10'],
  ['10', 'a'],
  ['Z', 'a'],
  ['a1b', 'a1c'],
  ['a9', 'a09b'],
  ['', 'a'],
])('%j stands before %j', (first, second) => {
  expect([second, first].sort(naturally)).toEqual([first, second])
  expect([first, second].sort(naturally)).toEqual([first, second])
})
