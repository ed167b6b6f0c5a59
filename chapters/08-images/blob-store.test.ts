import {
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import {
  type StoreSandbox,
  storeSandbox,
} from '../../test/support/store-sandbox.ts'
import { digestOf } from '../07-registry/digest.ts'

import {
  blobPath,
  hasBlob,
  isIntact,
  listBlobs,
  makeLayout,
  newBlob,
  putBlob,
  readBlob,
} from './blob-store.ts'
import { writeDurably } from './durable.ts'

let sandbox: StoreSandbox
beforeEach(() => {
  sandbox = storeSandbox()
  makeLayout(sandbox.root, sandbox.folder)
})
afterEach(() => sandbox[Symbol.asyncDispose]())

const bytes = Buffer.from('content\n')
const claim = { digest: digestOf(bytes), size: bytes.length }

describe('a blob', () => {
  test('is stored under its digest, and read back', async () => {
    const { root, folder } = sandbox
    expect(hasBlob(root, claim)).toBe(false)
    await putBlob(root, folder, bytes)
    await putBlob(root, folder, bytes)
    expect(blobPath(root, claim.digest)).toBe(
      `${root.images}/blobs/sha256/${claim.digest.slice(7)}`,
    )
    expect(readBlob(root, claim)).toEqual(bytes)
    expect(listBlobs(root)).toEqual([claim.digest])
    expect(readdirSync(folder)).toEqual(['root'])
  })

  test('may be named by sha512', async () => {
    const { root, folder } = sandbox
    const digest = digestOf(bytes, 'sha512')
    const blob = newBlob(root, folder, digest)
    writeFileSync(blob.fd, bytes)
    await blob.commit()
    expect(readBlob(root, { ...claim, digest })).toEqual(bytes)
    expect(listBlobs(root)).toEqual([digest])
  })

  test('has no name before it is committed, and then is gone', () => {
    const { root, folder } = sandbox
    const blob = newBlob(root, folder, claim.digest)
    writeFileSync(blob.fd, bytes)
    expect(listBlobs(root)).toEqual([])
    blob.close()
    blob.close()
    expect(readdirSync(folder)).toEqual(['root'])
    expect(hasBlob(root, claim)).toBe(false)
  })

  test.each<[string, (path: string) => void]>([
    ['is shorter', (path) => truncateSync(path, 3)],
    ['is empty', (path) => truncateSync(path)],
    ['has other content', (path) => writeFileSync(path, 'Content\n')],
  ])('that %s is damaged, and is stored anew', async (_, damage) => {
    const { root, folder } = sandbox
    await putBlob(root, folder, bytes)
    damage(blobPath(root, claim.digest))
    expect(isIntact(root, claim)).toBe(false)
    expect(() => readBlob(root, claim)).toThrow(
      expect.objectContaining({ code: 'damaged' }),
    )
    await putBlob(root, folder, bytes)
    expect(isIntact(root, claim)).toBe(true)
    expect(readBlob(root, claim)).toEqual(bytes)
  })

  test('of more bytes than one read takes is checked to its end', async () => {
    const { root, folder } = sandbox
    const large = Buffer.alloc(1_000_000, 'x')
    const claimed = { digest: digestOf(large), size: large.length }
    await putBlob(root, folder, large)
    expect(isIntact(root, claimed)).toBe(true)
    large[999_999] = 0
    writeFileSync(blobPath(root, claimed.digest), large)
    expect(isIntact(root, claimed)).toBe(false)
  })
})

test('stray files are no blobs', () => {
  const folder = join(sandbox.root.images, 'blobs/sha256')
  for (const name of ['readme', 'A'.repeat(64), 'a'.repeat(63)])
    writeFileSync(join(folder, name), '')
  expect(listBlobs(sandbox.root)).toEqual([])
})

test('a layout is made once, and says its version', () => {
  const mark = join(sandbox.root.images, 'oci-layout')
  writeFileSync(mark, '{"imageLayoutVersion": "1.0.0"}')
  makeLayout(sandbox.root, sandbox.folder)
  expect(JSON.parse(readFileSync(mark, 'utf8'))).toEqual({
    imageLayoutVersion: '1.0.0',
  })
})

test('a file is replaced as a whole or not at all', () => {
  const path = join(sandbox.folder, 'file')
  writeDurably(path, sandbox.root.pending, 'one')
  expect(() => writeDurably(path, '/nowhere', 'two')).toThrow()
  expect(readFileSync(path, 'utf8')).toBe('one')
  writeDurably(path, sandbox.root.pending, 'three')
  expect(readFileSync(path, 'utf8')).toBe('three')
})
