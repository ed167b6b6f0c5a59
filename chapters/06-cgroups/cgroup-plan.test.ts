import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Syscall } from '../01-syscalls/syscall.ts'

import type { Cgroups } from './cgroup.ts'
import { cgroupPlan } from './cgroup-plan.ts'
import type { Limits } from './limits.ts'
import { readUsage } from './usage.ts'
import { cpuWeight } from './v2.ts'

let top = ''

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'rocker-version-'))
  file('cpuset/cpuset.cpus', '0-1\n')
  file('cpuset/cpuset.mems', '0\n')
})
afterAll(() => rmSync(top, { recursive: true }))

const limits: Limits = {
  memoryBytes: 67108864,
  memorySwapBytes: 100663296,
  cpuQuota: { quotaMicros: 50_000, periodMicros: 100_000 },
  cpuShares: 512,
  cpuset: '1',
  pids: 20,
}

describe('cgroup v1', () => {
  test('the folders are made in every hierarchy, and removed again', () => {
    const plan = cgroupPlan(separate(), 'rocker/a', {})
    const roots = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'freezer']
    expect(paths(plan.before, 'mkdirat')).toEqual(
      roots.flatMap((root) =>
        ['rocker/a', 'rocker', 'rocker/a'].map((name) => `${root}/${name}`),
      ),
    )
    expect(paths(plan.after, 'unlinkat')).toEqual(
      roots.flatMap((root) => [`${root}/rocker/a`, `${root}/rocker`]),
    )
  })

  test('a limit is written before there is a process', () => {
    const plan = cgroupPlan(separate(), 'rocker/a', limits)
    expect(writes(plan.before)).toEqual([
      ['cpuset/rocker/cpuset.cpus', '0-1'],
      ['cpuset/rocker/a/cpuset.cpus', '0-1'],
      ['cpuset/rocker/cpuset.mems', '0'],
      ['cpuset/rocker/a/cpuset.mems', '0'],
      ['memory/rocker/a/memory.limit_in_bytes', '67108864'],
      ['memory/rocker/a/memory.memsw.limit_in_bytes', '100663296'],
      ['cpu/rocker/a/cpu.cfs_period_us', '100000'],
      ['cpu/rocker/a/cpu.cfs_quota_us', '50000'],
      ['cpu/rocker/a/cpu.shares', '512'],
      ['cpuset/rocker/a/cpuset.cpus', '1'],
      ['pids/rocker/a/pids.max', '20'],
    ])
  })

  test('the child joins each by itself', () => {
    const { child, clone } = cgroupPlan(separate(), 'rocker/a', limits)
    expect(clone).toEqual({ flags: [] })
    expect(writes(child)).toEqual(
      ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'freezer'].map(
        (root) => [`${root}/rocker/a/tasks`, '0'],
      ),
    )
  })

  test('controllers that share a hierarchy are one folder', () => {
    const shared: Cgroups = {
      version: 1,
      roots: [`${top}/cpu,cpuacct`],
      controllers: {
        cpu: `${top}/cpu,cpuacct`,
        cpuacct: `${top}/cpu,cpuacct`,
      },
      swap: false,
    }
    const plan = cgroupPlan(shared, 'rocker/a', { cpuShares: 512 })
    expect(writes(plan.before)).toEqual([
      ['cpu,cpuacct/rocker/a/cpu.shares', '512'],
    ])
    expect(writes(plan.child)).toEqual([
      ['cpu,cpuacct/rocker/a/tasks', '0'],
    ])
  })

  test('where v2 is there too, clone3 puts the child into it', () => {
    const hybrid = {
      ...separate(),
      roots: [...separate().roots, `${top}/unified`],
      unified: `${top}/unified`,
    }
    const { clone, before, child } = cgroupPlan(hybrid, 'rocker/a', {})
    expect(clone.flags).toEqual(['CLONE_INTO_CGROUP'])
    expect(before.at(-1)).toMatchObject({ result: clone.cgroup?.of })
    expect(writes(child).map(([path]) => path)).not.toContain(
      'unified/rocker/a/tasks',
    )
  })

  test("a cpuset of somebody else's keeps what it has", () => {
    file('cpuset/tenant/cpuset.cpus', '1\n')
    const { before } = cgroupPlan(separate(), 'tenant/a', {})
    expect(writes(before)).toEqual([
      ['cpuset/tenant/cpuset.cpus', '1'],
      ['cpuset/tenant/a/cpuset.cpus', '1'],
      ['cpuset/tenant/cpuset.mems', '0'],
      ['cpuset/tenant/a/cpuset.mems', '0'],
    ])
  })

  test('what was used is read back', () => {
    file('memory/rocker/a/memory.usage_in_bytes', '4096\n')
    file('memory/rocker/a/memory.max_usage_in_bytes', '8192\n')
    file(
      'memory/rocker/a/memory.oom_control',
      'oom_kill_disable 0\nunder_oom 0\noom_kill 3\n',
    )
    file('cpuacct/rocker/a/cpuacct.usage', '1234567\n')
    file('cpu/rocker/a/cpu.stat', 'nr_periods 9\nnr_throttled 2\n')
    file('pids/rocker/a/pids.current', '5\n')
    expect(readUsage(separate(), 'rocker/a')).toEqual({
      memoryBytes: 4096,
      memoryPeakBytes: 8192,
      cpuMicros: 1235,
      throttled: 2,
      pids: 5,
      oomKills: 3,
    })
  })
})

