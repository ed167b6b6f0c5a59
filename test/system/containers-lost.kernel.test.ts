// Who watches over a container is stopped, is killed, or goes down with the
// machine; and a number that was a container's is somebody else's by now.
//
//   ROCKER_STOPPED_SECONDS=30 npm test -- test/system/containers-lost

import { spawn } from 'node:child_process'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { tryLock } from '../../chapters/01-syscalls/lock.ts'
import { cgroupFolders } from '../support/cgroup-folders.ts'
import { gone, killNow, newcomers, pids } from '../support/newcomers.ts'
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
const lives = (name: string, ...flags: string[]) =>
  rocker('run', '-d', '--name', name, ...flags, 'busybox', 'sleep', '1000')
const state = (name: string) =>
  out('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', name)
const look = async () => {
  await rocker('rm', 'nothing') // any command that changes something
  return { host: await snapshot(), files: storeFiles(installed.root) }
}

describe.each([
  ['pid 1', ''],
  ['monitor', 'its monitor was killed'],
] as const)('kill -9 of the %s', (role, error) => {
  test('is an end with 137, and everything goes on from there', async () => {
    const before = await look()
    const then = pids()
    await lives('web')
    newcomers(then)
      .filter((one) => one.role === role)
      .forEach(killNow)
    expect(await gone(then)).toEqual([])
    expect(await state('web')).toBe('exited 137')
    expect(await out('wait', 'web')).toBe('137')
    expect(await out('start', 'web')).toBe('web')
    newcomers(then)
      .filter((one) => one.role === role)
      .forEach(killNow)
    await gone(then)
    expect((await rocker('stop', 'web')).status).toBe(0)
    expect(await out('inspect', '-f', '{{.State.Error}}', 'web')).toBe(
      error,
    )
    expect((await rocker('rm', 'web')).status).toBe(0)
    expect(await after(before)).toEqual(before)
  })
})

test('a machine that goes down and comes up again', async () => {
  const before = await look()
  const then = pids()
  await lives('web')
  await lives('always', '--restart', 'always')
  await lives('fleeting', '--rm')
  await rocker('run', '--name', 'done', 'busybox', 'sh', '-c', 'exit 3')
  await rocker('create', '--name', 'made', 'busybox', 'true')
  await goDown(then)

  expect(await out('ps', '-q')).toBe('')
  expect(await state('web')).toBe('exited 255')
  expect(await state('done')).toBe('exited 3')
  expect(await state('made')).toBe('created 0')
  expect(await out('system', 'boot')).toBe('always')
  expect(await state('always')).toBe('running 0')
  expect(await state('fleeting')).toBe('')
  expect(await out('inspect', '-f', '{{.State.Error}}', 'web')).toBe(
    'the machine was restarted',
  )
  expect(await out('start', 'web')).toBe('web')
  await lives('fleeting', '--rm')
  expect((await out('ps', '-q')).split('\n')).toHaveLength(3)
  const all = ['web', 'always', 'fleeting', 'done', 'made']
  expect((await rocker('rm', '-f', ...all)).status).toBe(0)
  expect(await after(before)).toEqual(before)
})

test('a process that has the number of one that has ended is left alone', async () => {
  const before = await look()
  const id = await out('create', '--name', 'web', 'busybox', 'true')
  const stranger = spawn('sleep', ['1000'])
  const run = join(installed.root, 'pending', `running-${id}`)
  mkdirSync(run)
  const lock = tryLock(join(run, 'lock'))
  const stat = readFileSync(`/proc/${stranger.pid}/stat`, 'utf8').split(' ')
  stat[21] = `${Number(stat[21]) - 1}` // its start, a moment before
  const now = Math.floor(Date.now() / 1000)
  writeFileSync(join(run, 'process'), `${now} 0\n${stat.join(' ')}`)
  expect(await state('web')).toMatch(/^running /)
  await rocker('kill', '-s', 'TERM', 'web')
  lock?.release()
  await rocker('rm', '-f', 'web')
  expect(stranger.exitCode ?? stranger.signalCode).toBeNull()
  const end = ended(stranger)
  stranger.kill()
  await end
  expect(await after(before)).toEqual(before)
})

const seconds = Number(process.env.ROCKER_STOPPED_SECONDS ?? 0)
test('a monitor that is stopped holds up its own container alone', async () => {
  const before = await look()
  const then = pids()
  await lives('web')
  const [monitor] = newcomers(then).filter(({ role }) => role === 'monitor')
  process.kill(monitor?.pid ?? 0, 'SIGSTOP')
  await sleep(seconds * 1000)
  expect(await state('web')).toBe('running 0')
  expect(await out('run', '--rm', 'busybox', 'echo', 'fine')).toBe('fine')
  const { status, err } = await rocker('stop', '-t', '0', 'web')
  expect(status).toBe(1)
  expect(err).toMatch(
    /^rocker: wait for web\n {2}hint: .*is it stopped\?\n$/,
  )
  expect(err).toContain(`its monitor, process ${monitor?.pid}, is not`)
  process.kill(monitor?.pid ?? 0, 'SIGCONT')
  expect(await out('wait', 'web')).toBe('137')
  expect((await rocker('rm', 'web')).status).toBe(0)
  expect(await after(before)).toEqual(before)
})

test('a rocker that is stopped, wherever, holds up no other container', async () => {
  const before = await look()
  for (let ms = 10; ms < 200; ms += 30) {
    const words = ['run', '--name', 'slow', 'busybox', 'sh', '-c', 'exit 3']
    const slow = installed.start(words)
    const end = ended(slow)
    await sleep(ms)
    slow.kill('SIGSTOP')
    expect(await out('run', '--rm', 'busybox', 'echo', 'fine')).toBe('fine')
    expect((await rocker('rm', 'nothing')).err).not.toContain('warning')
    slow.kill('SIGCONT')
    expect((await end).status, `stopped at ${ms} ms`).toBe(3)
    expect((await rocker('rm', 'slow')).status).toBe(0)
  }
  expect(await after(before)).toEqual(before)
})

/** All processes end at once; no cgroup stays, and the next boot has its own id. */
async function goDown(then: ReadonlySet<number>): Promise<void> {
  newcomers(then).forEach(killNow)
  expect(await gone(then)).toEqual([])
  const cgroups = cgroupFolders(process.env.ROCKER_CGROUP ?? 'rocker')
  for (const { path } of cgroups)
    if (/[0-9a-f]{64}$/.test(path)) rmdirSync(path)
  for (const id of readdirSync(join(installed.root, 'containers'))) {
    const path = join(installed.root, 'containers', id, 'state.json')
    try {
      const note = JSON.parse(readFileSync(path, 'utf8'))
      writeFileSync(path, JSON.stringify({ ...note, bootId: 'another' }))
    } catch {} // it was never started
  }
}

async function after(before: Awaited<ReturnType<typeof look>>) {
  const { files } = await look()
  return { host: await settled(before.host), files }
}
