// A signal for rocker, or for the shim, reaches the program; and nothing
// outlives the shim.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { describe, expect, test } from 'vitest'

import {
  childOf,
  ended,
  line,
  startBare,
} from '../../test/support/bare-shim.ts'
import type { Syscall } from '../01-syscalls/syscall.ts'

import { execute } from './execute.ts'
import type { Plan } from './plan.ts'
import { clone, dieWithParent, waitFor } from './run-process.ts'

const env = ['PATH=/usr/bin:/bin']
const names = [
  'TERM',
  'INT',
  'HUP',
  'QUIT',
  'USR1',
  'USR2',
  'WINCH',
  'TSTP',
] as const

/** Says its pid, then which signal came, and ends with 7. */
const trapping = (name: string) =>
  `trap 'echo got ${name}; exit 7' ${name}
   echo pid $$
   while :; do sleep 0.02; done`
const run = (script: string, kinds: 'CLONE_NEWPID'[] = []): Plan => ({
  main: [
    ...clone({
      flags: kinds,
      child: [
        ...dieWithParent(),
        ...execute({ argv: ['sh', '-c', script], env }),
      ],
    }),
    ...waitFor(),
  ],
  after: [],
})

describe('a signal', () => {
  test.each(names)('%s for the shim reaches the program', async (name) => {
    const shim = startBare(run(trapping(name)))
    await line(shim, 'pid')
    const end = ended(shim)
    shim.kill(`SIG${name}`)
    expect(await end).toMatchObject({
      status: 7,
      stdout: `got ${name}\n`,
    })
  })

  test.each(names)('%s for rocker reaches the program', async (name) => {
    const node = rocker(trapping(name))
    await line(node, 'pid')
    const end = ended(node)
    node.kill(`SIG${name}`)
    expect(await end).toMatchObject({
      status: 7,
      stdout: `got ${name}\n`,
      stderr: '',
    })
  })

  test('ends a program that knows none, and the status says which', async () => {
    const shim = startBare(run('echo pid $$; exec sleep 100'))
    await line(shim, 'pid')
    shim.kill('SIGTERM')
    expect((await ended(shim)).status).toBe(143)
  })

  test('that comes during the launch is not lost', async () => {
    const nap: Syscall = {
      name: 'nanosleep',
      args: [
        Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 163, 225, 17, 0, 0, 0, 0]),
        null,
      ],
    }
    const plan = run('echo pid $$; exec sleep 100')
    const shim = startBare(
      { ...plan, main: [nap, ...plan.main] },
      'echo go',
    )
    await line(shim, 'go')
    await untilNamed(shim.pid ?? 0, 'rocker-shim')
    shim.kill('SIGTERM')
    expect((await ended(shim)).status).toBe(143)
  })

  test('INT, for the third time, ends a program that ignores it', async () => {
    const script = `trap 'echo no' INT; echo pid $$
      while :; do sleep 0.02; done`
    const shim = startBare(run(script))
    await line(shim, 'pid')
    for (const _ of [1, 2]) {
      shim.kill('SIGINT')
      await line(shim, 'no')
    }
    shim.kill('SIGINT')
    expect((await ended(shim)).status).toBe(137)
  })

  test('does not end a pid 1 that has no handler for it', async () => {
    const script = 'echo pid $$; sleep 0.3; exit 5'
    const shim = startBare(run(script, ['CLONE_NEWPID']))
    expect(await line(shim, 'pid')).toBe('pid 1')
    shim.kill('SIGTERM')
    expect((await ended(shim)).status).toBe(5)
  })
})

describe('a terminal', () => {
  test('sends ctrl-c once, although the shim has got it as well', async () => {
    const script = `trap 'n=$((n+1))' INT; n=0; echo pid $$
      for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.05; done; echo got $n`
    const python = `
import os, pty, sys, time
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
text = b""
while b"pid" not in text:
    text += os.read(fd, 1000)
os.write(fd, b"\\x03")
while True:
    try:
        bytes = os.read(fd, 1000)
    except OSError:
        break
    if not bytes:
        break
    text += bytes
sys.stdout.buffer.write(text)`
    const node = spawn(
      'python3',
      ['-c', python, process.execPath, ...rockerWords(script)],
      { stdio: 'pipe' },
    )
    expect((await ended(node)).stdout).toContain('got 1\r\n')
  })
})

describe('kill -9 of the shim', () => {
  test.each<['CLONE_NEWPID'[]]>([[[]], [['CLONE_NEWPID']]])(
    'ends the program (%j)',
    async (kinds) => {
      const shim = startBare(run('echo pid $$; exec sleep 200', kinds))
      await line(shim, 'pid')
      const pid = childOf(shim.pid ?? 0)
      expect(isAlive(pid)).toBe(true)
      shim.kill('SIGKILL')
      await once(shim, 'exit')
      await untilGone(pid)
      expect(isAlive(pid)).toBe(false)
    },
  )

  test('before the program has started ends it, too', async () => {
    // the child waits at a full pipe until its parent is dead
    const shim = startBare({
      main: [
        ...clone({
          flags: ['CLONE_NEWPID'],
          child: [
            { name: 'write', args: [1, 'pid\n', 4] },
            {
              name: 'read',
              args: [0, { kind: 'output', name: 'b', bytes: 1 }, 1],
            },
            ...dieWithParent(),
            { name: 'write', args: [1, 'still here\n', 11] },
          ],
        }),
        ...waitFor(),
      ],
      after: [],
    })
    await line(shim, 'pid')
    const end = ended(shim)
    shim.kill('SIGKILL')
    await once(shim, 'exit')
    shim.stdin?.end('x')
    expect((await end).stdout).toBe('')
  })
})

describe('kill -9 of rocker', () => {
  test('ends the shim and the program', async () => {
    const node = rocker('echo pid $$; exec sleep 100')
    const [, pid] = (await line(node, 'pid')).split(' ')
    const shim = childOf(node.pid ?? 0)
    node.kill('SIGKILL')
    await once(node, 'exit')
    await untilGone(shim)
    await untilGone(Number(pid))
    expect([shim, Number(pid)].filter(isAlive)).toEqual([])
  })
})

test('a shim that waits needs less than 200 kB of memory', async () => {
  const shim = startBare(run('echo pid $$; exec sleep 100'))
  await line(shim, 'pid')
  const rollup = readFileSync(`/proc/${shim.pid}/smaps_rollup`, 'utf8')
  const kB = Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1])
  expect(kB).toBeGreaterThan(0)
  expect(kB).toBeLessThan(200)
  shim.kill('SIGTERM')
  await ended(shim)
})

function rockerWords(script: string): string[] {
  const path = join(import.meta.dirname, 'rocker.ts')
  return [path, 'run', '--', 'sh', '-c', script]
}

function rocker(script: string): ChildProcess {
  return spawn(process.execPath, rockerWords(script), {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+[ZX]/m.test(
      readFileSync(`/proc/${pid}/status`, 'utf8'),
    )
  } catch {
    return false
  }
}

async function untilGone(pid: number): Promise<void> {
  for (let i = 0; i < 100 && isAlive(pid); i++) await sleep(10)
}

async function untilNamed(pid: number, name: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === name) return
    await sleep(2)
  }
}
