import { spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { busyboxRoot } from '../../test/support/rootfs.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../test/support/snapshot.ts'
import type { Syscall } from '../01-syscalls/syscall.ts'
import type { Plan } from '../02-process/plan.ts'
import { play } from '../02-process/shim.ts'
import { dataRoot, makeDataRoot } from '../05-overlay/data-root.ts'
import { begin } from '../05-overlay/leftovers.ts'

import { cgroupName, findCgroups } from './cgroup.ts'
import { cgroupPlan } from './cgroup-plan.ts'
import { launchPlan } from './launch.ts'
import { parseLimits } from './limits.ts'
import { removeCgroup } from './remove-cgroup.ts'

const cgroups = findCgroups()
let before: Snapshot

beforeEach(async () => {
  before = await snapshot()
})
afterEach(async () => {
  expect(await settled(before)).toEqual(before)
})

describe('rocker run, with limits', () => {
  test('says what was used', () => {
    const { status, stdout } = rocker(
      '-m',
      '64m',
      busyboxRoot(),
      'hostname',
    )
    expect(stdout).toMatch(
      /^rocker\nused \d+\.\d MiB of memory.*, \d\.\d{3} s of cpu\n$/,
    )
    expect(status).toBe(0)
  })

  test('says that memory ran out', () => {
    const { status, stdout } = rocker(
      ...['-m', '16m', '--memory-swap', '16m', busyboxRoot(), '--'],
      ...['dd', 'if=/dev/zero', 'of=/dev/null', 'bs=64M', 'count=1'],
    )
    expect(stdout).toContain('killed because memory ran out')
    expect(status).toBe(137)
  })

  test('sees its cgroups at the root', () => {
    const { stdout } = rocker(busyboxRoot(), 'cat', '/proc/self/cgroup')
    const lines = stdout.split('\n').filter((line) => /^\d+:/.test(line))
    expect(lines.filter((line) => !line.endsWith(':/'))).toEqual([])
    expect(lines.length).toBeGreaterThan(0)
  })
})

describe('when a call fails', () => {
  const everything = { memory: '64m', cpus: '0.5', 'cpuset-cpus': '0' }
  const limits = parseLimits({ ...everything, 'pids-limit': '20' }, '0-1')
  const calls = planOf('x', '/x').main.length
  const children = planOf('x', '/x').main.flatMap(
    ({ child }) => child?.map((_, i) => i) ?? [],
  )

  test('each of the shim’s own, nothing is left but what is swept', async () => {
    for (let at = 0; at < calls; at++)
      await playBroken((plan) => ({
        ...plan,
        main: broken(plan.main, at),
      }))
  })

  test('each of the child’s, nothing is left but what is swept', async () => {
    for (const at of children)
      await playBroken((plan) => ({
        ...plan,
        main: plan.main.map((call) =>
          call.child ? { ...call, child: broken(call.child, at) } : call,
        ),
      }))
  })

  function planOf(id: string, folder: string): Plan {
    const root = busyboxRoot()
    return launchPlan(
      ['/bin/true'],
      { lowers: [root], folder, top: statSync(root) },
      cgroupPlan(cgroups, cgroupName(id), limits),
    )
  }

  async function playBroken(change: (plan: Plan) => Plan): Promise<void> {
    const root = dataRoot()
    makeDataRoot(root)
    const { id, path, fd, done } = begin(root, 'limited')
    const { failure, status } = await play(
      change(planOf(id, path)),
      { locks: [fd] },
      { stdio: ['ignore', 'ignore', 'ignore'] },
    )
    await removeCgroup(cgroups, cgroupName(id))
    done()
    expect(failure?.errnoName).toBe('EIO')
    expect(status).toBe(125)
  }
})

/** The list, with a call that fails in front of number `at`. */
function broken(list: readonly Syscall[], at: number): Syscall[] {
  const eio: Syscall = { name: 'expect', args: [0, 1, 5] }
  return [...list.slice(0, at), eio, ...list.slice(at)]
}

function rocker(...args: string[]) {
  const ended = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'rocker.ts'), 'run', ...args],
    { encoding: 'utf8' },
  )
  const { status, signal, stdout, stderr } = ended
  if (stdout === '') throw new Error(`${signal ?? status}: ${stderr}`)
  return ended
}
