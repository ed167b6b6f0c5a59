// What `wait` says of containers that end, that go, and that come back.

import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { LiveContainers } from '../../../test/support/live-containers.ts'
import { busyboxRoot } from '../../../test/support/rootfs.ts'
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

test('a container that goes with its end still says how it ended', async () => {
  await run('-d', '--name', 'web', 'sleep 2; exit 7')
  expect(await live.out('wait', 'web')).toBe('7\n')
  expect(await live.out('ps', '-aq')).toBe('')
})

test('so does one that is removed while we wait', async () => {
  await run('-d', '--name', 'web', 'sleep 1000')
  const waiting = live.begin('wait', 'web')
  await becomesPatient()
  await live.out('rm', '-f', 'web')
  expect(await waiting.ended).toMatchObject({ status: 0, out: '137\n' })
})

test('and one that is started again: its first end is what we wait for', async () => {
  await live.start('web', 'sleep 1; exit 9', '--restart', 'always')
  expect(await live.out('wait', 'web')).toBe('9\n')
})

test('each one that is named is waited for, and who is not there is said', async () => {
  await live.make('idle', 'true')
  await live.start('two', 'sleep 6; exit 8')
  await run('-d', '--name', 'one', 'sleep 4; exit 7')
  const { status, out, err } = await live.rocker(
    ...['wait', 'one', 'two', 'idle', 'none'],
  )
  expect([status, out]).toEqual([1, '7\n8\n0\n'])
  expect(err).toMatch(/^rocker: find container none: there is none\n/)
})

test('without its monitor nobody knows more than that it was killed', async () => {
  await live.start('web', 'sleep 1000')
  const waiting = live.begin('wait', 'web')
  await becomesPatient()
  const pid = await live.out('inspect', '-f', '{{.State.Pid}}', 'web')
  process.kill(monitorOf(Number(pid)), 'SIGKILL')
  expect(await waiting.ended).toMatchObject({ status: 0, out: '137\n' })
})

function run(...words: readonly string[]): Promise<string> {
  const script = words.at(-1) ?? ''
  const rootfs = ['--rootfs', busyboxRoot(), 'sh', '-c', script]
  return live.out('run', '--rm', ...words.slice(0, -1), ...rootfs)
}

/** A moment in which a command has surely begun to wait. */
function becomesPatient(): Promise<void> {
  return sleep(700)
}

function monitorOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^PPid:\s*(\d+)/m.exec(status)?.[1])
}
