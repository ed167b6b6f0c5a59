import { expect, test } from 'vitest'

import { cpuPercent, type Sample } from './stats.ts'

function at(atMs: number, cpuMicros: number): Sample {
  const rest = { memoryBytes: 0, limitBytes: 0, pids: 0 }
  const flows = { received: 0, sent: 0, read: 0, written: 0 }
  return { atMs, cpuMicros, ...rest, ...flows }
}

test.each([
  ['half a processor', at(0, 0), at(1000, 500_000), 50],
  ['two processors', at(500, 100), at(1500, 2_000_100), 200],
  ['nothing', at(0, 7), at(1000, 7), 0],
  ['one that was restarted meanwhile', at(0, 900), at(1000, 3), 0],
  ['one look alone', at(5, 900), at(5, 900), 0],
])('%s', (_, before, after, percent) => {
  expect(cpuPercent(before, after)).toBe(percent)
})
