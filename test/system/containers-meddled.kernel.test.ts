// Others have their hands in it: a cgroup is gone, a file was deleted, the clock
// was set. What can be done is done, and rm leaves nothing.

import {
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { cgroupFolders } from '../support/cgroup-folders.ts'
import { settled, snapshot } from '../support/snapshot.ts'
import { storeFiles } from '../support/store-files.ts'

import { type Installed, install } from './installed.ts'

let installed: Installed
beforeAll(async () => {
  installed = await install()
})
afterAll(() => installed.remove())

const rocker = (...args: string[]) => installed.rocker(...args)
const out = async (...args: string[]) => (await rocker(...args)).out.trim()
const state = () =>
  out('inspect', '-f', '{{.State.Status}} {{.State.ExitCode}}', 'web')
const files = () => storeFiles(installed.root)

async function lives(): Promise<string> {
  const words = ['-d', '--name', 'web', 'busybox', 'sleep', '1000']
  return out('run', ...words)
}

describe('what runs, and', () => {
  test.each<[string, (id: string) => void]>([
    ['its cgroup is gone', leaveCgroup],
    ['its image’s files of /etc are gone', removeFile('hosts')],
    ['its log is gone', removeFile('log')],
    ['its note of the end is gone', removeFile('exit.new')],
    ['its state is gone', removeFile('state.json')],
    ['its state is damaged', damageFile('state.json')],
    ['its spec is damaged', damageFile('config.json')],
    ['its record is damaged', damageFile('container.json')],
    [
      'all names are gone',
      () => rmSync(join(installed.root, 'names'), all),
    ],
    ['its place for the run is gone', removeFile('merged')],
  ])('%s, is ended and removed', async (_, meddle) => {
    const before = { host: await snapshot(), files: files() }
    const id = await lives()
    meddle(id)
    await rocker('stop', '-t', '0', id)
    await rocker('start', id)
    expect((await rocker('rm', '-f', id)).status).toBe(0)
    expect(await out('ps', '-aq')).toBe('')
    expect(await settled(before.host)).toEqual(before.host)
    expect(files()).toEqual(before.files)
  })
})

describe('what runs, and the clock is set', () => {
  const year = 365 * 24 * 3600
  test.each([
    ['a year back', -year],
    ['a year on', year],
    ['behind 2038', 20 * year],
  ])('%s, is seen and ended', async (_, seconds) => {
    const before = { host: await snapshot(), files: files() }
    const id = await lives()
    shiftClock(id, -seconds)
    expect(await state()).toBe('running 0')
    expect(await out('ps', '--format', '{{.Status}}')).toMatch(/^Up \S/)
    expect((await rocker('stop', '-t', '0', 'web')).status).toBe(0)
    expect(await state()).toBe('exited 137')
    shiftEnd(id, -seconds)
    expect(await out('ps', '-a', '--format', '{{.Status}}')).toMatch(
      /^Exited \(137\) \S/,
    )
    expect((await rocker('logs', '--since', '1h', 'web')).status).toBe(0)
    expect((await rocker('rm', 'web')).status).toBe(0)
    expect(await settled(before.host)).toEqual(before.host)
    expect(files()).toEqual(before.files)
  })
})

const all = { recursive: true, force: true }
const own = (id: string, name: string) =>
  join(installed.root, 'containers', id, name)

function removeFile(name: string): (id: string) => void {
  return (id) => rmSync(own(id, name), all)
}

function damageFile(name: string): (id: string) => void {
  return (id) => writeFileSync(own(id, name), '{"version":')
}

/** Its processes go elsewhere, and it is removed. */
function leaveCgroup(id: string): void {
  const ours = process.env.ROCKER_CGROUP ?? 'rocker'
  for (const { path } of cgroupFolders(ours).filter((one) =>
    one.path.endsWith(id),
  )) {
    for (const pid of readFileSync(
      join(path, 'cgroup.procs'),
      'utf8',
    ).match(/\d+/g) ?? [])
      writeFileSync(join(path, '../cgroup.procs'), pid)
    for (const child of readdirSync(path, { withFileTypes: true }))
      if (child.isDirectory()) rmdirSync(join(path, child.name))
    rmdirSync(path)
  }
}

/** As if it had been set since the container began. */
function shiftClock(id: string, seconds: number): void {
  const path = join(installed.root, 'pending', `running-${id}`, 'process')
  const [clock = '', ...rest] = readFileSync(path, 'latin1').split('\n')
  const [began = 0, nanos = 0] = clock.split(' ').map(Number)
  writeFileSync(path, [`${began + seconds} ${nanos}`, ...rest].join('\n'))
}

function shiftEnd(id: string, seconds: number): void {
  const path = own(id, 'exit')
  const text = readFileSync(path, 'latin1')
  const [code, ended = 0, ...rest] = text.split(' ')
  writeFileSync(path, [code, Number(ended) + seconds, ...rest].join(' '))
}
