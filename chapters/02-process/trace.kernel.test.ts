// What the kernel has answered, as the shim notes it while it plays.

import { closeSync, ftruncateSync, writeSync } from 'node:fs'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import {
  type Played,
  played,
  sanitizedShim,
} from '../../test/support/played.ts'
import { errnoNumber } from '../01-syscalls/errno.ts'
import { flags, lengthOf, type Syscall } from '../01-syscalls/syscall.ts'

import { execute } from './execute.ts'
import { listsOf, type Plan } from './plan.ts'
import { setTracer, shimPath } from './plan-file.ts'
import { clone, cloneSibling, waitFor } from './run-process.ts'
import {
  makeTraceFile,
  readTrace,
  type Trace,
  type TraceFile,
  tracerInto,
} from './trace.ts'

const getpid: Syscall = { name: 'getpid', args: [] }
const missing: Syscall = {
  name: 'openat',
  args: [flags('AT_FDCWD'), '/no/such/file', flags('O_RDONLY')],
}
const enoent = -errnoNumber('ENOENT')

let file: TraceFile
beforeEach(() => {
  file = makeTraceFile()
  setTracer(tracerInto(file.path))
})
afterEach(() => {
  setTracer(undefined)
  closeSync(file.fd)
})

describe.each([
  ['the shim', shimPath()],
  ['the shim with sanitizers', sanitizedShim()],
])('%s', (_, program) => {
  const playing = (plan: Plan) => played(plan, { program })
  const traced = async (
    plan: Plan,
  ): Promise<Played & { trace: Trace }> => ({
    ...(await playing(plan)),
    trace: readTrace(file),
  })

  test('notes what each call has returned, and how long it took', async () => {
    const write: Syscall = {
      name: 'write',
      args: [1, 'hello\n', lengthOf(1)],
    }
    const { stdout, trace } = await traced({
      main: [write, { ...missing, ignore: ['ENOENT'] }, getpid],
      after: [],
    })
    expect(stdout).toBe('hello\n')
    expect(valuesOf(trace)).toEqual([
      ['main', 'prctl', 0],
      ['main', 'write', 6],
      ['main', 'openat', enoent],
      ['main', 'getpid', expect.any(Number)],
    ])
    const times = answersOf(trace).flatMap(({ start, returned }) => [
      start,
      returned?.end ?? 0,
    ])
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times[0]).toBeGreaterThan(0)
  })

  test('goes on behind a failure: what was not made has no answer', async () => {
    const { failure, trace } = await traced({
      main: [missing, getpid],
      after: [missing, getpid],
      failed: [getpid],
    })
    expect(failure).toBeDefined()
    expect(valuesOf(trace)).toEqual([
      ['main', 'prctl', 0],
      ['main', 'openat', enoent],
      ['after', 'openat', enoent],
      ['after', 'getpid', expect.any(Number)],
      ['failed', 'getpid', expect.any(Number)],
    ])
  })

  const env = ['PATH=/usr/bin:/bin']
  const nested = execute({ argv: ['sh', '-c', 'exit 3'], env })

  test.each<[string, readonly Syscall[], readonly string[]]>([
    ['a child', nested, ['close']],
    [
      'a process in its memory',
      [...cloneSibling(nested), ...waitFor()],
      [],
    ],
  ])(
    'notes what %s does, up to its program',
    async (_title, child, first) => {
      const { status, trace } = await traced({
        main: [...clone({ child }), ...waitFor()],
        after: [],
      })
      expect(status).toBeGreaterThan(0)
      const [{ plan, answers } = nobody] = trace.plans
      const list = listsOf(plan).at(-1) ?? []
      const made = list.flatMap(({ name }, i) =>
        answers(list, i).map(({ returned }) => [name, returned?.value]),
      )
      expect(made.slice(0, first.length).map(([name]) => name)).toEqual(
        first,
      )
      expect(made.at(-1)).toEqual(['execve', undefined])
    },
  )

  test('leaves nothing of it to a program', async () => {
    const look =
      'ls -l /proc/self/fd | wc -l; cat /proc/self/maps /proc/$$/maps'
    const child = execute({ argv: ['sh', '-c', look], env })
    const plan = { main: [...clone({ child }), ...waitFor()], after: [] }
    const { stdout } = await playing(plan)
    setTracer(undefined)
    const untraced = await playing(plan)
    expect(stdout).not.toContain('rocker-trace')
    expect(stdout).toContain('[stack]')
    expect(stdout.split('\n')[0]).toBe(untraced.stdout.split('\n')[0])
  })

  test('counts what there is no room for, and plays it', async () => {
    const many = Array.from({ length: 9000 }, () => getpid)
    const { status, trace } = await traced({ main: many, after: [] })
    expect(status).toBe(0)
    expect(answersOf(trace)).toHaveLength(8192)
    expect(trace.lost).toBe(9001 - 8192)
  })

  test.each([
    ['is not there', () => setTracer({ path: '/no/such', note() {} })],
    ['is too short', () => ftruncateSync(file.fd, 100)],
    ['is no file', () => setTracer({ path: '/dev/null', note() {} })],
  ])('refuses to play where the trace %s', async (_title, spoil) => {
    spoil()
    const { status, stderr } = await playing({ main: [getpid], after: [] })
    expect([status, stderr]).toEqual([
      125,
      'shim: the trace cannot be opened\n',
    ])
  })
})

test.each([0x00, 0x01, 0xff])(
  'a trace that somebody has filled with %i is read like any other',
  async (byte) => {
    const plan = { main: [getpid], after: [] }
    await played(plan)
    writeSync(file.fd, Buffer.alloc(8 + 8192 * 40, byte), 0, undefined, 0)
    expect(readTrace(file).plans).toEqual([])
  },
)

const nobody: Trace['plans'][number] = {
  plan: { main: [], after: [] },
  answers: () => [],
}

function valuesOf({ plans }: Trace): (readonly unknown[])[] {
  return plans.flatMap(({ plan, answers }) =>
    Object.entries(plan).flatMap(([title, list]: [string, Syscall[]]) =>
      list.flatMap(({ name }, i) =>
        answers(list, i).map(({ returned }) => [
          title,
          name,
          returned?.value,
        ]),
      ),
    ),
  )
}

function answersOf({ plans }: Trace) {
  return plans.flatMap(({ plan, answers }) =>
    listsOf(plan).flatMap((list) =>
      list.flatMap((_, i) => answers(list, i)),
    ),
  )
}