describe('cgroup v2', () => {
  test('each controller is turned on by a write of its own, from the top', () => {
    const { before } = cgroupPlan(unified(), 'rocker/a', limits)
    const controllers = ['+cpu', '+cpuset', '+io', '+memory', '+pids']
    expect(writes(before).slice(0, 10)).toEqual([
      ...controllers.map((name) => ['v2/cgroup.subtree_control', name]),
      ...controllers.map((name) => [
        'v2/rocker/cgroup.subtree_control',
        name,
      ]),
    ])
  })

  test('one that nobody asked for may be missing', () => {
    const { before } = cgroupPlan(unified(), 'rocker/a', { pids: 20 })
    const needed = before.filter(
      ({ name, ignore }) => name === 'write' && !ignore,
    )
    expect(needed.map(({ args }) => args[1])).toEqual([
      '+pids',
      '+pids',
      '20',
    ])
  })

  test('a limit is written before there is a process', () => {
    const { before } = cgroupPlan(unified(), 'rocker/a', limits)
    expect(writes(before).slice(10)).toEqual([
      ['v2/rocker/a/memory.max', '67108864'],
      ['v2/rocker/a/memory.swap.max', '33554432'],
      ['v2/rocker/a/cpu.max', '50000 100000'],
      ['v2/rocker/a/cpu.weight', '59'],
      ['v2/rocker/a/cpuset.cpus', '1'],
      ['v2/rocker/a/pids.max', '20'],
    ])
  })

  test('unlimited swap is the word max', () => {
    const { before } = cgroupPlan(unified(), 'rocker/a', {
      memoryBytes: 67108864,
      memorySwapBytes: 'unlimited',
    })
    expect(writes(before)).toContainEqual([
      'v2/rocker/a/memory.swap.max',
      'max',
    ])
  })

  test('clone3 puts the child into it, which has nothing to do', () => {
    const { clone, before, child } = cgroupPlan(unified(), 'rocker/a', {})
    expect(clone.flags).toEqual(['CLONE_INTO_CGROUP'])
    expect(before.at(-1)).toMatchObject({ result: clone.cgroup?.of })
    expect(child).toEqual([])
  })

  test("somebody else's parent is not removed", () => {
    const { after } = cgroupPlan(unified(), 'tenant/a', {})
    expect(paths(after, 'unlinkat')).toEqual(['v2/tenant/a'])
  })

  test.each([
    [2, 1],
    [512, 59],
    [1024, 100],
    [2048, 174],
    [262144, 10000],
  ])('%i shares are a weight of %i', (shares, weight) => {
    expect(cpuWeight(shares)).toBe(weight)
  })

  test('what was used is read back', () => {
    file('v2/rocker/a/memory.current', '4096\n')
    file('v2/rocker/a/memory.peak', '8192\n')
    file('v2/rocker/a/memory.events', 'low 0\noom 1\noom_kill 1\n')
    file('v2/rocker/a/cpu.stat', 'usage_usec 1234\nnr_throttled 2\n')
    file('v2/rocker/a/pids.current', '5\n')
    expect(readUsage(unified(), 'rocker/a')).toEqual({
      memoryBytes: 4096,
      memoryPeakBytes: 8192,
      cpuMicros: 1234,
      throttled: 2,
      pids: 5,
      oomKills: 1,
    })
  })

  test('what is not counted is no number', () => {
    expect(readUsage(unified(), 'rocker/gone')).toEqual({
      memoryBytes: undefined,
      memoryPeakBytes: undefined,
      cpuMicros: undefined,
      throttled: undefined,
      pids: undefined,
      oomKills: undefined,
    })
  })
})

function separate(): Cgroups {
  const names = ['cpu', 'cpuacct', 'cpuset', 'memory', 'pids', 'freezer']
  return {
    version: 1,
    roots: names.map((name) => `${top}/${name}`),
    controllers: Object.fromEntries(
      names.map((name) => [name, `${top}/${name}`]),
    ),
    swap: true,
  }
}

function unified(): Cgroups {
  const root = `${top}/v2`
  return {
    version: 2,
    roots: [root],
    controllers: { cpu: root, cpuset: root, memory: root, pids: root },
    unified: root,
    swap: true,
  }
}

/** What is written where, below the folder of the test. */
function writes(calls: readonly Syscall[]): [string, string][] {
  let path = ''
  return calls.flatMap(({ name, args }): [string, string][] => {
    if (name === 'openat') path = below(args[1])
    return name === 'write' ? [[path, String(args[1])]] : []
  })
}

function paths(calls: readonly Syscall[], name: Syscall['name']): string[] {
  return calls
    .filter((call) => call.name === name)
    .map(({ args }) => below(args[1]))
}

function below(path: unknown): string {
  return String(path).slice(top.length + 1)
}

function file(path: string, content: string): void {
  mkdirSync(join(top, path, '..'), { recursive: true })
  writeFileSync(join(top, path), content)
}
