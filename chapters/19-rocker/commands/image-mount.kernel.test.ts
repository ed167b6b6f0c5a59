// An image as a folder of the host.

import {
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { type Ended, runRocker, typed } from '../../../test/support/cli.ts'
import {
  type Snapshot,
  settled,
  snapshot,
} from '../../../test/support/snapshot.ts'
import {
  imageOfLayers,
  type StoreSandbox,
  storeSandbox,
} from '../../../test/support/store-sandbox.ts'
import { perform } from '../../01-syscalls/perform.ts'
import { detach } from '../../04-rootfs/mount.ts'

let sandbox: StoreSandbox
let before: Snapshot
beforeEach(async () => {
  before = await snapshot()
  sandbox = storeSandbox()
})
afterEach(async () => {
  expect(sandbox.left()).toEqual([])
  await sandbox[Symbol.asyncDispose]()
  expect(await settled(before)).toEqual(before)
})

const layers = {
  one: [{ 'etc/one': '1' }],
  three: [
    { 'etc/one': '1', 'etc/two': '2', app: 'old' },
    { 'etc/.wh.two': '', app: 'new' },
    { 'etc/three': '3' },
  ],
  many: Array.from({ length: 140 }, (_, i) => ({
    [`f${i}`]: `${i}`,
    last: `${i}`,
  })),
}

/** Pulls an image of these layers, and names it. */
async function have(name: keyof typeof layers): Promise<string> {
  const { image } = await sandbox.pull(imageOfLayers(layers[name]), {
    name,
  })
  await out('tag', image.id, name)
  return image.id
}

function rocker(...words: string[]): Promise<Ended> {
  return typed(sandbox.root.path, ...words)
}

async function out(...words: string[]): Promise<string> {
  const ended = await rocker(...words)
  expect(ended).toMatchObject({ status: 0, err: '' })
  return ended.out.trimEnd()
}

describe('image mount', () => {
  test('prints the folder, where an image has its files', async () => {
    const id = await have('three')
    const { out: said } = await runRocker(
      ...[sandbox.root.path, 'image', 'mount', 'three'],
    )
    const folder = said.trimEnd()
    expect(readFileSync(join(folder, 'app'), 'utf8')).toBe('new')
    expect(readdirSync(join(folder, 'etc')).sort()).toEqual([
      'one',
      'three',
    ])
    expect(await out('image', 'unmount', 'three')).toBe(id)
    expect(existsSync(folder)).toBe(false)
  })

  test('works with one layer, and with 140', async () => {
    await have('one')
    await have('many')
    const one = await out('image', 'mount', 'one')
    expect(readFileSync(join(one, 'etc/one'), 'utf8')).toBe('1')
    const many = await out('image', 'mount', 'many')
    expect(readdirSync(many)).toHaveLength(141)
    expect(readFileSync(join(many, 'last'), 'utf8')).toBe('139')
    await out('image', 'unmount', '--all')
  })

  test('is for reading, and for root alone', async () => {
    await have('one')
    const folder = await out('image', 'mount', 'one')
    expect(() => writeFileSync(join(folder, 'x'), '')).toThrow('EROFS')
    expect(statSync(join(folder, '..')).mode & 0o777).toBe(0o700)
    await out('image', 'umount', 'one')
  })

  test('a second time is counted', async () => {
    await have('one')
    const folder = await out('image', 'mount', 'one')
    expect(await out('image', 'mount', 'one')).toBe(folder)
    await out('image', 'unmount', 'one')
    expect(existsSync(join(folder, 'etc/one'))).toBe(true)
    await out('image', 'unmount', 'one')
    expect(existsSync(folder)).toBe(false)
  })

  test('lists what is mounted', async () => {
    expect(await out('image', 'mount')).toBe('')
    const id = await have('one')
    await have('three')
    const one = await out('image', 'mount', id)
    expect(await out('image', 'mount')).toMatch(
      /:\d+\/one:latest,one:latest {2}\//,
    )
    const format = '{{.ID}} {{.Path}}'
    expect(await out('image', 'mount', '--format', format)).toBe(
      `${id} ${one}`,
    )
    const both = await out('image', 'mount', '--all')
    expect(both.split('\n')).toHaveLength(2)
    const row = JSON.parse(
      await out('image', 'mount', '--format', 'json', 'one'),
    )
    expect(row).toMatchObject({ ID: id, Path: one })
    await out('image', 'unmount', '--all', '--force')
  })

  test('of an image that is not here exits with 1', async () => {
    const { status, err } = await rocker('image', 'mount', 'nosuch')
    expect(status).toBe(1)
    expect(err).toMatch(/find image nosuch:latest: it is not here/)
  })
})

describe('image unmount', () => {
  test('of an image that is not mounted does nothing', async () => {
    await have('one')
    expect(await out('image', 'unmount', 'one')).toBe('')
    expect((await rocker('image', 'unmount', 'nosuch')).status).toBe(1)
  })

  test('waits for who is in there, but --force does not', async () => {
    await have('one')
    const folder = await out('image', 'mount', 'one')
    await out('image', 'mount', 'one')
    await out('image', 'unmount', 'one')
    const home = process.cwd()
    process.chdir(join(folder, 'etc'))
    try {
      const { status, err } = await rocker('image', 'unmount', 'one')
      expect(status).toBe(1)
      expect(err).toMatch(/somebody is in there\n.*\n? *hint: --force/)
      await out('image', 'unmount', '--force', 'one')
      expect(existsSync(folder)).toBe(false)
    } finally {
      process.chdir(home)
    }
  })

  test('--force counts no more', async () => {
    await have('one')
    await out('image', 'mount', 'one')
    await out('image', 'mount', 'one')
    await out('image', 'unmount', '-f', 'one')
    expect(await out('image', 'mount')).toBe('')
  })
})

describe('an image that is mounted', () => {
  test('is not removed', async () => {
    const id = await have('one')
    const folder = await out('image', 'mount', 'one')
    const { status, err } = await rocker('rmi', '-f', 'nosuch', 'one', id)
    expect(status).toBe(0)
    expect(err).toMatch(/nosuch/)
    expect(readFileSync(join(folder, 'etc/one'), 'utf8')).toBe('1')
    expect(await out('image', 'unmount', id.slice(7, 19))).toBe(id)
    await out('rmi', id)
  })

  test('loses its last name by force alone', async () => {
    const id = await have('one')
    await out('image', 'mount', 'one')
    await rocker('rmi', 'one')
    const [name = ''] = JSON.parse(
      await out('inspect', '-f', '{{json .RepoTags}}', id),
    )
    const { status, err } = await rocker('rmi', name)
    expect(status).toBe(1)
    expect(err).toMatch(/in use/)
    expect(err).toMatch(/hint: rocker image unmount/)
    await out('image', 'unmount', id)
    await out('rmi', name)
  })

  test('but lost its mount in a reboot is as free as any other', async () => {
    const id = await have('one')
    const folder = await out('image', 'mount', 'one')
    perform(detach(folder)) // what a reboot does
    expect(await out('image', 'mount')).toBe('')
    expect(await out('image', 'unmount', 'one')).toBe('')
    perform(detach(await out('image', 'mount', 'one')))
    await out('rmi', '-f', id)
    expect(readdirSync(sandbox.root.containers)).toEqual([])
  })
})
