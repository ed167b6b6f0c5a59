// What explain --trace shows of what has happened.

import { describe, expect, test } from 'vitest'

import { flags, type Syscall } from '../01-syscalls/syscall.ts'
import type { Plan } from '../02-process/plan.ts'
import { clone, cloneSibling, waitFor } from '../02-process/run-process.ts'
import type { Answer, Trace } from '../02-process/trace.ts'

import { playedLists } from './plan-processes.ts'
import { tracedCalls } from './trace-document.ts'
import { traceText } from './trace-text.ts'

const getpid: Syscall = { name: 'getpid', args: [] }
const open: Syscall = {
  name: 'openat',
  args: [flags('AT_FDCWD'), '/a', flags('O_RDONLY')],
  ignore: ['ENOENT'],
}
const execve: Syscall = { name: 'execve', args: ['/bin/a', null, null] }
const took = (value: number, nanoseconds = 1500, start = 9000): Answer => ({
  start,
  returned: { value, end: start + nanoseconds },
})

describe('behind a call stands', () => {
  test.each<[string, Syscall, Answer, string]>([
    ['what it returned', getpid, took(7), 'getpid() = 7 <1.5 µs>'],
    [
      'an errno, by name',
      getpid,
      took(-1),
      'getpid() = EPERM (operation not permitted) <1.5 µs>',
    ],
    [
      'that an errno does no harm',
      open,
      took(-2),
      'openat(AT_FDCWD, "/a", O_RDONLY) = ENOENT (no such file or directory), ignored <1.5 µs>',
    ],
    [
      'that an errno did harm',
      open,
      took(-13),
      'openat(AT_FDCWD, "/a", O_RDONLY) = EACCES (permission denied) <1.5 µs>',
    ],
    [
      'no time where there is no clock',
      getpid,
      took(7, 0, 0),
      'getpid() = 7',
    ],
    [
      'that its process is a program now',
      execve,
      { start: 1 },
      'execve("/bin/a", NULL, NULL) = the process is this program now',
    ],
    [
      'that it goes on',
      getpid,
      { start: 1 },
      'getpid() = it has not returned',
    ],
  ])('%s', (_, call, answer, shown) => {
    expect(traceText(traceOf(call, [answer]))).toBe(
      `launcher:\nmain:\n  ${shown}`,
    )
  })

  test('how often it was made, where that is more than once', () => {
    const trace = traceOf(getpid, [took(7), took(8), took(9)])
    expect(traceText(trace)).toMatch(
      /getpid\(\) = 7 <1.5 µs>, 2 times more$/,
    )
    expect(tracedCalls(trace).map(({ result }) => result)).toEqual([
      7, 8, 9,
    ])
  })
})

test('a call that was not made is not shown', () => {
  expect(traceText(traceOf(getpid, []))).toBe('launcher:\n')
  expect(tracedCalls(traceOf(getpid, []))).toEqual([])
})

test('answers that there was no room for are counted', () => {
  const trace = { ...traceOf(getpid, [took(7)]), lost: 3 }
  expect(traceText(trace)).toMatch(/\n\n3 more calls: there was no room/)
})

test('a program gets the calls of all processes in the order of time', () => {
  const child = {
    ...getpid,
    from: { chapter: '02-process', doing: 'play' },
  }
  const plan = { main: clone({ child: [child] }), after: [open] }
  const trace: Trace = {
    lost: 0,
    plans: [
      {
        plan,
        answers: (list, index) => {
          if (list === plan.after) return [took(-2, 30, 300)]
          if (list === plan.main) return index < 2 ? [took(5, 20, 100)] : []
          return index === 1 ? [{ start: 250 }] : []
        },
      },
    ],
  }
  const place = { plan: 0, process: 'launcher', list: 'main' }
  expect(tracedCalls(trace)).toMatchObject([
    { ...place, index: 0, name: 'pipe2', result: 5, start: 0 },
    { ...place, index: 1, name: 'clone3', as: 'pid', nanoseconds: 20 },
    {
      ...{ plan: 0, process: 'child', list: 'child', index: 1 },
      ...{ name: 'getpid', from: child.from },
      ...{ result: null, errno: null, start: 150, nanoseconds: null },
    },
    {
      ...{ ...place, list: 'after', index: 0, name: 'openat' },
      ...{ args: [{ names: ['AT_FDCWD'] }, '/a', {}], ignore: ['ENOENT'] },
      ...{ result: null, errno: 'ENOENT', start: 200, nanoseconds: 30 },
    },
  ])
})

describe('a process is called', () => {
  const attach: Syscall = { name: 'attach', args: [0, 0, null] }
  const monitor: Syscall = {
    name: 'monitor',
    args: [0, null],
    child: [getpid],
  }
  const toShim: Syscall = {
    ...execve,
    args: ['/proc/self/exe', null, null],
  }

  test.each<[string, readonly string[], readonly Syscall[]]>([
    [
      'launcher, if it only waits',
      ['child'],
      [...clone({ child: [] }), ...waitFor()],
    ],
    [
      'client, if it attaches',
      ['monitor'],
      [...clone({ child: [toShim] }), attach],
    ],
    [
      'monitor, if it is one',
      ['pid 1', 'probe'],
      [...clone({ flags: ['CLONE_NEWPID'], child: [] }), monitor],
    ],
    [
      'joiner, if it makes a sibling',
      ['joiner', 'sibling'],
      clone({ child: cloneSibling([execve]) }),
    ],
  ])('%s', (title, children, main) => {
    const found = playedLists({ main, after: [] })
    const [name] = title.split(',')
    const first = title.startsWith('joiner') ? 'launcher' : name
    expect(found.map(({ process }) => process)).toEqual([
      ...[first, first, first],
      ...children,
    ])
    expect(found.map(({ list }) => list).slice(0, 3)).toEqual([
      ...['main', 'after', 'failed'],
    ])
  })
})

function traceOf(call: Syscall, answers: readonly Answer[]): Trace {
  const plan: Plan = { main: [call], after: [] }
  return { lost: 0, plans: [{ plan, answers: () => answers }] }
}
