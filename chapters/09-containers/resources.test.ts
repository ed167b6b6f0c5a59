import { expect, test } from 'vitest'

import type { Limits } from '../06-cgroups/limits.ts'

import { limitsOf, resourcesOf } from './resources.ts'

test.each<[string, Limits]>([
  ['none', {}],
  ['memory', { memoryBytes: 64 << 20, memorySwapBytes: 128 << 20 }],
  [
    'swap without end',
    { memoryBytes: 1 << 23, memorySwapBytes: 'unlimited' },
  ],
  [
    'cpu time',
    { cpuQuota: { quotaMicros: 50_000, periodMicros: 100_000 } },
  ],
  ['shares and processors', { cpuShares: 512, cpuset: '0-1' }],
  ['processes', { pids: 20 }],
])('limits come back from the spec as they were: %s', (_, limits) => {
  const written = JSON.parse(JSON.stringify(resourcesOf(limits)))
  expect(limitsOf(written)).toEqual(limits)
})

test('the spec says -1 where there is no limit of swap', () => {
  const limits = {
    memoryBytes: 1 << 23,
    memorySwapBytes: 'unlimited',
  } as const
  expect(resourcesOf(limits).memory?.swap).toBe(-1)
})
