import { describe, expect, test } from 'vitest'

import { readPruneFilters } from './prune-filters.ts'

const hourMs = 3_600_000
const one = (agoMs: number, labels: Record<string, string> = {}) => ({
  createdMs: Date.now() - agoMs,
  labels,
})

describe('what may go', () => {
  test.each([
    ['everything, where nothing is said', [], one(0), true],
    ['what is old enough', ['until=24h'], one(25 * hourMs), true],
    ['not what is younger', ['until=24h'], one(23 * hourMs), false],
    ['what is older than a day', ['until=2000-01-01'], one(0), false],
    ['what has the label', ['label=a=b'], one(0, { a: 'b' }), true],
    ['not what has another', ['label=a=b'], one(0, { a: 'c' }), false],
    ['what has not the label', ['label!=keep'], one(0, { a: 'b' }), true],
    ['not what has it', ['label!=keep'], one(0, { keep: '' }), false],
    [
      'what fulfils all',
      ['label=a', 'label!=b', 'until=1h'],
      one(2 * hourMs, { a: '' }),
      true,
    ],
  ])('%s', (_, conditions, prunable, may) => {
    const { matches } = readPruneFilters(conditions, { dangling: false })
    expect(matches(prunable)).toBe(may)
  })
})

test('dangling is for images alone', () => {
  const images = { dangling: true }
  expect(readPruneFilters(['dangling=false'], images).dangling).toBe(false)
  expect(readPruneFilters([], images).dangling).toBe(undefined)
  expect(() =>
    readPruneFilters(['dangling=false'], { dangling: false }),
  ).toThrow(/^read the filter "dangling=false"/)
})

test.each([
  'foo=bar',
  'until',
  'until=abc',
  '=x',
  'dangling=x',
  'name=web',
])('%s is refused before anything is removed', (condition) => {
  expect(() => readPruneFilters([condition], { dangling: true })).toThrow()
})
