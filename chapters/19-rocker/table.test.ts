// Columns, as docker prints them.

import { expect, test } from 'vitest'

import { table } from './table.ts'

test('a column is as wide as its widest cell and three blanks', () => {
  expect(
    table([
      ['REPOSITORY', 'TAG', 'SIZE'],
      ['127.0.0.1:5000/debian', 'latest', '124MB'],
    ]),
  ).toEqual([
    'REPOSITORY              TAG       SIZE',
    '127.0.0.1:5000/debian   latest    124MB',
  ])
})

test('a column has ten characters at least, and the last one only its own', () => {
  expect(table([['A', 'B', 'C']])).toEqual(['A         B         C'])
})

test('a list without rows has its heads', () => {
  expect(table([['REPOSITORY', 'TAG']])).toEqual(['REPOSITORY   TAG'])
})
