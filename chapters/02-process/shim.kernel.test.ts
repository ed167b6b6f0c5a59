// What the shim makes of a plan: the real one, and the one with sanitizers.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { ended, startBare } from '../../test/support/bare-shim.ts'
import { played, sanitizedShim } from '../../test/support/played.ts'
import { errnoNumber } from '../01-syscalls/errno.ts'
import {
  flags,
  inside,
  lengthOf,
  output,
  result,
  type Syscall,
  struct,
  text,
} from '../01-syscalls/syscall.ts'

import { execute } from './execute.ts'
import { onlyIfUndone, type Plan } from './plan.ts'
import { shimPath } from './plan-file.ts'
import { clone, waitFor } from './run-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'shim-'))
afterAll(() => rmSync(folder, { recursive: true }))

const env = ['PATH=/usr/bin:/bin']
const sh = (script: string, ...rest: string[]) =>
  execute({ argv: ['sh', '-c', script, 'sh', ...rest], env })
const run = (child: readonly Syscall[]): Plan => ({
  main: [...clone({ child }), ...waitFor()],
  after: [],
})
const main = (...calls: Syscall[]): Plan => ({ main: calls, after: [] })

/** A line on the shim's standard output, with results in it. */
const print = (...parts: (string | ReturnType<typeof result>)[]) =>
  ({
    name: 'write',
    args: [1, { kind: 'text', parts: [...parts, '\n'] }, lengthOf(1)],
  }) as const satisfies Syscall
const fails = (errno: 'EIO' | 'ENOSPC' = 'EIO'): Syscall => ({
  name: 'expect',
  args: [0, 1, errnoNumber(errno)],
})

