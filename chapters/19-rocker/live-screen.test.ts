// A list that fills a terminal, on terminals of any size.

import { describe, expect, test } from 'vitest'

import { screen } from '../../test/support/screen.ts'

import { canRedraw, wholeScreen } from './live-screen.ts'

const lines = ['HEAD', 'a', 'b', 'c']

test('a list is drawn in place of the one before', () => {
  const size = { columns: 10, rows: 6 }
  const seen = screen(size.columns, size.rows)
  seen.to.write('typed before\n')
  seen.to.write(`${wholeScreen(lines, size)}\n`)
  seen.to.write(`${wholeScreen(['HEAD', 'd'], size)}\n`)
  expect(seen.lines()).toEqual(['HEAD', 'd', ''])
})

test.each([
  [10, 5, ['HEAD', 'a', 'b', 'c']], // one row is for the cursor
  [10, 4, ['HEAD', 'a', '… and 2 more']],
  [10, 2, ['HEAD', '… and 3 more']],
  [3, 5, ['HEAD', 'a', '… and 2 more']], // HEAD takes two
])('of %d columns and %d rows: %j', (columns, rows, expected) => {
  const text = wholeScreen(lines, { columns, rows })
  expect(text.replace('\x1b[H\x1b[J', '').split('\n')).toEqual(expected)
})

test('what has scrolled off is left alone', () => {
  expect(wholeScreen(lines, { columns: 80, rows: 24 })).not.toContain('3J')
})

describe('what changes in place is for those who can see it', () => {
  const { to } = screen()
  test.each([
    ['a terminal', to, {}, true],
    ['a dumb one', to, { TERM: 'dumb' }, false],
    ['one without colours', to, { NO_COLOR: '1' }, false],
    ['a pipe', process.stdin as never, {}, false],
  ])('%s', (_, stream, env, is) => {
    expect(canRedraw(stream, env)).toBe(is)
  })
})
