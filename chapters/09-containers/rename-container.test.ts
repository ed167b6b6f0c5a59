import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { writeContainer } from '../../test/support/written-container.ts'
import { tryLock } from '../01-syscalls/lock.ts'
import {
  type DataRoot,
  dataRoot,
  makeDataRoot,
} from '../05-overlay/data-root.ts'

import { findContainer } from './find-container.ts'
import { claimName, folderOf } from './names.ts'
import type { ContainerRecord } from './record.ts'
import { renameContainer } from './rename-container.ts'

let root: DataRoot
beforeEach(() => {
  root = dataRoot(mkdtempSync(join(tmpdir(), 'rocker-rename-')))
  makeDataRoot(root)
})
afterEach(() => rmSync(root.path, { recursive: true }))

async function make(
  digit: string,
  name: string,
  more: Partial<ContainerRecord> = {},
): Promise<void> {
  const id = digit.repeat(64)
  await claimName(root, id, name)
  writeContainer(root, { id, name, ...more })
}

const rename = (from: string, to: string) =>
  renameContainer(findContainer(root, from), to)

test('a container is found by its new name, and the old one is free', async () => {
  await make('a', 'web')
  await rename('web', 'old-web')
  await make('b', 'web')
  expect(findContainer(root, 'old-web').id).toBe('a'.repeat(64))
  expect(findContainer(root, 'web').id).toBe('b'.repeat(64))
})

test.each([
  ['another has it', 'db', /^name a container db: container b{12} has/],
  ['it has that name', 'web', /^rename web: it has that name$/],
  ['it is no name', 'a/b', /^name a container "a\/b"$/],
])('a name is refused where %s', async (_, wanted, message) => {
  await make('a', 'web')
  await make('b', 'db')
  await expect(rename('web', wanted)).rejects.toThrow(message)
  expect(findContainer(root, 'web').record.name).toBe('web')
})

test('the old name of one that goes at its end is free at once', async () => {
  await make('a', 'web', { autoRemove: true })
  const { id, folder, runFolder } = findContainer(root, 'web')
  mkdirSync(runFolder)
  const lock = tryLock(join(runFolder, 'lock'))
  await rename('web', 'front')
  lock?.release()
  await make('b', 'web')
  expect(findContainer(root, 'front').id).toBe(id)
  expect(readFileSync(join(folder, 'name'), 'utf8')).toBe('front\0')
})

test('names of containers that are gone are free after it', async () => {
  await make('a', 'web')
  await claimName(root, 'c'.repeat(64), 'lost')
  await rename('web', 'front')
  expect(readdirSync(folderOf(root))).toEqual(['front'])
})

test('of 16 that want one name, one gets it', async () => {
  const digits = [...'0123456789abcdef']
  for (const digit of digits) await make(digit, `c${digit}`)
  const ends = await Promise.allSettled(
    digits.map((digit) => rename(`c${digit}`, 'one')),
  )
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(
    1,
  )
  expect(readdirSync(folderOf(root))).toHaveLength(16)
  expect(findContainer(root, 'one').record.name).toBe('one')
})

test('of 20 names that one gets at once, the last stays', async () => {
  await make('a', 'web')
  const container = findContainer(root, 'web')
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      renameContainer(container, `n${i}x`),
    ),
  )
  const { name } = findContainer(root, 'a'.repeat(64)).record
  expect(readdirSync(folderOf(root))).toEqual([name])
})
