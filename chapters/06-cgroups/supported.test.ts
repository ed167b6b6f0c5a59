import { describe, expect, test } from 'vitest'

import type { Cgroups } from './cgroup.ts'
import { supportedLimits } from './supported.ts'

const all: Cgroups = {
  version: 2,
  roots: ['/c'],
  controllers: { cpu: '/c', cpuset: '/c', memory: '/c', pids: '/c' },
  swap: true,
}
const none: Cgroups = { ...all, controllers: {}, swap: false }
const memory = { memoryBytes: 67108864, memorySwapBytes: 134217728 }

describe('a kernel that lacks something', () => {
  test('a kernel that has everything says nothing', () => {
    expect(supportedLimits(memory, all)).toEqual({
      limits: memory,
      warnings: [],
    })
  })

  test.each([
    [memory, 'memory'],
    [{ cpuShares: 512 }, 'cpu'],
    [{ cpuset: '0' }, 'cpuset'],
    [{ pids: 20 }, 'pids'],
  ])('%j is dropped with a warning', (limits, controller) => {
    const found = supportedLimits(limits, none)
    expect(found.limits).toEqual({})
    expect(found.warnings).toHaveLength(1)
    expect(found.warnings[0]).toContain(`has no ${controller} controller`)
  })

  test('without swap accounting memory is limited without swap', () => {
    const found = supportedLimits(memory, { ...all, swap: false })
    expect(found.limits).toEqual({ memoryBytes: 67108864 })
    expect(found.warnings).toEqual([
      '--memory limits no swap: this kernel does not count it',
    ])
  })

  test('--cpus is an error where it cannot be', () => {
    const cpuQuota = { quotaMicros: 50_000, periodMicros: 100_000 }
    expect(() => supportedLimits({ cpuQuota }, none)).toThrow(
      'limit --cpus',
    )
  })

  test('no limits need no controllers', () => {
    expect(supportedLimits({}, none)).toEqual({ limits: {}, warnings: [] })
  })
})
