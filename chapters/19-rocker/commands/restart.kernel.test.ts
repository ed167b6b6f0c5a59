// Containers that come again: by hand, by their policy, after a boot.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { LiveContainers } from '../../../test/support/live-containers.ts'
import { startRealRegistry } from '../../../test/support/real-registry.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'
import { pushBusybox } from '../../00-workshop/busybox-image.ts'

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

async function events(...filters: string[]): Promise<string[]> {
  const all = await live.out(
    ...['events', '--since', '0', '--until', '0s'],
    ...['--format', '{{.Action}} {{index .Actor.Attributes "exitCode"}}'],
    ...filters.flatMap((one) => ['--filter', one]),
  )
  return all
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
}

function folderOf(id: string): string {
  return join(live.root, 'containers', id)
}

function note(id: string) {
  return JSON.parse(readFileSync(join(folderOf(id), 'state.json'), 'utf8'))
}

/** kill -9 of whoever watches over what runs. */
function killMonitors(): void {
  for (const name of readdirSync(join(live.root, 'pending'))) {
    const file = join(live.root, 'pending', name, 'process')
    const [, stat = ''] = readFileSync(file, 'utf8').split('\n')
    const now = readFileSync(
      `/proc/${Number.parseInt(stat, 10)}/stat`,
      'utf8',
    )
    const [, parent] = now.slice(now.lastIndexOf(')') + 2).split(' ')
    process.kill(Number(parent), 'SIGKILL')
  }
}

describe('restart', () => {
  test('ends a container and starts it, and starts one that had ended', async () => {
    await live.start('runs', 'sleep 1000')
    await live.make('rests', 'sleep 1000')
    expect(await live.out('restart', '-t', '0', 'runs', 'rests')).toBe(
      'runs\nrests\n',
    )
    expect(await events('container=runs')).toEqual([
      ...['create', 'start', 'kill', 'kill', 'die 137', 'stop'],
      ...['start', 'restart'],
    ])
    await live.becomes('rests', /^Up /)
  })

  test('of one with --rm keeps what it has written, until it ends otherwise', async () => {
    const image = await pulled()
    const words = [image, 'sh', '-c', 'echo >>/runs; sleep 1000']
    await live.out('run', '-d', '--rm', '--name', 'web', ...words)
    await live.out('restart', '-t', '0', 'web')
    await live.out('restart', '-t', '0', 'web')
    const runs = ['exec', 'web', 'sh', '-c', 'sleep 0.2; wc -l </runs']
    expect(await live.out(...runs)).toBe('3\n')
    await live.out('stop', '-t', '0', 'web')
    expect(await live.out('ps', '-aq')).toBe('')
    expect(await events('container=web', 'event=die')).toHaveLength(3)
  })

  test('says what there is none of, and goes on with the others', async () => {
    await live.make('rests', 'sleep 1000')
    const ended = await live.rocker('restart', 'nosuch', 'rests')
    expect(ended).toMatchObject({ status: 1, out: 'rests\n' })
    expect(ended.err).toContain('find container nosuch: there is none')
  })
})

test('who a user is, is looked up at each start', async () => {
  const script = 'id -u; id -g; echo $HOME'
  const words = ['-u', '5', await pulled(), 'sh', '-c', script]
  await live.out('create', '--name', 'web', ...words)
  expect(await live.out('start', '-a', 'web')).toBe('5\n0\n/\n')
  const passwd = join(live.root, 'passwd')
  writeFileSync(passwd, 'app:x:5:7::/home/app:\n')
  await live.out('cp', passwd, 'web:/etc/passwd')
  expect(await live.out('start', '-a', 'web')).toBe('5\n7\n/home/app\n')
})

async function pulled(): Promise<string> {
  const registry = await startRealRegistry()
  const image = `${registry.host}/busybox`
  try {
    await pushBusybox(`http://${registry.host}`)
    await live.out('pull', '-q', image)
  } finally {
    await registry.stop()
  }
  return image
}

describe('--restart', () => {
  test('on-failure:2 starts it twice again, and then no more', async () => {
    const id = await live.start(
      'fails',
      'exit 3',
      '--restart',
      'on-failure:2',
    )
    await live.becomes('fails', /^Exited \(3\)/)
    expect(note(id)).toMatchObject({ restartCount: 2, pauseMs: 200 })
    expect(await events('container=fails', 'event=die')).toHaveLength(3)
  })

  test('on-failure leaves alone what ended well', async () => {
    const id = await live.start('well', 'true', '--restart', 'on-failure')
    await live.becomes('well', /^Exited \(0\)/)
    expect(note(id).restartCount).toBe(0)
  })

  test('the client has the first exit code, and the container goes on', async () => {
    await live.make('fails', 'echo hi; exit 4', '--restart', 'always')
    const ended = await live.rocker('start', '-a', 'fails')
    expect(ended).toMatchObject({ status: 4, out: 'hi\n' })
    await live.becomes('fails', /^(Restarting|Up)/)
  })

  test.each([
    ['stop', ['stop', '-t', '0', 'again']],
    ['rm -f', ['rm', '-f', 'again']],
  ])('%s ends it at once while it waits', async (_, words) => {
    await live.start('again', 'exit 3', '--restart', 'always')
    await live.becomes('again', /^Restarting \(3\)/)
    expect(await live.out(...words)).toBe('again\n')
    expect(readdirSync(join(live.root, 'pending'))).toEqual([])
    if (words[0] === 'stop') await live.becomes('again', /^Exited \(3\)/)
  })

  test('what was stopped stays so', async () => {
    await live.start('again', 'sleep 1000', '--restart', 'always')
    await live.out('stop', '-t', '0', 'again')
    expect(await events('container=again', 'event=start')).toHaveLength(1)
    await live.becomes('again', /^Exited \(137\)/)
  })

  test('update changes it for what runs already', async () => {
    await live.start('again', 'read x < /tmp/never; sleep 1000')
    await live.start('once', 'sleep 1000', '--restart', 'always')
    await live.out('update', '--restart', 'always', 'again')
    await live.out('update', '--restart', 'no', 'once')
    const [again, once] = await Promise.all(
      ['again', 'once'].map((name) => live.out('top', name, '-o', 'pid')),
    )
    for (const pids of [again, once])
      for (const pid of pids?.match(/\d+/g) ?? [])
        process.kill(Number(pid), 'SIGKILL')
    await live.becomes('once', /^Exited \(137\)/)
    await live.becomes('again', /^(Restarting|Up)/)
  })
})

describe('system boot', () => {
  test('starts what always runs, and leaves what was stopped', async () => {
    await live.start('always', 'sleep 1000', '--restart', 'always')
    await live.start('unless', 'sleep 1000', '--restart', 'unless-stopped')
    await live.start('stopped', 'sleep 1000', '--restart', 'unless-stopped')
    await live.start('never', 'sleep 1000')
    await live.make('made', 'sleep 1000', '--restart', 'always')
    await live.out('stop', '-t', '0', 'stopped')
    killMonitors()
    await live.becomes('never', /^Exited \(137\)/)
    const out = await live.out('system', 'boot')
    expect(out.split('\n').sort()).toEqual(['', 'always', 'unless'])
    expect(await live.out('system', 'boot')).toBe('')
    await live.becomes('always', /^Up/)
    await live.becomes('made', /^Created/)
  })
})
