// Containers whose root is somebody else: what they may, and what they are on
// the host.

import { chmodSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { LiveContainers } from '../../../test/support/live-containers.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'

let before: Snapshot
let live: LiveContainers

beforeEach(async () => {
  before = await snapshot()
  live = new LiveContainers()
})
afterEach(async () => {
  await live[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

const own = ['--userns', 'auto'] as const

test('root inside is another number outside, and no two are the same', async () => {
  await live.start('first', 'sleep 1000', ...own)
  await live.start('second', 'sleep 1000', ...own)
  const maps = await Promise.all(
    ['first', 'second'].map((name) =>
      live.out('exec', name, 'cat', '/proc/1/uid_map'),
    ),
  )
  expect(maps.map((map) => map.trim().split(/\s+/))).toEqual([
    ['0', '524288', '65536'],
    ['0', '589824', '65536'],
  ])
  const [pid] = (
    await live.out('inspect', '-f', '{{.State.Pid}}', 'first')
  ).split('\n')
  expect(statSync(`/proc/${pid}`).uid).toBe(524288)
  await live.out('rm', '-f', 'first')
  await live.start('third', 'sleep 1000', ...own)
  expect(
    await live.out('exec', 'third', 'cat', '/proc/1/gid_map'),
  ).toContain('524288')
})

test.each([
  [
    'it is root, of its own files',
    'id -u; stat -c %u /bin/busybox',
    '0\n0',
  ],
  [
    'it gives files away',
    'echo x > /f; chown 7:8 /f; stat -c %u:%g /f',
    '7:8',
  ],
  [
    'it changes a file of the image',
    'chown 5 /bin/busybox; stat -c %u /bin/busybox',
    '5',
  ],
  [
    'its files of /etc are its own',
    'echo "1.1.1.1 x" >> /etc/hosts; stat -c %u /etc/hosts',
    '0',
  ],
  ['it opens its output once more', 'echo here > /dev/stdout', 'here'],
  [
    'it makes its working directory',
    'stat -c %u .; touch y && echo made',
    '0\nmade',
  ],
])('%s', async (_, script, expected) => {
  await live.make('one', script, ...own, '-w', '/made/here')
  const { out, err } = await live.rocker('start', '-a', 'one')
  expect([out.trim(), err]).toEqual([expected, ''])
})

test.each([[], ['-t']])(
  'who comes later opens it once more, too: %j',
  async (...flags) => {
    await live.start('one', 'sleep 1000', ...own)
    const words = ['-u', '1000', ...flags, 'one', 'sh', '-c']
    const { status, out } = await live.rocker(
      ...['exec', ...words, 'echo here > /dev/stdout'],
    )
    expect([status, out.trim()]).toEqual([0, 'here'])
  },
)

test('memory of its own is its root’s', async () => {
  const script = 'stat -c "%u %g %a" /mem /mine; touch /mem/f && echo made'
  await live.make(
    'one',
    script,
    ...[
      ...own,
      '--tmpfs',
      '/mem:mode=0700',
      '--tmpfs',
      '/mine:uid=5,mode=0700',
    ],
  )
  const { out } = await live.rocker('start', '-a', 'one')
  expect(out).toBe('0 0 700\n5 0 700\nmade\n')
})

test('what the host’s root alone may write stays as it is', async () => {
  const folder = join(live.root, 'of-the-host')
  mkdirSync(folder)
  chmodSync(live.root, 0o755)
  writeFileSync(join(folder, 'file'), 'of the host', { mode: 0o644 })
  const script = 'echo x > /h/file; touch /h/new; stat -c %u /h/file'
  await live.make('one', script, ...own, '-v', `${folder}:/h`)
  const { out, err } = await live.rocker('start', '-a', 'one')
  expect([out.trim(), err.match(/ermission denied/g)?.length]).toEqual([
    '65534',
    2,
  ])
})

test('a command that comes later is of the same users', async () => {
  await live.start('one', 'echo a > /f; sleep 1000', ...own)
  const script =
    'id -u; stat -c %u /f; cat /proc/self/uid_map; readlink /proc/self/ns/user; readlink /proc/1/ns/user'
  const out = await live.out('exec', 'one', 'sh', '-c', script)
  const [id, owner, map, mine, first] = out.trim().split('\n')
  expect([id, owner, map?.trim().split(/\s+/)[1]]).toEqual([
    '0',
    '0',
    '524288',
  ])
  expect(mine).toBe(first)
  expect(await live.out('exec', '-u', '7:8', 'one', 'id')).toContain(
    'uid=7 gid=8',
  )
})

test('a volume has the same owners for everybody', async () => {
  await live.start(
    'first',
    'chown 7 /data; touch /data/f; sleep 1000',
    ...own,
    '-v',
    'shared:/data',
  )
  await live.becomes('first', /Up/)
  const seen = ['stat', '-c', '%n %u', '/data', '/data/f']
  const expected = '/data 7\n/data/f 0\n'
  expect(await live.out('exec', 'first', ...seen)).toBe(expected)
  await live.start('second', 'sleep 1000', ...own, '-v', 'shared:/data')
  await live.start('host', 'sleep 1000', '-v', 'shared:/data')
  expect(await live.out('exec', 'second', ...seen)).toBe(expected)
  expect(await live.out('exec', 'host', ...seen)).toBe(expected)
})

test('it keeps its users when it is started again', async () => {
  await live.start('one', 'stat -c %u /f; touch /f; sleep 1000', ...own)
  await live.out('restart', '-t', '0', 'one')
  expect(await live.out('logs', 'one')).toContain('0\n')
  expect(
    await live.out('inspect', '-f', '{{.HostConfig.UsernsMode}}', 'one'),
  ).toBe('auto\n')
})

test.each([['x'], ['auto:size=5'], ['keep-id']])(
  '--userns %s is refused',
  async (mode) => {
    const { status, err } = await live.rocker('run', '--userns', mode, 'x')
    expect(status).toBe(125)
    expect(err).toContain(`run with --userns ${JSON.stringify(mode)}`)
  },
)
