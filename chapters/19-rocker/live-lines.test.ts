// Lines that change in place, on terminals of any size.

import { expect, test } from 'vitest'

import { screen } from '../../test/support/screen.ts'

import { type LiveLine, LiveLines } from './live-lines.ts'

function live(...texts: string[]): LiveLine[] {
  return texts.map((text) => ({ text, isFinal: text.startsWith('done') }))
}

test('a line is drawn in place of what it was', () => {
  const { to, lines } = screen()
  const block = new LiveLines(to)
  block.draw(live('a 100%', 'b 1%'))
  block.draw(live('a 7', 'b 2%', 'c'))
  block.draw(live('done a', 'b 3%', 'c'))
  expect(lines()).toEqual(['done a', 'b 3%', 'c', ''])
})

test('what is said stands above, and the lines go on below', () => {
  const { to, lines } = screen()
  const block = new LiveLines(to)
  block.draw(live('a', 'b'))
  block.above('news')
  block.draw(live('a', 'b'))
  expect(lines()).toEqual(['news', 'a', 'b', ''])
})

test('what is said when they are left comes below', () => {
  const { to, lines } = screen()
  const block = new LiveLines(to)
  block.draw(live('a', 'b'))
  block.leave()
  block.above('the end')
  expect(lines()).toEqual(['a', 'b', 'the end', ''])
})

test('a line never wraps, but what is said is whole', () => {
  const { to, lines } = screen(10)
  const block = new LiveLines(to)
  block.draw(live('0123456789abc', 'b'))
  block.draw(live('0123456789abc', 'c'))
  block.above('0123456789abc')
  expect(lines()).toEqual(['0123456789', 'abc', ''])
})

test('more lines than the terminal has: the finished ones scroll away', () => {
  const { to, lines } = screen(80, 5)
  const block = new LiveLines(to)
  const states = Array.from({ length: 9 }, (_, i) => `${i}`)
  for (let i = 0; i < 9; i++) {
    states[i] = `done ${i}`
    block.draw(live(...states))
    expect(lines().length).toBeLessThanOrEqual(i + 6)
  }
  expect(lines()).toEqual([...states, ''])
})

test('what is too much is counted', () => {
  const { to, lines } = screen(80, 5)
  const block = new LiveLines(to)
  block.draw(live('a', 'b', 'c', 'd', 'e'))
  expect(lines()).toEqual(['a', 'b', '… and 3 more', ''])
})
