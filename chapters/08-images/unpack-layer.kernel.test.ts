import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'

import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import { archive } from '../../test/support/archive-builder.ts'
import {
  inChunks,
  layerSandbox,
  orderOf,
  sha256,
} from '../../test/support/layer-sandbox.ts'
import { treeOf } from '../../test/support/tree.ts'
import { perform } from '../01-syscalls/perform.ts'

import { type LayerOrder, unpackLayer } from './unpack-layer.ts'

const sandbox = layerSandbox()
beforeEach(() => sandbox.clean())
afterAll(() => sandbox[Symbol.dispose]())

const tar = archive(
  { name: './', type: '5' },
  { name: 'hello', body: 'world\n' },
  { name: 'big', body: Buffer.alloc(400_000, 'abcdefg') },
)
const gz = gzipSync(tar)
const order = { ...orderOf(gz, tar), into: sandbox.into }
const openFiles = () => readdirSync('/proc/self/fd').length
const unpack = (blob: Buffer, more: Partial<LayerOrder> = {}) =>
  unpackLayer(inChunks(blob, 1000), { ...order, ...more })

describe('a layer', () => {
  test.each([
    ['as it is', tar],
    ['gzip', gz],
    ['zstd', zstdCompressSync(tar)],
  ])('is unpacked: %s', async (_, blob) => {
    const before = openFiles()
    const layer = await unpack(blob, orderOf(blob, tar))
    expect(layer).toEqual({
      diffId: sha256(tar),
      size: 400_006,
      implied: [],
      hiding: [],
    })
    expect(treeOf(sandbox.into, ['times', 'content', 'root'])).toEqual([
      'f 644 0:0 400000 big',
      'f 644 0:0 6 hello',
    ])
    expect(openFiles()).toBe(before)
  })

  test('is counted, and written to its blob, as it comes', async () => {
    const path = join(sandbox.folder, 'staging', 'blob')
    const fd = openSync(path, 'w')
    const counts: number[] = []
    await unpack(gz, { alsoWrite: fd, onBytes: (n) => counts.push(n) })
    closeSync(fd)
    expect(readFileSync(path).equals(gz)).toBe(true)
    expect(counts.length).toBe(Math.ceil(gz.length / 1000))
    expect(counts.at(-1)).toBe(gz.length)
    expect(counts).toEqual([...counts].sort((a, b) => a - b))
  })

  test('may be empty', async () => {
    const nothing = Buffer.alloc(0)
    const layer = await unpack(nothing, orderOf(nothing, nothing))
    expect(layer.implied.map(String)).toEqual([''])
    expect(treeOf(sandbox.into)).toEqual(['d 755 0:0 0.000000000 .'])
  })
})

describe('a layer is refused', () => {
  const other = Buffer.from('other')
  const longer = Buffer.concat([gz, Buffer.from('x')])
  const table: [string, Buffer, Partial<LayerOrder>, RegExp][] = [
    ['whose blob is another', gz, { digest: sha256(other) }, /digest/],
    ['whose archive is another', gz, { diffId: sha256(other) }, /inside/],
    ['that is longer', longer, {}, /more than the \d+ bytes/],
    ['that is shorter', gz.subarray(0, -1), {}, /bytes instead of/],
    ['that never comes', Buffer.alloc(0), {}, /0 bytes instead of/],
    ['whose size was a lie', gz, { size: gz.length - 1 }, /more than/],
    ['whose size was another lie', gz, { size: gz.length + 1 }, /instead/],
    [
      'T21 of too many bytes',
      gz,
      { limits: { bytes: 100_000 } },
      /inflates to more than 100000 bytes/,
    ],
    [
      'T22 of too many entries',
      gz,
      { limits: { entries: 2 } },
      /more than 2 entries/,
    ],
    [
      'T20 that is compressed by xz',
      Buffer.from('fd377a585a000004e6d6b446', 'hex'),
      { size: 12 },
      /compressed by xz/,
    ],
  ]
  test.each(table)('%s', async (_, blob, more, message) => {
    const before = openFiles()
    const outside = sandbox.outside()
    await expect(unpack(blob, more)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(message),
    })
    expect(openFiles()).toBe(before)
    expect(sandbox.outside()).toEqual(outside)
  })

  test('T18 whose files are larger than allowed, holes included', async () => {
    const sparse = archive({
      name: 'hole',
      pax: [
        ['GNU.sparse.map', '0,1'],
        ['GNU.sparse.size', '5000000000'],
      ],
      body: 'x',
    })
    await expect(
      unpack(sparse, {
        ...orderOf(sparse, sparse),
        limits: { bytes: 4_000_000_000 },
      }),
    ).rejects.toThrow(/files of more than 4000000000 bytes/)
  })
})

describe('an error that is not the layer’s', () => {
  test('of the network stays what it is', async () => {
    const broken = new Error('broken')
    async function* chunks() {
      yield gz.subarray(0, 500)
      throw broken
    }
    await expect(unpackLayer(chunks(), order)).rejects.toBe(broken)
  })

  test('is that of whoever stops it', async () => {
    const stop = new AbortController()
    const reason = new Error('stopped')
    await expect(
      unpack(gz, {
        signal: stop.signal,
        onBytes: () => stop.abort(reason),
      }),
    ).rejects.toBe(reason)
  })
})

describe('a layer leaves a tenth of the filesystem free', () => {
  const many = Array.from({ length: 40 }, (_, i) => ({ name: `${i}` }))
  const table: [string, string, Buffer, RegExp][] = [
    [
      'T21 of its bytes',
      'size=400k',
      archive({ name: 'big', body: Buffer.alloc(380_000) }),
      /more than 368640 bytes/,
    ],
    [
      'T22 of its inodes',
      'nr_inodes=41',
      archive(...many),
      /more than 36 entries/,
    ],
  ]
  test.each(table)('%s', async (_, options, blob, message) => {
    const { into } = sandbox
    perform({ name: 'mount', args: ['rocker', into, 'tmpfs', 0, options] })
    try {
      await expect(unpack(blob, orderOf(blob, blob))).rejects.toMatchObject(
        { code: 'refused', message: expect.stringMatching(message) },
      )
    } finally {
      perform({ name: 'umount2', args: [into, 0] })
    }
  })
})

test('after a failure nothing more is written to the blob', async () => {
  const path = join(sandbox.folder, 'staging', 'blob')
  const fd = openSync(path, 'w')
  let goOn: () => void = () => {}
  const late = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const bad = Buffer.alloc(512, 'not a header')
  async function* chunks() {
    yield bad
    await late
    yield bad
  }
  await expect(
    unpackLayer(chunks(), { ...order, size: 5000, alsoWrite: fd }),
  ).rejects.toThrow(/checksum/)
  goOn()
  await new Promise((resolve) => setImmediate(resolve))
  closeSync(fd)
  expect(readFileSync(path)).toHaveLength(bad.length)
})
