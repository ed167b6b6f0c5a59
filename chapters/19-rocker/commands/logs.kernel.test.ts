// rocker logs, of containers that speak: in full, the end of it, and as it comes.

import { createHash } from 'node:crypto'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { LiveContainers } from '../../../test/support/live-containers.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'

let before: Snapshot
let live: LiveContainers

beforeAll(async () => {
  before = await snapshot()
  live = new LiveContainers()
  await said('three', 'echo one; echo two; printf three')
})
afterAll(async () => {
  await live[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

/** Makes a container that has said all it has to say. */
async function said(
  name: string,
  script: string,
  ...flags: string[]
): Promise<void> {
  await live.start(name, script, ...flags)
  await live.becomes(name, /^Exited/)
}

describe('logs', () => {
  test('has stdout and stderr apart, byte for byte', async () => {
    await said('both', 'echo out; echo err >&2; printf "\\0\\377no end"')
    const { status, out, err } = await live.rocker('logs', 'both')
    expect({ status, out, err }).toEqual({
      status: 0,
      out: 'out\n\0\ufffdno end',
      err: 'err\n',
    })
  })

  test.each([
    [['-n', '0'], ''],
    [['-n', '1'], 'three'],
    [['--tail', '2'], 'two\nthree'],
    [['-n', '99'], 'one\ntwo\nthree'],
    [['-n', 'all'], 'one\ntwo\nthree'],
    [['--details', '-n', '2'], ' two\n three'],
    [['--since', '1h'], 'one\ntwo\nthree'],
    [['--until', '1h'], ''],
    [['--until', '-1h'], 'one\ntwo\nthree'],
    [['-f'], 'one\ntwo\nthree'],
  ])('%j', async (flags, out) => {
    expect(await live.out('logs', ...flags, 'three')).toBe(out)
  })

  test('-t begins each line with its time, to the nanosecond', async () => {
    await said('times', 'echo one; printf two; sleep 0.2; echo 2')
    const out = await live.out('log', '-t', 'times')
    const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z /
    const lines = out.trimEnd().split('\n')
    expect(lines.every((line) => time.test(line))).toBe(true)
    expect(lines.map((line) => line.replace(time, ''))).toEqual([
      'one',
      'two2',
    ])
  })

  test('a container without a log says so', async () => {
    await said('quiet', 'echo one', '--log-driver', 'none')
    const { status, err } = await live.rocker('logs', 'quiet')
    expect(status).toBe(1)
    expect(err).toContain('read the log of quiet')
  })

  test.each([['nosuch'], ['--since', 'foo', 'three']])(
    '%j fails with one sentence and a hint',
    async (...words) => {
      const { status, err } = await live.rocker('logs', ...words)
      expect(status).toBe(1)
      expect(err).toMatch(/^rocker: .*\n {2}hint: .*\n$/)
    },
  )
})

describe('logs -f', () => {
  test('shows what comes, and ends with the container', async () => {
    await live.start('asks', 'echo one; read x; echo two', '-i')
    const following = live.begin('logs', '-f', 'asks')
    const seen = new Promise((resolve) =>
      following.child.stdout?.once('data', resolve),
    )
    expect(`${await seen}`).toBe('one\n')
    await live.out('stop', '-t', '0', 'asks')
    expect(await following.ended).toMatchObject({ status: 0, out: 'one\n' })
  })

  test('loses nothing where the log is put aside meanwhile', async () => {
    const script =
      'i=0; while [ $i -lt 4000 ]; do echo $i; i=$((i+1)); done'
    const flags = ['--log-opt', 'max-size=20k', '--log-opt', 'max-file=100']
    await live.make('counts', `sleep 1; ${script}`, ...flags)
    await live.out('start', 'counts')
    const { out } = await live.begin('logs', '-f', 'counts').ended
    const numbers = Array.from({ length: 4000 }, (_, i) => `${i}\n`)
    expect(out).toBe(numbers.join(''))
    expect(await live.out('logs', 'counts')).toBe(out)
  })

  test('a reader that stands still does not keep the container', async () => {
    const size = 600_000 // more than pipes and buffers hold
    await live.make('yells', `yes | head -c ${size}`)
    await live.out('start', 'yells')
    const following = live.begin('logs', '-f', 'yells')
    following.child.stdout?.pause()
    await live.becomes('yells', /^Exited \(0\)/)
    following.child.stdout?.resume()
    const { out } = await following.ended
    const digest = (text: string) =>
      createHash('sha256').update(text).digest('hex')
    expect(digest(out)).toBe(digest('y\n'.repeat(size / 2)))
  })
})
