// What a program finds around itself, whatever the caller left lying about.

import { spawn } from 'node:child_process'
import {
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test, vi } from 'vitest'

import { childOf, ended, startBare } from '../../test/support/bare-shim.ts'
import { program } from '../../test/support/programs.ts'

import { execute } from './execute.ts'
import type { Plan } from './plan.ts'
import { clone, waitFor } from './run-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'surroundings-'))
afterAll(() => rmSync(folder, { recursive: true }))

const env = ['PATH=/usr/bin:/bin']
const run = (argv: readonly string[]): Plan => ({
  main: [...clone({ child: execute({ argv, env }) }), ...waitFor()],
  after: [],
})
const clean = ['ignored:', 'handled:', 'blocked:', 'descriptors: 0 1 2']

describe('a program', () => {
  test.each([
    ['as it is', ':'],
    ['with descriptors 9 and 251 open', 'exec 9</etc/passwd 251</etc'],
    ['with SIGPIPE, SIGHUP and SIGXFSZ ignored', 'trap "" PIPE HUP XFSZ'],
    ['with SIGCHLD ignored', 'trap "" CHLD'],
    ['without a standard input', 'exec 0<&-'],
  ])('gets only what is its own from a caller %s', async (_, script) => {
    const { stdout, status } = await ended(
      startBare(run([program('probe')]), script),
    )
    expect(stdout.split('\n').slice(0, 4)).toEqual(clean)
    expect(status).toBe(0)
  })

  test('has its three descriptors where the caller has closed them', async () => {
    const shim = startBare(run(['sleep', '100']), 'exec 0<&- 1>&- 2>&-')
    const links = await vi.waitFor(() => {
      const pid = childOf(shim.pid ?? 0)
      expect(readlinkSync(`/proc/${pid}/exe`)).toMatch(/sleep|coreutils/)
      return readdirSync(`/proc/${pid}/fd`).map(
        (fd) => `${fd} ${readlinkSync(`/proc/${pid}/fd/${fd}`)}`,
      )
    })
    expect(links).toEqual(['0 /dev/null', '1 /dev/null', '2 /dev/null'])
    shim.kill('SIGTERM')
    expect((await ended(shim)).status).toBe(143)
  })

  test('reads and writes that wait: O_NONBLOCK is off', async () => {
    const flagsOf = 'grep -h flags /proc/self/fdinfo/[01]'
    // python leaves its pipes so
    const script = `exec python3 -c '
import fcntl, os, sys
for fd in 0, 1:
    flags = fcntl.fcntl(fd, fcntl.F_GETFL)
    fcntl.fcntl(fd, fcntl.F_SETFL, flags | os.O_NONBLOCK)
for fd in range(3, 4):
    os.set_inheritable(fd, True)
os.execv(sys.argv[1], sys.argv[1:])' "$@"`
    const { stdout } = await ended(
      startBare(run(['sh', '-c', flagsOf]), script),
    )
    const flags = [...stdout.matchAll(/flags:\s+(\d+)/g)].map(([, octal]) =>
      Number.parseInt(octal ?? '', 8),
    )
    expect(flags).toHaveLength(2)
    expect(flags.map((value) => value & 0o4000)).toEqual([0, 0])
  })
})

describe('Node in its place of the shim', () => {
  const module = (name: string) =>
    JSON.stringify(join(import.meta.dirname, name))

  test.each([
    ['as it is', ''],
    ['with its stdin touched', 'process.stdin.resume();'],
    ['with files open', "fs.openSync('/etc/passwd'); fs.openSync('/etc');"],
  ])('hands over nothing, %s', async (_, before) => {
    writeFileSync(
      join(folder, 'over.ts'),
      `import fs from 'node:fs'
       import { handOver } from ${module('hand-over.ts')}
       import { launchPlan } from ${module('launch.ts')}
       ${before}
       handOver(launchPlan([${JSON.stringify(program('probe'))}]))`,
    )
    const node = spawn(
      'bash',
      [
        '-c',
        'exec 9</etc/passwd 251</etc; trap "" PIPE; exec "$@"',
        'bash',
        process.execPath,
        join(folder, 'over.ts'),
      ],
      { stdio: 'pipe' },
    )
    const { stdout, stderr, status } = await ended(node)
    expect(stderr).toBe('')
    expect(stdout.split('\n').slice(0, 4)).toEqual(clean)
    expect(status).toBe(0)
  })
})

test('`yes | head` ends', async () => {
  const plan = run(['sh', '-c', 'yes | head -n 2; echo ended'])
  const { stdout } = await ended(startBare(plan, 'trap "" PIPE'))
  expect(stdout).toBe('y\ny\nended\n')
})
