// A disk that is full: what cannot be done says so and leaves nothing, and what
// runs goes on. A filesystem in memory is full sooner.

import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import {
  afterAll,
  afterEach,
  beforeAll,
  describe,
  expect,
  test,
} from 'vitest'

import { settled, snapshot } from '../support/snapshot.ts'
import { storeFiles } from '../support/store-files.ts'

import { type Installed, install } from './installed.ts'

const disk = mkdtempSync(join(tmpdir(), 'full-disk-'))
const filler = join(disk, 'filler')
let installed: Installed
beforeAll(async () => {
  const how = 'size=16m,nr_inodes=2000,mode=755'
  execFileSync('mount', ['-t', 'tmpfs', '-o', how, 'none', disk])
  mkdirSync(join(disk, 'root'))
  installed = await install(join(disk, 'root'))
})
afterAll(() => {
  execFileSync('umount', [disk])
  rmSync(disk, { recursive: true })
})

afterEach(async () => {
  rmSync(filler, { recursive: true, force: true })
  await rocker('rm', '-f', 'new', 'chat', 'quiet', 'ends')
})

const rocker = (...args: string[]) => installed.rocker(...args)
const out = async (...args: string[]) => (await rocker(...args)).out.trim()
const state = (name: string) =>
  out('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', name)
const files = () => storeFiles(installed.root)

describe.each([
  ['bytes', fillBytes, 'has a gap'],
  ['files', fillFiles, 'is whole'],
])('a disk without room for %s', (_, fill, log) => {
  test.each([
    ['create', ['create', '--name', 'new', 'busybox', 'true'], 1],
    ['run', ['run', '--name', 'new', 'busybox', 'true'], 125],
    ['run -d', ['run', '-d', '--name', 'new', 'busybox', 'true'], 125],
    ['run --rm', ['run', '--rm', '--name', 'new', 'busybox', 'true'], 125],
  ])('%s says so, and leaves nothing', async (_, words, code) => {
    const before = { host: await snapshot(), files: files() }
    const refill = fill()
    const { status, err } = await rocker(...words)
    refill()
    expect(err).toMatch(/ENOSPC \(no space left on device\)\n/)
    expect(status).toBe(code)
    await rocker('rm', 'nothing')
    expect(files()).toEqual(before.files)
    expect(await settled(before.host)).toEqual(before.host)
    expect((await rocker(...words)).status).toBe(0)
    await rocker('rm', '-f', 'new')
  })

  test('what runs goes on, and can be seen, stopped and removed', async () => {
    const before = { host: await snapshot(), files: files() }
    const chat =
      'while :; do printf "%02000d\\n" $((i += 1)); sleep .02; done'
    await rocker('run', '-d', '--name', 'chat', 'busybox', 'sh', '-c', chat)
    await rocker('run', '-d', '--name', 'quiet', 'busybox', 'sleep', '1000')
    const refill = fill()
    await sleep(300)
    expect(await out('ps', '-q')).toMatch(/^\w+\n\w+$/)
    expect(await state('chat')).toBe('running 0')
    expect(await out('logs', '-n', '1', 'chat')).toMatch(/^\d+$/)
    expect(await rocker('stop', '-t', '0', 'quiet')).toMatchObject({
      status: 0,
      err: '',
    })
    // how it ended found no room; that it was killed is true
    expect(await state('quiet')).toBe('exited 137')
    expect((await rocker('rm', 'quiet')).status).toBe(0)
    refill()
    await sleep(300)
    expect(await state('chat')).toBe('running 0')
    const lines = (await out('logs', 'chat')).split('\n')
    const isWhole = Number(lines.at(-1)) === lines.length
    expect(isWhole ? 'is whole' : 'has a gap').toBe(log)
    expect((await rocker('rm', '-f', 'chat')).status).toBe(0)
    expect(files()).toEqual(before.files)
    expect(await settled(before.host)).toEqual(before.host)
  })

  test('of one that ends meanwhile it is known how', async () => {
    const script = 'sleep 0.5; exit 3'
    await rocker(
      'run',
      '-d',
      '--name',
      'ends',
      'busybox',
      'sh',
      '-c',
      script,
    )
    const refill = fill()
    await out('wait', 'ends')
    refill()
    await rocker('rm', 'nothing')
    expect(await state('ends')).toBe('exited 3')
    expect((await rocker('start', '-a', 'ends')).status).toBe(3)
    await rocker('rm', 'ends')
  })
})

/** Until nothing more fits; answers what gives the room back. */
function fillBytes(): () => void {
  const file = openSync(filler, 'w')
  for (let size = 1 << 20; size >= 1; size = Math.floor(size / 2))
    try {
      for (;;) if (writeSync(file, Buffer.alloc(size)) < size) break
    } catch {}
  closeSync(file)
  return () => rmSync(filler)
}

function fillFiles(): () => void {
  mkdirSync(filler)
  try {
    for (let i = 0; ; i++) writeFileSync(join(filler, `${i}`), '')
  } catch {}
  return () => rmSync(filler, { recursive: true })
}
