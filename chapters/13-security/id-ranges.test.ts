import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { type DataRoot, dataRoot } from '../05-overlay/data-root.ts'
import { keptFolder } from '../09-containers/container.ts'

import { claimIds, firstIds } from './id-ranges.ts'
import { mountsFor } from './mapped-mounts.ts'

let root: DataRoot
beforeEach(() => {
  root = dataRoot(mkdtempSync(join(tmpdir(), 'ids-')))
})
afterEach(() => rmSync(root.path, { recursive: true }))

const make = (id: string) =>
  mkdirSync(keptFolder(root, id), { recursive: true })

test('no two containers have the same users', () => {
  const ids = Array.from({ length: 20 }, (_, i) => `c${i}`)
  ids.forEach(make)
  const ranges = ids.map((id) => claimIds(root, id))
  expect(ranges[0]).toEqual(firstIds)
  expect(new Set(ranges.map(({ first }) => first)).size).toBe(20)
  expect(ranges.every(({ first, size }) => first % size === 0)).toBe(true)
})

test('a range is free when its container is gone, however that went', () => {
  for (const id of ['aa', 'bb', 'cc']) {
    make(id)
    claimIds(root, id)
  }
  rmSync(keptFolder(root, 'bb'), { recursive: true })
  make('dd')
  expect(claimIds(root, 'dd').first).toBe(firstIds.first + 65_536)
  expect(readdirSync(join(root.path, 'ids')).sort()).toEqual(
    ['10', '8', '9', 'lock'].sort(),
  )
})

test.each([
  [['size=1m'], ['size=1m', 'uid=524288', 'gid=524288']],
  [
    ['uid=5', 'ro', 'gid=7'],
    ['ro', 'uid=524293', 'gid=524295'],
  ],
])('memory with %j belongs to %j', (options, expected) => {
  const spec = { destination: '/m', type: 'tmpfs', source: '', options }
  const [mapped] = mountsFor([{ spec }], firstIds)
  expect(mapped?.options).toEqual(expected)
  expect(mountsFor([{ spec }], undefined)).toEqual([spec])
})
