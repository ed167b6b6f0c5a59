import { describe, expect, test } from 'vitest'

import {
  exerciseIds,
  isStubError,
  solveExercise,
  stubExercise,
  stubSource,
} from './stub.ts'

const start = '// #region exercise-'
const end = '// #endregion exercise-'
const book = `/** Adds. */
export function add(a: number, b: number): number {
  ${start}add
  return a + b
  ${end}add
}

export function twice(a: number): number {
  const two = 2
  ${start}twice
  const sum = a * two

  return sum
  ${end}twice
}
`

test('a source has the exercises that are marked in it', () => {
  expect(exerciseIds(book)).toEqual(['add', 'twice'])
})

describe('a stub', () => {
  const stub = stubExercise(book, 'add')

  test('keeps the words and the types, and says whose turn it is', () => {
    expect(stub).toContain(`/** Adds. */
export function add(a: number, b: number): number {
  ${start}add
  throw new Error(
    'This is your task, not a bug: npm run learn hint add',
  )
  ${end}add
}`)
  })

  test('leaves the others as they are', () => {
    expect(stub).toContain('const sum = a * two')
    expect(stubSource(book)).not.toContain('const sum = a * two')
  })

  test('is a stub once more when it is stubbed again', () => {
    expect(stubExercise(stub, 'add')).toBe(stub)
  })

  test('becomes the book again, whatever stood there', () => {
    const wrong = book.replace('a + b', 'a - b\n// no')
    for (const source of [stub, wrong, book])
      expect(solveExercise(source, book, 'add')).toBe(book)
  })
})

test.each([
  ['This is your task, not a bug: npm run learn hint x', true],
  ['expected 1 to be 2', false],
])('%j: a stub’s own error, %s', (message, expected) => {
  expect(isStubError(message)).toBe(expected)
})
