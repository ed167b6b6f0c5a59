import { describe, expect, test } from 'vitest'

import type { Syscall } from '../../chapters/01-syscalls/syscall.ts'
import { join } from '../../chapters/10-exec/join.ts'

import { fromDocs } from './from-docs.ts'

interface Where {
  readonly rooms: readonly string[]
  readonly children?: string
}

interface Moment {
  readonly calls: readonly string[]
  readonly at: Readonly<Record<string, Where>>
}

const { rooms, stories } = await fromDocs<{
  rooms: readonly string[]
  stories: readonly { name: string; moments: readonly Moment[] }[]
}>('theme/join-model.ts')

const exec = stories.find(({ name }) => name === 'exec')?.moments ?? []

const types = ['pid', 'mount', 'uts', 'ipc', 'network', 'cgroup'] as const
const container = {
  spec: { linux: { namespaces: types.map((type) => ({ type })) } },
} as unknown as Parameters<typeof join>[0]['container']

const places = [
  { version: 'v1', tasks: ['/sys/fs/cgroup/pids/rocker/web/tasks'] },
  { version: 'v2', tasks: [], folder: '/sys/fs/cgroup/rocker/web' },
]

describe.each(places)('with cgroup $version', (where) => {
  const calls = flat(
    join({ container, places: where, pidfd: 3, child: [] }),
  )

  test('the steps of the figure are the calls of chapter 10', () => {
    const shown = exec.flatMap((moment) => moment.calls)
    expect(shown.length).toBeGreaterThan(4)
    let at = -1
    for (const name of shown) {
      at = calls.findIndex((call, i) => i > at && call.name === name)
      expect(at, `${name} comes, in its place`).toBeGreaterThanOrEqual(0)
    }
  })

  test('the limits come before the views, as the figure has it', () => {
    const [tasks = 'no file'] = where.tasks
    const limited = calls.findIndex(
      ({ name, args }) =>
        args.includes(tasks) ||
        (name === 'clone3' && where.folder !== undefined),
    )
    const moved = calls.findIndex(({ name }) => name === 'setns')
    expect(limited).toBeGreaterThanOrEqual(0)
    expect(limited).toBeLessThan(moved)
  })
})

test('at the end the program is in all rooms, and rocker in none', () => {
  const last = exec.at(-1)?.at
  expect(last?.process?.rooms).toEqual(rooms)
  expect(last?.caller?.rooms).toEqual([])
})

test('nobody is ever in the pids himself who was not born there', () => {
  const inside = stories.flatMap(({ moments }) =>
    moments.flatMap(({ at }) =>
      Object.entries(at)
        .filter(([, where]) => where.rooms.includes('pid'))
        .map(([who]) => who),
    ),
  )
  expect(new Set(inside)).toEqual(new Set(['process']))
})

/** A child's calls behind the clone3 that makes it. */
function flat(calls: readonly Syscall[]): Syscall[] {
  return calls.flatMap((call) => [call, ...flat(call.child ?? [])])
}
