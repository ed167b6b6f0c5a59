// volume create, ls, inspect, rm, prune: with docker's output and exit codes.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { typed } from '../../../test/support/cli.ts'
import { storeFiles } from '../../../test/support/store-files.ts'
import { writeContainer } from '../../../test/support/written-container.ts'
import { dataRoot, makeDataRoot } from '../../05-overlay/data-root.ts'
import { volumeFolder } from '../../12-volumes/volume-store.ts'

let path = ''
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'rocker-volume-'))
  makeDataRoot(dataRoot(path))
})
afterEach(() => rmSync(path, { recursive: true, force: true }))

const root = () => dataRoot(path)
const volume = (line: string) => typed(path, 'volume', ...line.split(' '))
const names = async (...filters: string[]) =>
  (await typed(path, 'volume', 'ls', '-q', ...filters)).out

/** A container that is there, and has volumes. */
function userOf(...volumes: string[]): string {
  const folder = writeContainer(root(), {
    mounts: volumes.map((name) => ({
      ...({ type: 'volume', name, driver: 'local' } as const),
      ...{ source: `/v/${name}`, destination: '/x', mode: 'z' },
      ...{ writable: true, propagation: '' },
    })),
  })
  const uses = volumes.map((name) => `volume ${name}`).join('\n')
  writeFileSync(join(folder, 'uses'), uses)
  return folder
}

test('a volume is made, listed, shown and removed, and nothing is left', async () => {
  const before = storeFiles(path)
  expect((await volume('create data --label a=b')).out).toBe('data\n')
  expect((await volume('create data')).out).toBe('data\n')
  expect((await volume('ls')).out).toBe(
    'DRIVER    VOLUME NAME\nlocal     data\n',
  )
  const shown = JSON.parse((await volume('inspect data')).out)
  expect(shown).toEqual([
    {
      CreatedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      Driver: 'local',
      Labels: { a: 'b' },
      Mountpoint: `${path}/volumes/data/_data`,
      Name: 'data',
      Options: null,
      Scope: 'local',
    },
  ])
  const same = await typed(path, 'inspect', '--type', 'volume', 'data')
  expect(JSON.parse(same.out)).toEqual(shown)
  expect(JSON.parse((await typed(path, 'inspect', 'data')).out)).toEqual(
    shown,
  )
  expect((await volume('rm data')).out).toBe('data\n')
  expect(storeFiles(path)).toEqual(before)
})

test('without a name it gets one of 64 digits', async () => {
  expect((await volume('create')).out).toMatch(/^[0-9a-f]{64}\n$/)
})

describe('volume ls', () => {
  beforeEach(async () => {
    await volume('create web --label tier=front --label x')
    await volume('create db --label tier=back')
    await volume('create old')
    userOf('db')
  })

  test.each([
    [[], 'db old web'],
    [['dangling=true'], 'old web'],
    [['dangling=false'], 'db'],
    [['name=d'], 'db old'],
    [['name=^web$'], 'web'],
    [['name=d', 'name=w'], 'db old web'],
    [['label=tier'], 'db web'],
    [['label=tier=front', 'label=x'], 'web'],
    [['driver=local', 'label=x'], 'web'],
    [['driver=nfs'], ''],
  ])('%j: %s', async (filters, found) => {
    const flags = filters.flatMap((one) => ['-f', one])
    expect((await names(...flags)).trim().split('\n').join(' ')).toBe(found)
  })

  test.each(['dangling=maybe', 'bogus=1', 'label', 'name'])(
    '%s is refused',
    async (filter) => {
      const { status, err } = await volume(`ls -f ${filter}`)
      expect(status).toBe(1)
      expect(err).toMatch(/^rocker: read the filter ".*"\n {2}hint: /)
    },
  )

  test('shows what a template asks for', async () => {
    const format = '{{.Name}} {{.Labels}} {{.Label "tier"}} {{.Links}}'
    const { out } = await typed(path, 'volume', 'ls', '--format', format)
    expect(out).toBe(
      'db tier=back back 1\nold   0\nweb tier=front,x= front 0\n',
    )
  })
})

describe('volume rm', () => {
  test('says who has a volume, and removes the others', async () => {
    await volume('create db')
    await volume('create old')
    userOf('db')
    expect(await volume('rm db nope old')).toEqual({
      status: 1,
      out: 'old\n',
      err: expect.stringMatching(
        /remove volume db: volume is in use - \[aaaaaaaaaaaa\]\n[\s\S]*find volume nope: there is none/,
      ),
    })
    expect(await volume('rm -f nope')).toEqual({
      ...{ status: 0, out: 'nope\n', err: '' },
    })
    expect((await volume('rm -f db')).status).toBe(1)
    expect(await names()).toBe('db\n')
  })
})

describe('volume prune', () => {
  let nameless = ''
  beforeEach(async () => {
    await volume('create keep --label keep')
    await volume('create old')
    await volume('create db')
    nameless = (await volume('create')).out.trim()
    writeFileSync(join(volumeFolder(root(), nameless), '_data/a'), '12345')
    userOf('db')
  })

  test('removes what nobody named and nobody has', async () => {
    expect((await volume('prune -f')).out).toBe(
      `Deleted Volumes:\n${nameless}\n\nTotal reclaimed space: 5B\n`,
    )
    expect(await names()).toBe('db\nkeep\nold\n')
  })

  test.each([['-af'], ['-f --filter all=1']])(
    '%s also those with a name',
    async (flags) => {
      await volume(`prune ${flags} --filter label!=keep`)
      expect(await names()).toBe('db\nkeep\n')
    },
  )

  test('as system prune --volumes does, and without it none goes', async () => {
    await typed(path, 'system', 'prune', '-f')
    expect(await names()).toContain(nameless)
    await typed(path, 'system', 'prune', '-f', '--volumes')
    expect(await names()).not.toContain(nameless)
  })
})

test('system df counts them, and what nobody needs', async () => {
  for (const name of ['db', 'old']) {
    await volume(`create ${name}`)
    writeFileSync(join(volumeFolder(root(), name), '_data/a'), '1234')
  }
  userOf('db')
  const { out } = await typed(path, 'system', 'df')
  expect(out).toMatch(/^Local Volumes +2 +1 +8B +4B \(50%\)$/m)
  expect((await typed(path, 'system', 'df', '-v')).out).toMatch(
    /VOLUME NAME +LINKS +SIZE\ndb +1 +4B\nold +0 +4B\n/,
  )
})

test('one that is damaged costs its own line alone, and can be removed', async () => {
  await volume('create data')
  await volume('create ok')
  writeFileSync(join(volumeFolder(root(), 'data'), 'volume.json'), '{')
  const { status, out, err } = await volume('ls -q')
  expect([status, out]).toEqual([1, 'ok\n'])
  expect(err).toMatch(/volume\.json/)
  expect((await volume('rm data')).status).toBe(0)
  expect(await names()).toBe('ok\n')
})

test('ps and inspect show what a container has', async () => {
  userOf('db', 'a'.repeat(20))
  const format = '{{.Mounts}} {{.LocalVolumes}}'
  const ps = ['ps', '-a', '--format', format]
  expect((await typed(path, ...ps)).out).toBe('db,aaaaaaaaaaaaaa… 2\n')
  expect((await typed(path, ...ps, '--no-trunc')).out).toBe(
    `db,${'a'.repeat(20)} 2\n`,
  )
  expect((await typed(path, ...ps, '--filter', 'volume=no')).out).toBe('')
})
