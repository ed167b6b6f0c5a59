import { expect, test } from 'vitest'

import type { HealthCheck } from '../08-images/health-check.ts'
import { probeOf } from '../10-exec/health-check.ts'

import { withImage } from './health-flags.ts'

const usual = {
  ...{ interval: 0, timeout: 0, startPeriod: 0, startInterval: 0 },
  retries: 0,
}
const line = (text: string): HealthCheck => ({
  ...usual,
  test: ['CMD-SHELL', text],
})

test('what was typed beats the image’s, field by field', () => {
  const image = { ...line('ask'), interval: 5e9, retries: 2 }
  const typed = { ...usual, test: [], retries: 7 }
  expect(withImage(typed, { health: image })).toEqual({
    ...image,
    retries: 7,
  })
  expect(withImage(line('mine'), { health: image })).toEqual({
    ...image,
    test: ['CMD-SHELL', 'mine'],
  })
})

test('nobody is asked where neither says so', () => {
  expect(withImage(undefined, { shell: ['/bin/ash'] })).toBeUndefined()
})

test.each([
  ['the image’s own', ['/bin/ash', '-ec'], ['/bin/ash', '-ec', 'ask']],
  ['/bin/sh', [], ['/bin/sh', '-c', 'ask']],
])('a line is read by %s shell', (_, shell, words) => {
  expect(probeOf(withImage(line('ask'), { shell }))).toEqual(words)
  expect(
    probeOf(withImage(undefined, { health: line('ask'), shell })),
  ).toEqual(words)
})

test('a program needs no shell', () => {
  const health = { ...usual, test: ['CMD', 'ask', 'it'] }
  expect(probeOf(withImage(undefined, { health, shell: ['x'] }))).toEqual([
    'ask',
    'it',
  ])
})
