// A look into an image: what is in its layers, and nothing of the host's.

import { execFileSync, spawnSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { release, tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import { settled, snapshot } from '../../test/support/snapshot.ts'

import { peek } from './peek.ts'

const base = mkdtempSync(join(tmpdir(), 'peek-'))
afterAll(() => rmSync(base, { recursive: true }))

const secret = join(base, 'secret')
writeFileSync(secret, 'of the host')

let image = ''
let layers: string[] = [] // the topmost first
beforeEach(() => {
  image = mkdtempSync(join(base, 'image-'))
  layers = []
})

/** Adds a layer on top. */
function layer(name = `layer-${layers.length}`): string {
  const path = join(image, name)
  mkdirSync(join(path, 'etc'), { recursive: true })
  layers.unshift(path)
  return path
}

function read(path: string): string | undefined {
  const image = peek(layers)
  try {
    return image.read(path)
  } finally {
    image.close()
  }
}

/** A path of more than 255 bytes: the kernel does not take it as `lowerdir+`. */
const longName = `${'x'.repeat(200)}/${'y'.repeat(100)}`

describe.each([
  ['with lowerdir+, as Linux 6.7 has it', undefined],
  ['with one string of descriptors, as before', longName],
])('%s', (_, name) => {
  const add = () => layer(name && `${name}-${layers.length}`)

  test('a file of the topmost layer hides the others', () => {
    writeFileSync(join(add(), 'etc/passwd'), 'lower')
    writeFileSync(join(add(), 'etc/passwd'), 'upper')
    add()
    expect(read('etc/passwd')).toBe('upper')
  })

  test('a whiteout takes a file away, and an opaque folder all of them', () => {
    const lower = add()
    writeFileSync(join(lower, 'etc/passwd'), 'lower')
    mkdirSync(join(lower, 'opt'))
    writeFileSync(join(lower, 'opt/file'), 'lower')
    const upper = add()
    execFileSync('mknod', [join(upper, 'etc/passwd'), 'c', '0', '0'])
    mkdirSync(join(upper, 'opt'))
    execFileSync('setfattr', [
      ...['-n', 'trusted.overlay.opaque', '-v', 'y'],
      join(upper, 'opt'),
    ])
    expect(read('etc/passwd')).toBeUndefined()
    expect(read('opt/file')).toBeUndefined()
  })

  test('a link leads from one layer to a file of another', () => {
    symlinkSync('/usr/etc/passwd', join(add(), 'etc/passwd'))
    const upper = add()
    mkdirSync(join(upper, 'usr/etc'), { recursive: true })
    writeFileSync(join(upper, 'usr/etc/passwd'), 'linked')
    expect(read('etc/passwd')).toBe('linked')
  })

  test('the working directory stays what it was', () => {
    const before = process.cwd()
    add()
    add()
    read('etc/passwd')
    expect(process.cwd()).toBe(before)
    expect(readlinkSync('/proc/self/cwd')).toBe(before)
  })
})

const [major = 0, minor = 0] = release().split('.').map(Number)
const most = major > 6 || (major === 6 && minor >= 7) ? 300 : 50

describe('an image of one layer or of many', () => {
  const counts = [1, 2, 50, 128, 300]
  test.each(counts.filter((count) => count <= most))(
    '%i: a file is read',
    (count) => {
      for (let i = 0; i < count; i++)
        writeFileSync(join(layer(), 'etc/passwd'), `${i}`)
      expect(read('etc/passwd')).toBe(`${count - 1}`)
      expect(read('/etc/passwd')).toBe(`${count - 1}`)
      expect(read('etc/nothing')).toBeUndefined()
    },
  )

  test.skip.each(counts.filter((count) => count > most))(
    '%i: a file is read (needs Linux 6.7)',
    () => {},
  )

  test('more than an old kernel takes is said in a sentence', () => {
    for (let i = 0; i < 128; i++) layer(`${longName}-${i}`)
    expect(() => read('etc/passwd')).toThrow(
      'look into an image of 128 layers',
    )
  })
})

// each is a layer's etc/passwd, and what is read of it
const hostile: [
  string,
  (path: string) => void,
  string | RegExp | undefined,
][] = [
  [
    "a link to the host's file",
    (path) => symlinkSync(secret, path),
    undefined,
  ],
  [
    'a way up',
    (path) => symlinkSync(`${'../'.repeat(20)}${secret}`, path),
    undefined,
  ],
  [
    "a descriptor of rocker's",
    (path) => symlinkSync('/proc/self/fd/0', path),
    undefined,
  ],
  ['a link to itself', (path) => symlinkSync('passwd', path), undefined],
  [
    'a fifo',
    (path) => execFileSync('mknod', [path, 'p']),
    /must be a file/,
  ],
  [
    'a device',
    (path) => execFileSync('mknod', [path, 'c', '1', '5']),
    /must be a file/,
  ],
  ['a folder', (path) => mkdirSync(path), /must be a file/],
  [
    'more than a megabyte',
    (path) => writeFileSync(path, Buffer.alloc((1 << 20) + 1)),
    /must be a file/,
  ],
]

describe.each([1, 2])('instead of a file, in %i layer', (count) => {
  test.each(hostile)('%s', (_, make, expected) => {
    const path = join(layer(), 'etc/passwd')
    make(path)
    if (count === 2) layer()
    if (expected === undefined) expect(read('etc/passwd')).toBeUndefined()
    else {
      const hint = expect.objectContaining({
        hint: expect.stringMatching(expected),
      })
      expect(() => read('etc/passwd')).toThrow(hint)
    }
  })
})

test('nothing stays: no mount, no descriptor', async () => {
  layer()
  layer()
  const before = await snapshot()
  const open = readdirSync('/proc/self/fd').length
  for (let i = 0; i < 20; i++) read('etc/passwd')
  expect(readdirSync('/proc/self/fd')).toHaveLength(open)
  expect(await settled(before)).toEqual(before)
})

test('it is gone with the process, however that ends', async () => {
  layer()
  layer()
  const before = await snapshot()
  const module = JSON.stringify(join(import.meta.dirname, 'peek.ts'))
  spawnSync(process.execPath, [
    ...['--input-type=module', '--eval'],
    `const { peek } = await import(${module})
     peek(${JSON.stringify(layers)})
     process.kill(process.pid, 'SIGKILL')`,
  ])
  expect(await settled(before)).toEqual(before)
})
