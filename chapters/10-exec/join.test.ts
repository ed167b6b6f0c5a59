import { describe, expect, test } from 'vitest'

import { type ConstantName, constant } from '../01-syscalls/constants.ts'
import { result, type Syscall } from '../01-syscalls/syscall.ts'
import { listsOf } from '../02-process/plan.ts'
import type { Spec } from '../09-containers/spec.ts'

import { join } from './join.ts'

const types = ['pid', 'mount', 'uts', 'ipc', 'cgroup', 'network'] as const

describe('the namespaces', () => {
  test('are all joined at once, by the process itself', () => {
    const [setns, ...more] = joiner({}).filter(by('setns'))
    expect(setns?.args[0]).toEqual(result('pidfd'))
    expect(namesIn(setns)).toEqual([
      'CLONE_NEWCGROUP',
      'CLONE_NEWIPC',
      'CLONE_NEWNET',
      'CLONE_NEWNS',
      'CLONE_NEWPID',
      'CLONE_NEWUTS',
    ])
    expect(more).toEqual([])
  })

  test("that the container has not are the host's, and stay", () => {
    const own = types.filter((type) => type !== 'network')
    const [setns] = joiner({ own }).filter(by('setns'))
    expect(namesIn(setns)).not.toContain('CLONE_NEWNET')
    expect(namesIn(setns)).toHaveLength(5)
  })

  test('are joined by who cannot be looked into any more', () => {
    const calls = joiner({})
    const hidden = calls.findIndex(
      ({ name, args }) =>
        name === 'prctl' &&
        numberOf(args[0]) === constant('PR_SET_DUMPABLE', 'x64') &&
        args[1] === 0,
    )
    expect(hidden).toBeGreaterThanOrEqual(0)
    expect(hidden).toBeLessThan(calls.findIndex(by('setns')))
  })

  test('new files have the usual modes, whoever has called', () => {
    const calls = joiner({})
    const umask = calls.findIndex(by('umask'))
    expect(calls[umask]?.args).toEqual([0o022])
    expect(umask).toBeLessThan(calls.findIndex(by('clone3')))
  })
})

describe('the cgroups', () => {
  test('of v1 are joined before the way to them is lost', () => {
    const calls = joiner({ tasks: ['/a/tasks', '/b/tasks'] })
    const setns = calls.findIndex(by('setns'))
    const opened = calls
      .slice(0, setns)
      .filter(by('openat'))
      .map(({ args }) => args[1])
    expect(opened).toEqual(['/a/tasks', '/b/tasks'])
  })

  test('of v2 is one that the joiner is born in', () => {
    const { main, list } = planned({ folder: '/sys/fs/cgroup/rocker/a' })
    expect(main.find(by('openat'))?.args[1]).toBe('/sys/fs/cgroup/rocker/a')
    expect(JSON.stringify(main.find(by('clone3'))?.args)).toContain(
      'CLONE_INTO_CGROUP',
    )
    const clone = list.findIndex(by('clone3'))
    expect(closed(list.slice(0, clone))).toContain('cgroup')
  })
})

test('what the caller has open is closed before there is a process', () => {
  const calls = joiner({})
  const clone = calls.findIndex(by('clone3'))
  expect(closed(calls.slice(0, clone))).toEqual(
    expect.arrayContaining(['plan', 'pidfd', 'way-back', 'secret']),
  )
})

test("the process is the caller's child, not the joiner's", () => {
  const made = joiner({}).find(by('clone3'))
  expect(JSON.stringify(made?.args)).toContain('CLONE_PARENT')
  expect(made?.child?.at(-1)?.name).toBe('execve')
})

interface How {
  readonly own?: readonly (typeof types)[number][]
  readonly tasks?: readonly string[]
  readonly folder?: string
}

function planned({ own = types, tasks = [], folder }: How) {
  const linux = { namespaces: own.map((type) => ({ type })) }
  const main = join({
    container: { spec: { linux } as unknown as Spec },
    places: { tasks, ...(folder ? { folder } : {}) },
    pidfd: result('pidfd'),
    own: [result('secret')],
    child: [{ name: 'execve', args: ['/bin/true', null, null] }],
  })
  const [, , , list = []] = listsOf({ main, after: [] })
  return { main, list }
}

/** What the joiner does. */
function joiner(how: How): readonly Syscall[] {
  return planned(how).list
}

function by(name: Syscall['name']) {
  return (call: Syscall) => call.name === name
}

function numberOf(value: unknown): number | bigint | undefined {
  const [name] = namesOf(value)
  return name === undefined ? undefined : constant(name, 'x64')
}

function namesOf(value: unknown): ConstantName[] {
  const names = Reflect.get(Object(value), 'names')
  return Array.isArray(names) ? names : []
}

function namesIn(call: Syscall | undefined): ConstantName[] {
  return namesOf(call?.args[1]).sort()
}

function closed(calls: readonly Syscall[]): string[] {
  return calls
    .filter(by('close'))
    .map(({ args }) => `${Reflect.get(Object(args[0]), 'of')}`)
}
