import { describe, expect, test } from 'vitest'

import { fromDocs } from './from-docs.ts'

interface World {
  readonly found?: string
  readonly landed?: string
  readonly refused?: boolean
}

const { begin, flip, next } = await fromDocs<{
  begin(how: 'path' | 'descriptor'): World
  flip(world: World): World
  next(world: World): World
}>('theme/mount-model.ts')

type Move = typeof next

// as the detour of chapter 12 shows it on the real kernel
describe.each([
  { when: 'nobody flips', moves: [next, next] },
  { when: 'it is a link from the start', moves: [flip, next, next] },
  { when: 'it is flipped in between', moves: [next, flip, next] },
  { when: 'it is flipped too late', moves: [next, next, flip] },
  {
    when: 'it is flipped there and back',
    moves: [next, flip, flip, next],
  },
])('$when', ({ when, moves }) => {
  const play = (how: 'path' | 'descriptor') =>
    moves.reduce((world, move: Move) => move(world), begin(how))

  test('by descriptors it stays in the root', () => {
    expect(play('descriptor').landed).toMatch(/^root\//)
  })

  test('by its path', () => {
    const { landed, refused } = play('path')
    if (when === 'it is flipped in between') expect(landed).toBe('host/etc')
    else if (when === 'it is a link from the start') {
      expect(landed).toBeUndefined()
      expect(refused).toBe(true)
    } else expect(landed).toBe('root/data')
  })
})

test('what is over stays as it is', () => {
  const over = [next, next].reduce(
    (world, move) => move(world),
    begin('path'),
  )
  expect(next(over)).toBe(over)
})
