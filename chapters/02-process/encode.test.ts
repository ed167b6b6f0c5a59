// A plan as bytes: what is refused before anything is started, and what is
// known of a call when it has failed.

import { describe, expect, test } from 'vitest'

import { header } from '../../test/support/plan-bytes.ts'
import { pointers, result, type Syscall } from '../01-syscalls/syscall.ts'

import { encode } from './encode.ts'
import { explain } from './explain.ts'
import { listsOf, type Plan } from './plan.ts'
import { errorAt, errorFromNotes } from './report.ts'
import { clone, waitFor } from './run-process.ts'

const named = (name: string): Syscall => ({
  name: 'chdir',
  args: [name],
  from: { chapter: 'test', doing: name },
})
const parent = (name: string, child: readonly Syscall[]): Syscall => ({
  ...named(name),
  name: 'clone3',
  child,
})
const main = (...calls: Syscall[]): Plan => ({ main: calls, after: [] })

describe('encoding refuses', () => {
  test.each<[string, Plan, RegExp]>([
    ['a result that no call has', main(close('x')), /no earlier result/],
    [
      'a result of a later call',
      main(close('fd'), { name: 'getpid', args: [], result: 'fd' }),
      /no earlier result named fd/,
    ],
    [
      "a child's result outside of it",
      main(
        parent('c', [{ name: 'getpid', args: [], result: 'own' }]),
        close('own'),
      ),
      /no earlier result named own/,
    ],
    [
      'a result that comes after the clone3, in the child',
      main(parent('c', [close('pid')]), {
        name: 'getpid',
        args: [],
        result: 'pid',
      }),
      /no earlier result named pid/,
    ],
    [
      'a child of a call that makes no process',
      main({ ...named('x'), child: [] }),
      /chdir has no child/,
    ],
    ['a NUL byte', main(named('a\0b')), /NUL byte/],
    [
      'too much of everything',
      main({
        name: 'execve',
        args: ['/x', pointers(['a'.repeat(9 << 20), 'b'.repeat(9 << 20)])],
      }),
      /that many arguments/,
    ],
  ])('%s', (_, plan, message) => {
    expect(() => encode(plan, { arch: 'x64' })).toThrow(message)
  })
})

describe('encoding takes', () => {
  test.each<[string, Plan]>([
    [
      'a result of main in `after` and in `failed`',
      {
        main: [{ name: 'getpid', args: [], result: 'pid' }],
        after: [close('pid')],
        failed: [close('pid'), close('errno'), close('plan')],
      },
    ],
    ['a handle that is bound at the launch', main(close('netns'))],
    ['a plan without any call', main()],
  ])('%s', (_, plan) => {
    const bytes = encode(plan, { arch: 'arm64', handles: { netns: 7 } })
    expect(bytes.toString('latin1', 0, 4)).toBe('RKPL')
    expect(bytes.readUInt32LE(header.machine)).toBe(183)
  })
})

describe('the lists of a plan', () => {
  const deep = parent('1', [named('2'), parent('3', [named('4')])])
  const plan: Plan = {
    main: [deep, parent('5', [named('6')])],
    after: [parent('7', [named('8')])],
    failed: [parent('9', [named('10')])],
  }

  test('are numbered in the same way by the encoder and by the errors', () => {
    const bytes = encode(plan, { arch: 'x64' })
    const counts = listsOf(plan).map((list) => list.length)
    const at = bytes.readUInt32LE(header.lists)
    const encoded = counts.map((_, i) => bytes.readUInt32LE(at + i * 8 + 4))
    expect(bytes.readUInt32LE(header.listCount)).toBe(counts.length)
    expect(encoded).toEqual(counts)
    expect(counts).toEqual([2, 1, 1, 2, 1, 1, 1, 1])
  })

  test.each([
    [0, 0, '1'],
    [0, 1, '5'],
    [1, 0, '7'],
    [2, 0, '9'],
    [3, 1, '3'],
    [4, 0, '4'],
    [5, 0, '6'],
    [6, 0, '8'],
    [7, 0, '10'],
  ])('list %i, call %i is what it was called', (list, index, doing) => {
    const { message } = errorAt(plan, { list, index, errno: 5 })
    expect(message).toBe(`${doing}: EIO (input/output error)`)
  })

  test('have no call that nobody wrote', () => {
    expect(() => errorAt(plan, { list: 8, index: 0, errno: 5 })).toThrow(
      'find call 0 of list 8',
    )
  })
})

describe('the notes behind a plan', () => {
  const plan: Plan = {
    main: [named('first'), parent('second', [named('inside')])],
    after: [{ name: 'close', args: [-1] }],
  }
  const bytes = encode(plan, { arch: 'x64' })

  test.each([
    { list: 0, index: 0 },
    { list: 0, index: 1 },
    { list: 1, index: 0 },
    { list: 3, index: 0 },
  ])('say of call $index of list $list what the plan says', (place) => {
    const noted = errorFromNotes(bytes, { ...place, errno: 9 })
    const known = errorAt(plan, { ...place, errno: 9 })
    expect(noted.message).toBe(known.message)
    expect(noted.exitCode).toBe(known.exitCode)
  })

  test('know of no other call', () => {
    const place = { list: 0, index: 2, errno: 9 }
    expect(() => errorFromNotes(bytes, place)).toThrow('find call 2')
  })

  test('keep what decides the exit code and the hint', () => {
    const failing = main({ name: 'execve', args: ['/x', null, null] })
    const error = errorFromNotes(encode(failing, { arch: 'x64' }), {
      list: 0,
      index: 0,
      errno: 2,
    })
    expect(error.exitCode).toBe(127)
    expect(error.hint).toMatch(/is the program there/)
  })
})

test('explain prints each list, with what its calls are for', () => {
  const plan: Plan = {
    main: [...clone({ child: [named('inside')] }), ...waitFor()],
    after: [named('clean up')],
  }
  expect(explain(plan)).toBe(
    `main:
  # 02-process: make a process
  pipe2(→lifeline[8], O_CLOEXEC | O_NONBLOCK)
  pid = clone3({flags=0, exit_signal=SIGCHLD}, 88)
    | # 02-process: leave the parent
    | close({lifeline+4})
    | # test: inside
    | chdir("inside")
  close({lifeline})
  started({pid})
  # 02-process: wait for the process
  status = wait({pid}, NULL, 0)

after, in any case:
  # test: clean up
  chdir("clean up")`,
  )
})

function close(of: string): Syscall {
  return { name: 'close', args: [result(of)] }
}
