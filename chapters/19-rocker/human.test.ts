// Sizes and times, as docker's users know them.

import { expect, test } from 'vitest'

import { humanDuration, humanSize, humanTime } from './human.ts'

test.each([
  [0, '0B'],
  [999, '999B'],
  [1000, '1kB'],
  [4_261_234, '4.26MB'],
  [4_200_000, '4.2MB'],
  [123_456_789, '123MB'],
  [999_499, '999kB'],
  [999_600, '1MB'],
  [1_020_000_000, '1.02GB'],
  [2 ** 53, '9.01PB'],
])('%d bytes are %s', (bytes, shown) => {
  expect(humanSize(bytes)).toBe(shown)
})

test('a download shows one more digit', () => {
  expect(humanSize(55_041_234, 4)).toBe('55.04MB')
})

test.each([
  [0, '0 ns'],
  [59, '59 ns'],
  [1310, '1.31 µs'],
  [999_600, '1 ms'],
  [84_200_000, '84.2 ms'],
  [2_100_000_000, '2.1 s'],
  [3_600_000_000_000, '3600 s'],
])('%d nanoseconds are %s', (nanoseconds, shown) => {
  expect(humanTime(nanoseconds)).toBe(shown)
})

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
test.each([
  [-5 * hour, 'Less than a second'],
  [0.5 * second, 'Less than a second'],
  [second, '1 second'],
  [59 * second, '59 seconds'],
  [minute, 'About a minute'],
  [119 * second, 'About a minute'],
  [2 * minute, '2 minutes'],
  [59 * minute, '59 minutes'],
  [hour, 'About an hour'],
  [2 * hour, '2 hours'],
  [47 * hour, '47 hours'],
  [2 * day, '2 days'],
  [13 * day, '13 days'],
  [14 * day, '2 weeks'],
  [59 * day, '8 weeks'],
  [60 * day, '2 months'],
  [729 * day, '24 months'],
  [730 * day, '2 years'],
])('%d ms are %s', (ms, shown) => {
  expect(humanDuration(ms)).toBe(shown)
})
