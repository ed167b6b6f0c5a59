import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import {
  type DataRoot,
  dataRoot,
  makeDataRoot,
} from '../05-overlay/data-root.ts'
import { begin } from '../05-overlay/leftovers.ts'

import { createVolume } from './create-volume.ts'
import { newVolume } from './new-volume.ts'
import { keepVolumes, removeVolume, volumeUsers } from './remove-volume.ts'
import {
  commitVolume,
  dataFolder,
  findVolume,
  forgetLostLinks,
  forgetVolumes,
  isLent,
  keepVolume,
  linkVolume,
  makeVolume,
  volumeFolder,
  volumeNames,
} from './volume-store.ts'

let root: DataRoot
beforeEach(() => {
  root = dataRoot(mkdtempSync(join(tmpdir(), 'rocker-volumes-')))
  makeDataRoot(root)
})
afterEach(() => rmSync(root.path, { recursive: true, force: true }))

const id = 'a'.repeat(64)
const name = `${'a'.repeat(60)}0000`

/** A nameless volume with a file, in a container's folder. */
function lent(): string {
  const folder = join(root.containers, id)
  const own = join(folder, 'volumes', name)
  makeVolume(own, newVolume(name, {}, { isNameless: true }))
  writeFileSync(join(own, '_data/file'), 'kept')
  linkVolume(root, own, name)
  return folder
}

/** A volume of its own. */
async function made(wanted: string): Promise<void> {
  const pending = begin(root, 'volume')
  await createVolume(root, pending, { name: wanted })
  pending.done()
}

const content = () =>
  readFileSync(join(volumeFolder(root, name), '_data/file'), 'utf8')

describe('folder and link', () => {
  test('change places, and the volume outlives its container', () => {
    const folder = lent()
    expect(isLent(root, name)).toBe(true)
    expect(content()).toBe('kept')
    expect(keepVolume(root, name, join(folder, 'volumes', name))).toBe(true)
    expect(isLent(root, name)).toBe(false)
    rmSync(folder, { recursive: true })
    expect(content()).toBe('kept')
  })

  test('stay as they are where one of them is gone', () => {
    expect(keepVolume(root, name, join(root.containers, 'gone'))).toBe(
      false,
    )
  })
})

test('all of a container’s volumes stay, also when it is said twice', () => {
  const folder = lent()
  keepVolumes(root, folder)
  keepVolumes(root, folder)
  expect(lstatSync(join(folder, 'volumes', name)).isSymbolicLink()).toBe(
    true,
  )
  expect(content()).toBe('kept')
})

test('one whose link a crash has left out stays too', () => {
  const folder = lent()
  rmSync(volumeFolder(root, name))
  keepVolumes(root, folder)
  expect(content()).toBe('kept')
})

test('a container that goes takes its nameless volumes along', () => {
  const folder = lent()
  rmSync(folder, { recursive: true })
  expect(volumeNames(root)).toEqual([])
  expect(isLent(root, name)).toBe(true) // the link is left …
  forgetLostLinks(root) // … until somebody changes something
  expect(isLent(root, name)).toBe(false)
})

test('links are forgotten by the id of their container', () => {
  lent()
  forgetVolumes(root, 'b'.repeat(64))
  expect(isLent(root, name)).toBe(true)
  forgetVolumes(root, id)
  expect(existsSync(volumeFolder(root, name))).toBe(false)
})

describe('a volume', () => {
  test('is made once, whoever asks again', async () => {
    await made('data')
    writeFileSync(join(volumeFolder(root, 'data'), '_data/file'), 'x')
    await made('data')
    expect(volumeNames(root)).toEqual(['data'])
    expect(existsSync(join(volumeFolder(root, 'data'), '_data/file'))).toBe(
      true,
    )
  })

  test('that another has made meanwhile stays', async () => {
    await made('data')
    const own = join(root.pending, 'own')
    makeVolume(own, newVolume('data', {}, { isNameless: false }))
    expect(commitVolume(root, own, 'data')).toBe(false)
  })

  test('with other options than it has is refused', async () => {
    await made('data')
    const pending = begin(root, 'volume')
    const driverOptions = { type: 'none', o: 'bind', device: '/srv' }
    await expect(
      createVolume(root, pending, { name: 'data', driverOptions }),
    ).rejects.toThrow(/there is one with other options/)
    pending.done()
  })

  test('can be a folder of the host', () => {
    const driverOptions = { type: 'none', o: 'bind', device: '/srv' }
    const volume = newVolume(
      'data',
      { driverOptions },
      { isNameless: false },
    )
    expect(dataFolder(root, volume)).toBe('/srv')
  })

  test.each([
    [{ driver: 'nfs' }, /with the driver "nfs"/],
    [{ driverOptions: { foo: 'bar' } }, /with "foo=bar"/],
    [{ driverOptions: { type: 'nfs', device: ':/x' } }, /type=nfs/],
    [{ driverOptions: { type: 'tmpfs' } }, /type=tmpfs/],
    [
      { driverOptions: { type: 'tmpfs', device: 'tmpfs', o: 'size=x' } },
      /"size=x" is no option/,
    ],
    [{ driverOptions: { o: 'bind', device: 'rel' } }, /device=rel/],
    [{ driverOptions: { type: 'nfs', o: 'addr=a', device: ':/' } }, /nfs/],
  ])('of another kind is refused: %j', (wanted, sentence) => {
    expect(() => newVolume('data', wanted, { isNameless: false })).toThrow(
      sentence,
    )
  })

  test('that somebody has is never removed', async () => {
    await made('data')
    const making = begin(root, 'container', id)
    making.hold(['volume data'])
    await expect(removeVolume(root, 'data')).rejects.toThrow(
      /volume is in use - \[aaaaaaaaaaaa\]/,
    )
    making.done()
    await removeVolume(root, 'data')
    expect(findVolume(root, 'data')).toBe(undefined)
    await expect(removeVolume(root, 'data')).rejects.toThrow(
      /find volume data: there is none/,
    )
  })

  test('that is damaged says so, and can be removed', async () => {
    await made('data')
    writeFileSync(join(volumeFolder(root, 'data'), 'volume.json'), '{')
    expect(() => findVolume(root, 'data')).toThrow(/volume.json/)
    await removeVolume(root, 'data')
    expect(volumeNames(root)).toEqual([])
  })
})

test('who has a volume is a container, made or in the making', () => {
  const held = new Map([['volume data', [id, `container-${id}`]]])
  expect(volumeUsers(held, 'data')).toEqual([id, id])
  expect(volumeUsers(held, 'other')).toEqual([])
})

test('nothing is found by a name that leads elsewhere', () => {
  mkdirSync(join(root.path, 'volumes'))
  writeFileSync(join(root.path, 'volume.json'), '{"version":1,"name":".."}')
  for (const name of ['..', '../..', 'a/b'])
    expect(findVolume(root, name)).toBe(undefined)
})
