import { describe, expect, test } from 'vitest'

import { durationText, parseDuration } from './duration.ts'

describe('a duration', () => {
  test.each([
    ['0', 0],
    ['0s', 0],
    ['1s', 1e9],
    ['1m30s', 90e9],
    ['1m30.5s', 90.5e9],
    ['.5h', 1800e9],
    ['2.ms', 2e6],
    ['+3us', 3e3],
    ['3µs', 3e3],
    ['3μs', 3e3],
    ['10ns', 10],
    ['-1s', -1e9],
    ['300000h', 1.08e18],
  ])('%s is %d nanoseconds', (text, nanos) => {
    expect(parseDuration(text)).toBe(nanos)
  })

  test.each([
    ...['', '1', '-', 's', '.s', '1x', '1S', '1 s', ' 1s', '1s ', '1s2'],
    ...['1e3s', '0x1s', '1,5s', '--1s', '1d', 'one', '99999999h', '１s'],
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })

  test.each([
    [0, '0s'],
    [7, '7ns'],
    [1500, '1.5µs'],
    [2e6, '2ms'],
    [1.5e9, '1.5s'],
    [60e9, '1m0s'],
    [90e9, '1m30s'],
    [3600e9, '1h0m0s'],
    [5400.25e9, '1h30m0.25s'],
  ])('of %d nanoseconds is written %s', (nanos, text) => {
    expect(durationText(nanos)).toBe(text)
    expect(parseDuration(text)).toBe(nanos)
  })
})
