// Containers that live, as people use them: in the background, by name, with a
// terminal, killed, and many at once.
//
//   ROCKER_MANY=200 ROCKER_LOG_MEGABYTES=100 npm test -- test/system/containers.k

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { newcomers, pids } from '../support/newcomers.ts'
import { settled, snapshot } from '../support/snapshot.ts'
import { storeFiles } from '../support/store-files.ts'

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

  test('cannot be ended by kill -9 of its own process 1', async () => {
    await sh('code', 'kill -9 $$; exit 4')
    expect(await out('wait', 'code')).toBe('4')
    await rocker('rm', 'code')
  })

  test.each([
    ['all of it', 'tail /dev/zero', '137'],
    ['a part of it', 'sh -c "tail /dev/zero"; exit 3', '3'],
  ])('that ran out of memory, %s, says so', async (_, script, code) => {
    await sh('oom', script, '-m', '16m')
    expect(await out('wait', 'oom')).toBe(code)
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
  test('a thousand orphans are reaped', async () => {
    const script =
      'i=0; while [ $((i += 1)) -le 1000 ]; do (: &); done; sleep .1; cat /proc/[0-9]*/stat | grep -c ") Z "'
    const words = ['--rm', '--init', 'busybox', 'sh', '-c', script]
    expect((await rocker('run', ...words)).out).toBe('0\n')
  })

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

describe('stop', () => {
  test.each([
    [
      'hears SIGTERM, and has time for its end',
      'trap "exit 9" TERM',
      '60',
      9,
    ],
    ['has no time', 'trap "exit 9" TERM', '0', 137],
    ['does not listen', 'trap "" TERM', '1', 137],
    ['is process 1, and has no trap', ':', '1', 137],
  ])('one that %s', async (_, trap, seconds, code) => {
    const loop = 'while :; do sleep .02; done'
    await sh('ends', `${trap}; echo up; ${loop}`)
    while ((await out('logs', 'ends')) !== 'up') await sleep(10)
    const { ms } = await timed(() => rocker('stop', '-t', seconds, 'ends'))
    expect(await status('ends')).toBe(`exited ${code}`)
    if (seconds === '1') expect(ms).toBeGreaterThan(1000)
    await rocker('rm', 'ends')
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
})

const cycles = Number(process.env.ROCKER_CYCLES ?? 10)
test(`${cycles} times started and killed, one container costs no more`, async () => {
  const id = await out(
    'create',
    '--name',
    'again',
    'busybox',
    'sleep',
    '99',
  )
  const took: number[] = []
  const before = { host: await snapshot(), files: files() }
  for (let i = 0; i < cycles; i++) {
    const { ms } = await timed(async () => {
      await rocker('start', 'again')
      await rocker('kill', 'again')
      expect(await out('wait', 'again')).toBe('137')
    })
    took.push(ms)
  }
  if (process.env.ROCKER_CYCLES)
    console.info('p99 in ms of the first hundred, of the last', [
      took.slice(0, 100).sort((a, b) => a - b)[98],
      took.slice(-100).sort((a, b) => a - b)[98],
    ])
  expect(await settled(before.host)).toEqual(before.host)
  // its files of the first run; none more of the others
  const own = files().filter((path) => !before.files.includes(path))
  expect(own.every((path) => path.includes(id))).toBe(true)
  expect(own.length).toBeLessThan(12)
  await rocker('rm', 'again')
}, 3_600_000)

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

  const many = Number(process.env.ROCKER_MANY ?? 20)
  test(`${many} start, live and go at once`, async () => {
    const before = { host: await snapshot(), files: files() }
    const then = pids()
    const names = Array.from({ length: many }, (_, i) => `m${i}`)
    const started = await timed(() =>
      eachOf(names, 20, (name) => sh(name, 'sleep 1000')),
    )
    const listed = await timed(() => out('ps', '-q'))
    expect(listed.value.split('\n')).toHaveLength(many)
    const pss = newcomers(then)
      .filter(({ role }) => role === 'monitor')
      .map(({ pid }) => pssOf(pid))
      .sort((a, b) => a - b)
    expect(pss).toHaveLength(many)
    expect(pss.at(-1)).toBeLessThan(200)
    const ended = await timed(() =>
      eachOf(names, 20, (name) => rocker('rm', '-f', name)),
    )
    if (process.env.ROCKER_MANY)
      console.info({
        containers: many,
        startMs: started.ms,
        psMs: listed.ms,
        rmMs: ended.ms,
        'median, most PSS in kB': [pss[many >> 1], pss.at(-1)],
      })
    expect(readdirSync(join(installed.root, 'names'))).toEqual([])
    expect(files()).toEqual(before.files)
    expect(await settled(before.host)).toEqual(before.host)
  }, 600_000)
})

const megabytes = Number(process.env.ROCKER_LOG_MEGABYTES ?? 20)
describe('the log', () => {
  test(`of ${megabytes} MB is the output, byte for byte`, async () => {
    const before = { host: await snapshot(), files: files() }
    const blocks = megabytes * 16
    await sh(
      'talks',
      `dd if=/dev/urandom bs=64k count=${blocks} | tee /copy; md5sum /copy >&2`,
    )
    expect(await out('wait', 'talks')).toBe('0')
    const logs = installed.start(['logs', 'talks'])
    const hash = createHash('md5')
    let errors = ''
    logs.stderr?.on('data', (text) => {
      errors += text
    })
    for await (const piece of logs.stdout ?? []) hash.update(piece)
    expect(errors).toContain(hash.digest('hex'))
    await rocker('rm', 'talks')
    expect(files()).toEqual(before.files)
    expect(await settled(before.host)).toEqual(before.host)
  }, 600_000)
})

const files = () => storeFiles(installed.root)

/** Does something to each, so many at once. */
async function eachOf<T>(
  all: readonly T[],
  atOnce: number,
  act: (one: T) => Promise<unknown>,
): Promise<void> {
  const left = [...all]
  const lane = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift())
      await act(one)
  }
  await Promise.all(Array.from({ length: atOnce }, lane))
}

async function timed<T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly ms: number }> {
  const start = performance.now()
  const value = await work()
  return { value, ms: Math.round(performance.now() - start) }
}

/** Its own share of memory, in kB. */
function pssOf(pid: number): number {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  return Number(/^Pss:\s+(\d+)/m.exec(rollup)?.[1])
}
