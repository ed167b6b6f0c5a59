// Containers that live, as people use them: in the background, by name, with a
// terminal, killed, and many at once.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { patience } from '../support/patience.ts'
import { settled, snapshot } from '../support/snapshot.ts'

import { ended, type Installed, install } from './installed.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install()
})
afterAll(() => installed.remove())

const rocker = (...args: string[]) => installed.rocker(...args)
const out = async (...args: string[]) => (await rocker(...args)).out.trim()
const sh = (name: string, script: string, ...flags: string[]) =>
  rocker(
    'run',
    '-d',
    '--name',
    name,
    ...flags,
    'busybox',
    'sh',
    '-c',
    script,
  )
const status = (name: string) =>
  out('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', name)

describe('a container in the background', () => {
  test('goes from run to rm, and each step shows', async () => {
    const before = await snapshot()
    const { out: id } = await sh(
      'life',
      'trap exit TERM; echo up; sleep 1000 & wait',
    )
    expect(id).toMatch(/^[0-9a-f]{64}\n$/)
    expect(await status('life')).toBe('running 0')
    expect((await rocker('rm', 'life')).status).toBe(1)
    while ((await out('logs', 'life')) !== 'up') await sleep(10)
    expect(await out('stop', 'life')).toBe('life')
    expect(await status('life')).toMatch(/^exited \d+$/)
    expect(await out('start', id.slice(0, 12))).toBe(id.slice(0, 12))
    expect(await status('life')).toBe('running 0')
    expect(await out('rm', '-f', 'life')).toBe('life')
    expect(await out('ps', '-aq')).toBe('')
    expect(await settled(before)).toEqual(before)
  })

  test('keeps what it wrote from start to start', async () => {
    await rocker(
      'create',
      '--name',
      'kept',
      'busybox',
      'sh',
      '-c',
      'echo x >> /x; cat /x',
    )
    expect(await out('start', '-a', 'kept')).toBe('x')
    expect(await out('start', '-a', 'kept')).toBe('x\nx')
    expect(await out('rm', 'kept')).toBe('kept')
  })

  test.each([0, 1, 42, 125, 255])(
    'its exit code %d is told by all',
    async (code) => {
      await sh('code', `exit ${code}`)
      expect(await out('wait', 'code')).toBe(`${code}`)
      expect(await status('code')).toBe(`exited ${code}`)
      await rocker('rm', 'code')
    },
  )

  test('that ran out of memory says so', async () => {
    await sh('oom', 'tail /dev/zero', '-m', '16m')
    expect(await out('wait', 'oom')).toBe('137')
    expect(await out('inspect', '-f', '{{.State.OOMKilled}}', 'oom')).toBe(
      'true',
    )
    await rocker('rm', 'oom')
  })

  test('that cannot be started is created, with the reason', async () => {
    const { status: code, err } = await rocker(
      'run',
      '-d',
      '--name',
      'no',
      'busybox',
      'nope',
    )
    expect([code, err]).toEqual([
      127,
      expect.stringMatching(/find nope in PATH/),
    ])
    expect(await status('no')).toBe('created 127')
    await rocker('rm', 'no')
  })
})

describe('with an init', () => {
  test('orphans are reaped, signals arrive, and nothing of rocker is open', async () => {
    const script =
      'for i in 1 2 3 4 5 6 7 8 9; do (sh -c "exit 0" &) ; done; sleep 0.3; ls /proc/1/fd | wc -l; cat /proc/[0-9]*/stat | grep -c ") Z "'
    const words = ['--rm', '--init', 'busybox', 'sh', '-c', script]
    expect((await rocker('run', ...words)).out).toMatch(/^[1-7]\n0\n$/)
    await rocker(
      'run',
      '-d',
      '--init',
      '--name',
      'init',
      'busybox',
      'sleep',
      '1000',
    )
    await rocker('stop', '-t', '60', 'init')
    expect(await status('init')).toBe('exited 143')
    await rocker('rm', 'init')
  })
})

describe('nobody can lose it', () => {
  test('a killed client leaves it running', async () => {
    const before = await snapshot()
    const client = installed.start(
      ['run', '--name', 'alone', 'busybox', 'sleep', '1000'],
      { stdio: 'ignore' },
    )
    while ((await status('alone')) !== 'running 0') await sleep(20)
    client.kill('SIGKILL')
    await ended(client)
    expect(await status('alone')).toBe('running 0')
    await rocker('rm', '-f', 'alone')
    expect(await settled(before)).toEqual(before)
  })

  test('a killed monitor ends it, and the code is not made up', async () => {
    const before = await snapshot()
    await sh('lost', 'sleep 1000')
    const pid = await out('inspect', '-f', '{{.State.Pid}}', 'lost')
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    process.kill(
      Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]),
      'SIGKILL',
    )
    await rocker('rm', 'nothing') // any command that changes something
    expect(await status('lost')).toBe('exited 137')
    expect(
      await out('inspect', '-f', '{{.State.Error}}', 'lost'),
    ).toContain('monitor')
    await rocker('rm', 'lost')
    expect(await settled(before)).toEqual(before)
  })

  const kills = Math.ceil(40 / patience)
  test(`${kills} times killed at random, whoever it is: nothing stays`, async () => {
    const before = await snapshot()
    for (let i = 0; i < kills; i++) {
      const client = installed.start(
        ['run', '--name', `k${i}`, 'busybox', 'sleep', '0.2'],
        { stdio: 'ignore' },
      )
      const end = ended(client)
      await sleep(((i * 37) % 400) * patience)
      if (i % 2) client.kill('SIGKILL')
      else await rocker('kill', `k${i}`)
      await end
    }
    const ids = (await out('ps', '-aq')).split('\n').filter(Boolean)
    if (ids.length) await rocker('rm', '-f', ...ids)
    await rocker('rm', 'nothing')
    expect(await out('ps', '-aq')).toBe('')
    expect(await settled(before)).toEqual(before)
  })
})

describe('many', () => {
  test('20 at once by one name: one has it', async () => {
    const before = await snapshot()
    const all = await Promise.all(
      Array.from({ length: 20 }, () => sh('one', 'sleep 1000')),
    )
    expect(all.filter(({ status: code }) => code === 0)).toHaveLength(1)
    expect((await out('ps', '-aq')).split('\n')).toHaveLength(1)
    await rocker('rm', '-f', 'one')
    expect(await settled(before)).toEqual(before)
  })

  test('20 start, stop and go at once', async () => {
    const before = await snapshot()
    const names = Array.from({ length: 20 }, (_, i) => `m${i}`)
    await Promise.all(names.map((name) => sh(name, 'sleep 1000')))
    expect((await out('ps', '-q')).split('\n')).toHaveLength(20)
    await Promise.all(names.map((name) => rocker('rm', '-f', name)))
    expect(readdirSync(join(installed.root, 'containers'))).toEqual([])
    expect(readdirSync(join(installed.root, 'names'))).toEqual([])
    expect(await settled(before)).toEqual(before)
  })
})
