import { expect, test } from 'vitest'

import { readTime } from './time-option.ts'

const now = Date.UTC(2026, 10, 22, 5, 19, 0)
const second = 1_000_000_000n
const unix = (iso: string) => BigInt(Date.parse(iso)) * 1_000_000n

test.each([
  ['10s', unix('2026-11-22T05:18:50Z')],
  ['1h30m', unix('2026-11-22T03:49:00Z')],
  ['1.5h', unix('2026-11-22T03:49:00Z')],
  ['-5m', unix('2026-11-22T05:24:00Z')],
  ['2026-11-22T05:19:00Z', unix('2026-11-22T05:19:00Z')],
  ['2026-11-22T05:19:00.5Z', unix('2026-11-22T05:19:00.500Z')],
  [
    '2026-11-22T05:19:00.000000001+01:00',
    unix('2026-11-22T04:19:00Z') + 1n,
  ],
  ['2026-11-22T05:19', unix('2026-11-22T05:19:00')],
  ['2026-11-22', unix('2026-11-22T00:00:00')],
  ['0', 0n],
  ['1795325472', 1795325472n * second],
  ['1795325472.000000007', 1795325472n * second + 7n],
])('%s is a moment', (text, wanted) => {
  expect(readTime('--since', text, now)).toBe(wanted)
})

test.each(['', 'foo', '5x', '2026-13-40', '-', '1h-5m', '1e9'])(
  '%j is none',
  (text) => {
    const read = () => readTime('--until', text, now)
    expect(read).toThrow(/^--until .*: neither a time nor a duration$/)
  },
)
