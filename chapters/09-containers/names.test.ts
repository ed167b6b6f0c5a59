import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { type DataRoot, dataRoot } from '../05-overlay/data-root.ts'

import { keptFolder } from './container.ts'
import {
  checkName,
  claimName,
  folderOf,
  freeName,
  nameOwner,
} from './names.ts'

let root: DataRoot
beforeEach(() => {
  root = dataRoot(mkdtempSync(join(tmpdir(), 'names-')))
  mkdirSync(root.locks)
})
afterEach(() => rmSync(root.path, { recursive: true }))

const [a = '', b = ''] = ['a'.repeat(64), 'b'.repeat(64)]
const make = (id: string) =>
  mkdirSync(keptFolder(root, id), { recursive: true })

describe('a name', () => {
  test('belongs to one container', async () => {
    make(a)
    expect(await claimName(root, a, 'web')).toBe('web')
    await expect(claimName(root, b, 'web')).rejects.toMatchObject({
      message: expect.stringContaining(
        'container aaaaaaaaaaaa has that name',
      ),
    })
    expect(nameOwner(root, 'web')).toBe(a)
  })

  test('is free again when its container is gone', async () => {
    await claimName(root, a, 'web') // a was never made
    make(b)
    expect(await claimName(root, b, 'web')).toBe('web')
    expect(nameOwner(root, 'web')).toBe(b)
  })

  test('is given back by its owner alone', async () => {
    await claimName(root, a, 'web')
    freeName(root, 'web', b)
    expect(nameOwner(root, 'web')).toBe(a)
    freeName(root, 'web', a)
    expect(existsSync(join(folderOf(root), 'web'))).toBe(false)
  })

  test('that nobody chose is two words, and new', async () => {
    const names = new Set<string>()
    for (let i = 0; i < 50; i++)
      names.add(await claimName(root, `${i}`.padStart(64, '0')))
    expect(names.size).toBe(50)
    for (const name of names) expect(name).toMatch(/^[a-z]+_[a-z]+$/)
  })

  test('of twenty that want it at once one has it', async () => {
    const ids = Array.from({ length: 20 }, (_, i) =>
      `${i}`.padStart(64, 'c'),
    )
    ids.forEach(make)
    await claimName(root, a, 'web') // an old one that is taken over
    const all = await Promise.allSettled(
      ids.map((id) => claimName(root, id, 'web')),
    )
    const won = all.filter(({ status }) => status === 'fulfilled')
    expect(won).toHaveLength(1)
    expect(readdirSync(folderOf(root))).toEqual(['web'])
  })
})

test.each([
  '',
  'a',
  '-a',
  '.a',
  'a b',
  'a/b',
  '../a',
  'ä1',
  'a\n1',
  'a'.repeat(256),
])('the name %j is refused', (name) => {
  expect(() => checkName(name)).toThrow(/name a container/)
})