describe.each([
  ['the shim', shimPath()],
  ['the shim with sanitizers', sanitizedShim()],
])('%s', (_, program) => {
  const playing = (plan: Plan) => played(plan, { program })

  describe('a program', () => {
    test('is found in PATH, and prints', async () => {
      const plan = run(execute({ argv: ['echo', 'hello', 'you'], env }))
      expect(await playing(plan)).toMatchObject({
        status: 0,
        stdout: 'hello you\n',
        stderr: '',
        leftovers: [],
      })
    })

    test.each([0, 1, 2, 42, 124, 125, 126, 127, 128, 200, 255])(
      'that exits with %i gives rocker that status',
      async (code) => {
        const { status, failure } = await playing(run(sh(`exit ${code}`)))
        expect({ status, failure }).toEqual({
          status: code,
          failure: undefined,
        })
      },
    )

    test.each([1, 2, 3, 6, 8, 9, 11, 13, 14, 15, 24, 25, 31, 34, 64])(
      'that signal %i ends gives 128 more',
      async (signal) => {
        const script = `ulimit -c 0; kill -${signal} $$; sleep 5`
        expect((await playing(run(sh(script)))).status).toBe(128 + signal)
      },
    )

    test.each<[string, string[], number, string]>([
      [
        'is nowhere in PATH',
        ['no-such-program'],
        127,
        'find no-such-program in PATH and execute it: ENOENT (no such file or directory)',
      ],
      [
        'is not at its path',
        ['/no/such/program'],
        127,
        'execute /no/such/program: ENOENT (no such file or directory)',
      ],
      [
        'has no name',
        [''],
        127,
        'execute : ENOENT (no such file or directory)',
      ],
      [
        'is a folder',
        ['/tmp'],
        126,
        'execute /tmp: EACCES (permission denied)',
      ],
      [
        'may not be executed',
        ['/etc/passwd'],
        126,
        'execute /etc/passwd: EACCES (permission denied)',
      ],
      [
        'lies below a file',
        ['/etc/passwd/x'],
        126,
        'execute /etc/passwd/x: ENOTDIR (not a directory)',
      ],
    ])('that %s', async (_title, argv, status, message) => {
      const played = await playing(run(execute({ argv, env })))
      expect(played.status).toBe(status)
      expect(played.failure?.message).toBe(message)
      expect(played.failure?.exitCode).toBe(status)
      expect(played.stderr).toBe('')
    })

    test.each([
      ['a folder that is missing', 'PATH=/nowhere:/bin'],
      ['a file in place of a folder', 'PATH=/etc/passwd:/bin'],
      ['a name that is too long', `PATH=/${'a'.repeat(300)}:/bin`],
      ['an empty entry', 'PATH=:/bin'],
    ])('is found behind %s of PATH', async (_title, path) => {
      const plan = run(execute({ argv: ['echo', 'found'], env: [path] }))
      expect((await playing(plan)).stdout).toBe('found\n')
    })

    test('is searched in the usual folders where there is no PATH', async () => {
      const plan = run(execute({ argv: ['echo', 'found'], env: [] }))
      expect((await playing(plan)).stdout).toBe('found\n')
    })

    test('gets its arguments and its environment as they are', async () => {
      const argv = ['sh', '-c', 'printf "%s|" "$@"; echo "$X"', 'sh']
      const odd = ['', 'a b', '{pid}', '$HOME', '\n', 'ä']
      const plan = run(
        execute({ argv: [...argv, ...odd], env: [...env, 'X= {plan} '] }),
      )
      expect((await playing(plan)).stdout).toBe(
        '|a b|{pid}|$HOME|\n|ä| {plan} \n',
      )
    })

    test('gets bytes that are not UTF-8 as they are', async () => {
      const argv = ['sh', '-c', 'printf %s "$1" | od -An -tx1', 'sh']
      const plan = run(
        execute({ argv: [...argv, Uint8Array.of(0xff, 0xfe)], env }),
      )
      expect((await playing(plan)).stdout).toBe(' ff fe\n')
    })
  })

  describe('results', () => {
    test('go into a text, as decimal numbers', async () => {
      const { stdout } = await playing(
        main(
          { name: 'getpid', args: [], result: 'pid' },
          { name: 'close', args: [-1], ignore: ['EBADF'], result: 'bad' },
          print(result('pid'), ' ', result('bad'), '.'),
        ),
      )
      expect(stdout).toMatch(/^\d+ -9\.\n$/)
    })

    test('go into calls, beside structures', async () => {
      const how = struct({
        flags: [8, flags('O_RDWR', 'O_CREAT', 'O_TRUNC')],
        mode: [8, 0o600],
        resolve: [8, flags('RESOLVE_BENEATH')],
      })
      const at = flags('AT_FDCWD')
      const { stdout } = await playing(
        main(
          {
            name: 'openat',
            args: [at, folder, flags('O_PATH')],
            result: 'in',
          },
          {
            name: 'openat2',
            args: [result('in'), 'written', how, lengthOf(2)],
            result: 'fd',
          },
          { name: 'write', args: [result('fd'), 'abc', lengthOf(1)] },
          { name: 'lseek', args: [result('fd'), 0, 1], result: 'at' },
          print('at ', result('at')),
        ),
      )
      expect(stdout).toBe('at 3\n')
      expect(readFileSync(join(folder, 'written'), 'utf8')).toBe('abc')
    })

    test('are the ends of a pipe, which the kernel wrote', async () => {
      const { stdout } = await playing(
        main(
          { name: 'pipe2', args: [output('pipe', 8), flags()] },
          { name: 'write', args: [inside('pipe', 4), 'through', 7] },
          {
            name: 'read',
            args: [inside('pipe', 0), output('got', 7), 7],
            result: 'count',
          },
          print('read ', result('count')),
        ),
      )
      expect(stdout).toBe('read 7\n')
    })

    test('from before its clone3 are known to a child, its own to nobody else', async () => {
      const child: Syscall[] = [
        { name: 'getpid', args: [], result: 'pid' },
        { name: 'getppid', args: [], result: 'up' },
        print('same ', result('parent')),
        { name: 'expect', args: [result('up'), result('parent'), 5] },
        { name: 'expect', args: [result('pid'), result('pid'), 5] },
      ]
      const { status, stdout, failure } = await playing(
        main(
          { name: 'getpid', args: [], result: 'parent' },
          ...clone({ child }),
          ...waitFor(),
          print('pid ', result('pid')),
        ),
      )
      expect(failure).toBeUndefined()
      expect(status).toBe(0)
      const lines = stdout.trim().split('\n')
      expect(lines).toHaveLength(2)
      expect(lines[0]?.split(' ')[1]).not.toBe(lines[1]?.split(' ')[1])
    })

    test('that never came are -1, and kill is not called with them', async () => {
      const plan: Plan = {
        main: [fails(), { name: 'getpid', args: [], result: 'pid' }],
        after: [{ name: 'kill', args: [result('pid'), flags('SIGKILL')] }],
      }
      const { leftovers, failure } = await playing(plan)
      expect(failure?.errnoName).toBe('EIO')
      expect(leftovers.map((error) => error.errnoName)).toEqual(['ESRCH'])
    })
  })

  describe('children', () => {
    test('make children, and a status comes up through them', async () => {
      const grandchild = sh('exit 33')
      const child = [...clone({ child: grandchild }), ...waitFor()]
      expect((await playing(run(child))).status).toBe(33)
    })

    test('run side by side, each with its own status', async () => {
      const helper = (name: string, code: number): Syscall[] => [
        ...clone({ child: sh(`exit ${code}`) }).map((call) =>
          call.result === 'pid' ? { ...call, result: name } : call,
        ),
      ]
      const start = (name: string, code: number) =>
        helper(name, code).filter((call) => call.name !== 'started')
      const plan = main(
        ...start('a', 3),
        ...start('b', 4),
        { name: 'wait', args: [result('b'), null, 0], result: 'second' },
        { name: 'wait', args: [result('a'), null, 0], result: 'first' },
        print(result('first'), ' ', result('second')),
      )
      const { stdout, status } = await playing(plan)
      expect({ stdout, status }).toEqual({ stdout: '3 4\n', status: 3 })
    })

    test('a helper that fails ends the plan there', async () => {
      const plan = main(
        ...clone({ child: sh('exit 1') }),
        ...waitFor(),
        {
          name: 'expect',
          args: [result('status'), 0, errnoNumber('EIO')],
          from: { chapter: 'test', doing: 'map the ids' },
        },
        print('not reached'),
      )
      const { status, stdout, failure } = await playing(plan)
      expect({ status, stdout }).toEqual({ status: 125, stdout: '' })
      expect(failure?.message).toBe('map the ids: EIO (input/output error)')
    })

    test('what fails in a grandchild is told, and no process stays', async () => {
      const grandchild = [
        ...clone({ child: sh('exec sleep 100') }),
        { ...fails('ENOSPC'), from: { chapter: 'test', doing: 'go deep' } },
      ]
      const child = [...clone({ child: grandchild }), ...waitFor()]
      const { status, failure } = await playing(run(child))
      expect(status).toBe(125)
      expect(failure?.message).toMatch(/^go deep: ENOSPC/)
      expect(programs()).not.toContain('sleep 100')
    })

    test('that are left when main fails are ended', async () => {
      const plan = main(...clone({ child: sh('exec sleep 101') }), fails())
      expect((await playing(plan)).status).toBe(125)
      expect(programs()).not.toContain('sleep 101')
    })

    test('a wait for somebody else is refused', async () => {
      const { failure } = await playing(
        main({ name: 'wait', args: [1, null, 0] }),
      )
      expect(failure?.errnoName).toBe('ECHILD')
    })
  })

  describe('a call that fails', () => {
    test('ends main, and the rest is not made', async () => {
      const { status, stdout, failure } = await playing(
        main(print('one'), fails(), print('two')),
      )
      expect({ status, stdout }).toEqual({ status: 125, stdout: 'one\n' })
      expect(failure?.errnoName).toBe('EIO')
    })

    test('goes on where its errno is to be ignored', async () => {
      const { status, stdout } = await playing(
        main(
          { ...fails(), ignore: ['ENOENT', 'EIO'] },
          { ...fails('ENOSPC'), ignore: ['ENOSPC'] },
          print('on'),
        ),
      )
      expect({ status, stdout }).toEqual({ status: 0, stdout: 'on\n' })
    })

    test('is told with its chapter and the words of its step', async () => {
      const from = { chapter: '04-rootfs', doing: 'mount /proc' }
      const { failure } = await playing(main({ ...fails(), from }))
      expect(failure?.message).toBe('mount /proc: EIO (input/output error)')
      expect(failure?.call.from).toEqual(from)
    })

    test('leaves `after` to be played whole', async () => {
      const bad: Syscall = { name: 'close', args: [-1] }
      const { stdout, leftovers, status } = await playing({
        main: [fails()],
        after: [print('one'), bad, print('two'), bad],
      })
      expect({ stdout, status }).toEqual({
        stdout: 'one\ntwo\n',
        status: 125,
      })
      expect(leftovers.map((error) => error.errnoName)).toEqual([
        'EBADF',
        'EBADF',
      ])
    })

    test('in main does not spoil the helpers of `after`', async () => {
      const helper = [...clone({ child: sh('echo help') }), ...waitFor()]
      const { stdout, leftovers, failure } = await playing({
        main: [fails()],
        after: [...helper, ...helper],
      })
      expect(stdout).toBe('help\nhelp\n')
      expect(leftovers).toEqual([])
      expect(failure?.errnoName).toBe('EIO')
    })

    test('in a helper of `after` is told as what it is', async () => {
      const helper = [...clone({ child: [fails('ENOSPC')] }), ...waitFor()]
      const { stdout, leftovers, status } = await playing({
        main: [],
        after: [...helper, print('on')],
      })
      expect({ stdout, status }).toEqual({ stdout: 'on\n', status: 0 })
      expect(leftovers[0]?.errnoName).toBe('ENOSPC')
    })
  })

  describe('`after`', () => {
    test('is played after a success too, and does not change the status', async () => {
      const { stdout, status } = await playing({
        ...run(sh('echo in; exit 3')),
        after: [print('after'), ...clone({ child: sh('exit 9') })],
      })
      expect({ stdout, status }).toEqual({
        stdout: 'in\nafter\n',
        status: 3,
      })
    })
  })

  describe('what only makes sense where nothing is left', () => {
    const undoing = (...calls: Syscall[]): Plan => ({
      main: [],
      after: [...calls, ...onlyIfUndone(), print('all undone')],
    })

    test('is played where all of `after` has worked', async () => {
      const { stdout, leftovers } = await playing(undoing(print('one')))
      expect(stdout).toBe('one\nall undone\n')
      expect(leftovers).toEqual([])
    })

    test('is not played where a call of `after` has failed', async () => {
      const { stdout, leftovers } = await playing(
        undoing({ name: 'close', args: [-1] }, print('one')),
      )
      expect(stdout).toBe('one\n')
      expect(leftovers.map(({ message }) => message)).toEqual([
        expect.stringMatching(/EBADF/),
        'undo all of it: EBUSY (device or resource busy)',
      ])
    })

    test('is played although main has failed', async () => {
      const plan = { ...undoing(), main: [fails()] }
      expect((await playing(plan)).stdout).toBe('all undone\n')
    })
  })

  describe('`failed`', () => {
    test('is played last, and knows the list, the call and the errno', async () => {
      const plan: Plan = {
        main: [print('main'), fails('ENOSPC')],
        after: [print('after')],
        failed: [
          print(
            'failed ',
            ...[result('list'), ' ', result('index'), ' ', result('errno')],
          ),
        ],
      }
      const errno = errnoNumber('ENOSPC')
      expect(await ended(startBare(plan))).toEqual({
        stdout: `main\nafter\nfailed 0 1 ${errno}\n`,
        stderr: '',
        status: 125,
      })
    })

    test('is not played where all went well', async () => {
      const plan = { main: [], after: [], failed: [print('failed')] }
      expect(await playing(plan)).toMatchObject({ status: 0, stdout: '' })
    })

    test('may execute a program, which finds the plan behind its descriptor', async () => {
      const { stdout, status } = await playing({
        main: [fails()],
        after: [],
        failed: [
          { name: 'fcntl', args: [result('plan'), flags('F_SETFD'), 0] },
          ...execute({
            argv: [
              'sh',
              '-c',
              'head -c 4 /proc/self/fd/3; grep SigBlk /proc/self/status',
            ],
            env,
          }),
        ],
      })
      expect(stdout).toBe('RKPLSigBlk:\t0000000000000000\n')
      expect(status).toBe(0)
    })

    test('is played although a pipe broke in main', async () => {
      const { stdout, failure } = await playing({
        main: [
          { name: 'pipe2', args: [output('pipe', 8), flags()] },
          { name: 'close', args: [inside('pipe', 0)] },
          { name: 'write', args: [inside('pipe', 4), 'x', 1] },
        ],
        after: [],
        failed: sh('echo said'),
      })
      expect(failure?.errnoName).toBe('EPIPE')
      expect(stdout).toBe('said\n')
    })
  })

  test('a text that a result makes longer has its length', async () => {
    const { stdout } = await playing(
      main(
        { name: 'getpid', args: [], result: 'pid' },
        {
          name: 'write',
          args: [1, text`<${result('pid')}>`, lengthOf(1)],
          result: 'wrote',
        },
        print(' ', result('wrote')),
      ),
    )
    const [, shown = '', count] = /^(<\d+>) (\d+)\n$/.exec(stdout) ?? []
    expect(Number(count)).toBe(shown.length)
  })
})

test('every exit code from 0 to 255 comes back', async () => {
  const codes = Array.from({ length: 256 }, (_, code) => code)
  const statuses: number[] = []
  for (let from = 0; from < codes.length; from += 8)
    statuses.push(
      ...(await Promise.all(
        codes
          .slice(from, from + 8)
          .map(
            async (code) => (await played(run(sh(`exit ${code}`)))).status,
          ),
      )),
    )
  expect(statuses).toEqual(codes)
})

/** The command lines of all processes. */
function programs(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    try {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      return [words.replaceAll('\0', ' ').trim()]
    } catch {
      return [] // no process, or gone
    }
  })
}
