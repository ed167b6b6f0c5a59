// What the shim copies between the caller and the program, byte for byte.

import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, describe, expect, test } from 'vitest'

import { ended, startBare } from '../../test/support/bare-shim.ts'

import { execute } from './execute.ts'
import type { Plan } from './plan.ts'
import { clone, waitFor } from './run-process.ts'
import {
  closeChildEnds,
  makePipes,
  relays,
  type Streams,
  takeStreams,
} from './streams.ts'

const folder = mkdtempSync(join(tmpdir(), 'relays-'))
afterAll(() => rmSync(folder, { recursive: true }))

const env = ['PATH=/usr/bin:/bin']
const all: Streams = { stdin: 'copied', stdout: 'copied', stderr: 'copied' }
const run = (script: string, streams = all): Plan => ({
  main: [
    ...makePipes(streams),
    ...clone({
      child: [
        ...takeStreams(streams),
        ...execute({ argv: ['sh', '-c', script], env }),
      ],
      meanwhile: closeChildEnds(streams),
    }),
    ...waitFor(relays(streams)),
  ],
  after: [],
})

describe('a copied stream', () => {
  test('brings output and errors, each to its own', async () => {
    const shim = startBare(run('echo out; echo err >&2; exit 4'))
    expect(await ended(shim)).toEqual({
      stdout: 'out\n',
      stderr: 'err\n',
      status: 4,
    })
  })

  test('brings input, and its end', async () => {
    const shim = startBare(run('cat; echo end'))
    shim.stdin?.end('a\0b\nc')
    expect((await ended(shim)).stdout).toBe('a\0b\ncend\n')
  })

  test('brings what was written at the very end', async () => {
    const shim = startBare(run('head -c 60000 /dev/zero; kill -9 $$'))
    const { stdout, status } = await ended(shim)
    expect(stdout).toHaveLength(60_000)
    expect(status).toBe(137)
  })

  test('brings 100 MB as they are', async () => {
    const shim = startBare(run('cat'))
    const sent = createHash('sha256')
    const got = createHash('sha256')
    shim.stdout?.on('data', (bytes: Buffer) => got.update(bytes))
    for (let i = 0; i < 100; i++) {
      const piece = Buffer.alloc(1 << 20, `piece ${i} `)
      sent.update(piece)
      if (!shim.stdin?.write(piece) && shim.stdin)
        await once(shim.stdin, 'drain')
    }
    shim.stdin?.end()
    const [code] = await once(shim, 'close')
    expect(code).toBe(0)
    expect(got.digest('hex')).toBe(sent.digest('hex'))
  })

  test('waits for a slow reader, and loses nothing', async () => {
    const shim = startBare(run('yes | head -c 300000; echo end >&2'))
    await sleep(300) // the pipes are full, and the program waits
    const { stdout, stderr } = await ended(shim)
    expect(stdout).toBe('y\n'.repeat(150_000))
    expect(stderr).toBe('end\n')
  })

  test('that nobody reads any more ends the writer', async () => {
    const shim = startBare(run('yes'))
    await once(shim.stdout ?? shim, 'data')
    shim.stdout?.destroy()
    const [code] = await once(shim, 'exit')
    expect(code).toBe(128 + 13)
  })

  test('that the program does not read is no obstacle to its end', async () => {
    const shim = startBare(run('exec <&-; echo done'))
    shim.stdin?.on('error', () => {}) // nobody reads that
    shim.stdin?.write(Buffer.alloc(1 << 20))
    expect(await ended(shim)).toMatchObject({ stdout: 'done\n', status: 0 })
  })

  test('is left open by a process that stays behind, and the shim ends', async () => {
    const shim = startBare(run('sleep 3 & echo done'))
    const [code] = await once(shim, 'exit')
    expect(code).toBe(0)
    await ended(shim)
  })
})

describe('a terminal', () => {
  // the plan is started in a terminal of its own, which python is the master of
  const inTerminal = (script: string, typed = '') => {
    const path = join(folder, 'play.ts')
    const module = (name: string) =>
      JSON.stringify(join(import.meta.dirname, name))
    writeFileSync(
      path,
      `import { handOver } from ${module('hand-over.ts')}
       handOver(${JSON.stringify(run(script))})`,
    )
    const python = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[2], sys.argv[2:])
text = b""
typed = sys.argv[1].encode()
while True:
    if typed and b"ready" in text:
        os.write(fd, typed)
        typed = b""
    try:
        bytes = os.read(fd, 65536)
    except OSError:
        break
    text += bytes
sys.stdout.buffer.write(text)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))`
    return spawnSync(
      'python3',
      ['-c', python, typed, process.execPath, path],
      { encoding: 'utf8', maxBuffer: 1e9 },
    )
  }

  test('is a pipe inside, so nobody there can type into it', () => {
    const { stdout, status } = inTerminal(
      'for i in 0 1 2; do [ -t $i ] && echo terminal $i; done; echo; exit 3',
    )
    expect({ stdout, status }).toEqual({ stdout: '\r\n', status: 3 })
  })

  test('is read, and ctrl-d is the end', () => {
    const { stdout } = inTerminal(
      'echo ready; while read x; do echo "<$x>"; done; echo end',
      'one\ntwo\n\u0004',
    )
    expect(stdout).toContain('<one>\r\n<two>\r\nend\r\n')
  })

  test('gets a megabyte without a gap', () => {
    const { stdout } = inTerminal('seq 1 150000')
    const lines = stdout.trimEnd().split('\r\n')
    expect(lines).toHaveLength(150_000)
    expect(lines.every((line, i) => line === `${i + 1}`)).toBe(true)
  })
})

test('more than four relays are refused', async () => {
  const five = Array.from({ length: 5 }, () => ({ from: 0, to: 1 }))
  const plan: Plan = {
    main: [
      ...clone({ child: execute({ argv: ['true'], env }) }),
      ...waitFor(five),
    ],
    after: [],
  }
  expect((await ended(startBare(plan))).status).toBe(125)
})

test('an input that is closed is no input', async () => {
  const closed = startBare(run('cat; echo end'), 'exec 0<&-')
  expect((await ended(closed)).stdout).toBe('end\n')
})
