// What is written as an archive is read again as it was, by our own reader and
// by GNU tar.

import { spawnSync } from 'node:child_process'

import { expect, test } from 'vitest'

import type { Entry } from '../08-images/layer-entry.ts'
import { LayerReader } from '../08-images/layer-reader.ts'

import { TarWriter } from './tar-writer.ts'

const plain: Entry = {
  type: 'file',
  name: 'file',
  target: '',
  mode: 0o640,
  uid: 1000,
  gid: 1001,
  size: 0,
  seconds: 981_173_106,
  nanoseconds: 0,
  major: 0,
  minor: 0,
  xattrs: [],
}

function archiveOf(entries: readonly Entry[], content = ''): Buffer {
  const pieces: Buffer[] = []
  const writer = new TarWriter((bytes) => pieces.push(Buffer.from(bytes)))
  for (const entry of entries) {
    writer.entry(entry)
    if (entry.type === 'file') {
      if (content)
        writer.data(Buffer.from(content), entry.size - content.length)
      writer.complete()
    }
  }
  writer.finish()
  return Buffer.concat(pieces)
}

function read(archive: Buffer): { entries: Entry[]; bytes: Buffer } {
  const entries: Entry[] = []
  const chunks: Buffer[] = []
  const reader = new LayerReader({
    entry: (entry) => entries.push(entry),
    data: (chunk) => chunks.push(Buffer.from(chunk)),
    complete() {},
  })
  reader.push(archive)
  reader.end()
  return { entries, bytes: Buffer.concat(chunks) }
}

const long = 'n'.repeat(200)

test.each<[string, Partial<Entry>]>([
  ['a file', {}],
  ['a folder', { type: 'folder', name: 'a/b/' }],
  ['a link', { type: 'symlink', target: '../x' }],
  ['a hard link', { type: 'hardlink', target: 'first' }],
  ['a fifo', { type: 'fifo' }],
  ['a device', { type: 'character', major: 1, minor: 3 }],
  ['a disk', { type: 'block', major: 259, minor: 65536 }],
  ['a name of 100 bytes', { name: 'n'.repeat(100) }],
  ['a longer name', { name: `${long}/${long}` }],
  ['a longer target', { type: 'symlink', target: long }],
  ['a name that is not UTF-8', { name: 'caf\xe9\n' }],
  ['a longer one that is not', { name: `caf\xe9${long}` }],
  ['owners of 32 bits', { uid: 4_000_000_000, gid: 2_097_152 }],
  ['a time before 1970', { seconds: -86_400 }],
  ['a time after 2242', { seconds: 8_589_934_592 }],
  ['mode bits', { mode: 0o6755 }],
  [
    'a capability',
    {
      xattrs: [{ name: 'security.capability', value: Buffer.of(0, 10, 1) }],
    },
  ],
  ...[97, 98, 99, 100, 980, 990, 991, 992].map(
    (bytes): [string, Partial<Entry>] => [
      `a record of about ${bytes} bytes`,
      { name: 'r'.repeat(bytes) },
    ],
  ),
])('%s', (_, wish) => {
  const entry = { ...plain, ...wish }
  expect(read(archiveOf([entry, plain])).entries).toEqual([entry, plain])
})

test('a hole is written out, and what is missing at the end as well', () => {
  const entry = { ...plain, size: 1000 }
  const { bytes } = read(archiveOf([entry], 'end'))
  expect(bytes.length).toBe(1000)
  expect(bytes.subarray(997).toString()).toBe('end')
  const short = read(archiveOf([entry]))
  expect(short.bytes.equals(Buffer.alloc(1000))).toBe(true)
})

test('a file of more than 8 GiB says so in a record', () => {
  const pieces: Buffer[] = []
  const entry = { ...plain, size: 2 ** 33 }
  const writer = new TarWriter((bytes) => pieces.push(Buffer.from(bytes)))
  writer.entry(entry)
  writer.finish()
  const entries: Entry[] = []
  const reader = new LayerReader({
    entry: (found) => entries.push(found),
    data() {},
    complete() {},
  })
  reader.push(Buffer.concat(pieces))
  expect(entries).toEqual([entry])
  expect(() => reader.end()).toThrow(/ends too early/)
})

test('GNU tar lists it', () => {
  const entries = [
    { ...plain, type: 'folder' as const, name: 'd' },
    { ...plain, name: `d/${long}`, size: 3 },
    { ...plain, name: 'd/caf\xe9', size: 600 },
    { ...plain, type: 'symlink' as const, name: 'd/l', target: 'x' },
  ]
  const { stdout, stderr } = spawnSync(
    'tar',
    ['-t', '--quoting-style=escape'],
    { input: archiveOf(entries, 'abc'), encoding: 'utf8' },
  )
  expect(stderr).toBe('')
  expect(stdout).toBe(`d/\nd/${long}\nd/caf\\351\nd/l\n`)
})
