import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import {
  type ArchiveEntry,
  archive,
} from '../../test/support/archive-builder.ts'
import {
  inChunks,
  layerSandbox,
  orderOf,
} from '../../test/support/layer-sandbox.ts'
import { treeOf } from '../../test/support/tree.ts'

import { settle } from './settle.ts'
import { unpackLayer } from './unpack-layer.ts'

const sandbox = layerSandbox()
beforeEach(() => sandbox.clean())
afterAll(() => sandbox[Symbol.dispose]())

const root: ArchiveEntry = { name: './', type: '5' }
const folder = (name: string, more: ArchiveEntry = {}): ArchiveEntry => ({
  name,
  type: '5',
  ...more,
})
const link = (name: string, target: string): ArchiveEntry => ({
  name,
  type: '2',
  target,
})

/** Unpacks layers, the lowest first; answers the topmost one's tree. */
async function topmost(
  layers: readonly (readonly ArchiveEntry[])[],
  without: Parameters<typeof treeOf>[1] = ['times', 'content', 'root'],
): Promise<string[]> {
  const folders: string[] = []
  for (const [i, entries] of layers.entries()) {
    const bytes = archive(...entries)
    const into = join(sandbox.into, `${i}`)
    mkdirSync(into)
    const layer = await unpackLayer(inChunks(bytes, 4096), {
      ...orderOf(bytes, bytes),
      into,
    })
    settle(into, layer, folders.toReversed())
    folders.push(into)
  }
  return treeOf(folders.at(-1) ?? '', without)
}

describe('a folder that only lower layers have an entry for', () => {
  test('gets owner, mode, times and notes from there', async () => {
    const note = ['SCHILY.xattr.user.note', 'x'] as const
    const layers = [
      [folder('./', { mode: 0o711, mtime: 1 })],
      [
        root,
        folder('srv', { mode: 0o2750, uid: 3, gid: 4, mtime: 11 }),
        folder('srv/deep', {
          mode: 0o1777,
          pax: [note, ['mtime', '12.5']],
        }),
      ],
      [folder('srv/deep', { mode: 0o1700, mtime: 13 })],
      [{ name: 'srv/deep/new/file', mtime: 14 }],
    ]
    expect(await topmost(layers, ['content'])).toEqual([
      'd 755 0:0 1700000000.000000000 .',
      'd 2750 3:4 11.000000000 srv',
      'd 1700 0:0 13.000000000 srv/deep',
      'd 755 0:0 14.000000000 srv/deep/new',
      'f 644 0:0 0 14.000000000 srv/deep/new/file',
    ])
  })

  test('T24 is found below 130 layers', async () => {
    const base = [root, folder('srv', { mode: 0o700, uid: 3 })]
    const between = Array.from({ length: 130 }, (_, i) => [
      root,
      { name: `${i}` },
    ])
    const top = [root, { name: 'srv/x' }]
    expect(await topmost([base, ...between, top])).toEqual([
      'd 700 3:0 srv',
      'f 644 0:0 0 srv/x',
    ])
  })

  test('is nobody’s below a whiteout and below an opaque folder', async () => {
    const below = [
      root,
      folder('a', { mode: 0o700, uid: 1 }),
      folder('a/b', { mode: 0o700, uid: 2 }),
      folder('c', { mode: 0o700, uid: 3 }),
      folder('c/d', { mode: 0o700, uid: 4 }),
    ]
    const hiding = [root, { name: 'a/.wh.b' }, { name: 'c/.wh..wh..opq' }]
    const top = [root, { name: 'a/b/x' }, { name: 'c/d/x' }]
    expect(await topmost([below, hiding, top])).toEqual([
      'd 700 1:0 a',
      'd 755 0:0 a/b',
      'f 644 0:0 0 a/b/x',
      'd 700 3:0 c',
      'd 755 0:0 c/d',
      'f 644 0:0 0 c/d/x',
    ])
  })

  test('that this layer itself made opaque has its metadata, its children none', async () => {
    const below = [
      root,
      folder('a', { mode: 0o700, uid: 1 }),
      folder('a/b', { mode: 0o700, uid: 2 }),
    ]
    const top = [root, { name: 'a/.wh..wh..opq' }, { name: 'a/b/x' }]
    expect(await topmost([below, top])).toEqual([
      'd 700 1:0 a trusted.overlay.opaque=79',
      'd 755 0:0 a/b',
      'f 644 0:0 0 a/b/x',
    ])
  })
})

describe('T25 a folder that is a link below', () => {
  const usr = { mode: 0o751, uid: 5, mtime: 50 }
  const base = [
    root,
    folder('usr', usr),
    folder('usr/lib', { mode: 0o711, gid: 6 }),
    link('lib', 'usr/lib'),
    link('abs', '/usr'),
    link('out', '../../../victim'),
    link('hop', 'abs/lib'),
    link('usr/self', '.'),
    link('usr/up', '../../..'),
    link('dangling', 'not/there'),
  ]
  const table: [string, readonly ArchiveEntry[], readonly string[]][] = [
    [
      'is followed',
      [{ name: 'lib/x' }],
      ['d 751 5:0 usr', 'd 711 0:6 usr/lib', 'f 644 0:0 0 usr/lib/x'],
    ],
    [
      'is followed where it is absolute, and where it leads to another',
      [{ name: 'abs/x' }, { name: 'hop/y' }],
      [
        'd 751 5:0 usr',
        'd 711 0:6 usr/lib',
        'f 644 0:0 0 usr/lib/y',
        'f 644 0:0 0 usr/x',
      ],
    ],
    [
      'never leads out of the layer',
      [{ name: 'out/file' }, { name: 'usr/up/y' }],
      [
        'd 751 5:0 usr',
        'd 755 0:0 victim',
        'f 644 0:0 0 victim/file',
        'f 644 0:0 0 y',
      ],
    ],
    [
      'may lead to where it lies itself',
      [{ name: 'usr/self/self/self/x' }, { name: 'usr/self/self/self' }],
      ['d 751 5:0 usr', 'f 644 0:0 0 usr/self'],
    ],
    [
      'may lead to nothing',
      [{ name: 'dangling/x' }],
      ['d 755 0:0 not', 'd 755 0:0 not/there', 'f 644 0:0 0 not/there/x'],
    ],
    [
      'is a folder from now on where this layer says so',
      [folder('lib', { mode: 0o700 }), { name: 'lib/x' }],
      ['d 700 0:0 lib', 'f 644 0:0 0 lib/x'],
    ],
    [
      'takes whiteouts and folders along',
      [
        { name: 'lib/.wh.gone' },
        { name: 'lib/a/.wh..wh..opq' },
        folder('lib/b', { mode: 0o700 }),
        { name: 'lib/c/d/e' },
      ],
      [
        'd 751 5:0 usr',
        'd 711 0:6 usr/lib',
        'd 755 0:0 usr/lib/a trusted.overlay.opaque=79',
        'd 700 0:0 usr/lib/b',
        'd 755 0:0 usr/lib/c',
        'd 755 0:0 usr/lib/c/d',
        'f 644 0:0 0 usr/lib/c/d/e',
        'c 0 0:0 usr/lib/gone rdev=0',
      ],
    ],
    [
      'joins what this layer has there already',
      [
        folder('usr', { mode: 0o700 }),
        folder('usr/lib/both', { mode: 0o500, uid: 1 }),
        { name: 'usr/lib/both/1' },
        { name: 'usr/lib/one' },
        { name: 'lib/both/2' },
        folder('lib/mine', { mode: 0o501 }),
        { name: 'usr/lib/mine/3' },
        { name: 'lib/one', body: 'x' },
        { name: 'lib/.wh.two' },
        { name: 'usr/lib/two' },
      ],
      [
        'd 700 0:0 usr',
        'd 711 0:6 usr/lib',
        'd 500 1:0 usr/lib/both',
        'f 644 0:0 0 usr/lib/both/1',
        'f 644 0:0 0 usr/lib/both/2',
        'd 501 0:0 usr/lib/mine',
        'f 644 0:0 0 usr/lib/mine/3',
        'f 644 0:0 1 usr/lib/one',
        'f 644 0:0 0 usr/lib/two',
      ],
    ],
  ]
  test.each(table)('%s', async (_, entries, expected) => {
    const before = sandbox.outside()
    expect(await topmost([base, [root, ...entries]])).toEqual(expected)
    expect(sandbox.outside()).toEqual(before)
  })

  test('leaves the times of folders as they were', async () => {
    const top = [
      folder('./', { mtime: 1 }),
      folder('usr', { mtime: 2 }),
      folder('usr/lib', { mtime: 3 }),
      { name: 'lib/x', mtime: 4 },
    ]
    expect(await topmost([base, top], ['content'])).toEqual([
      'd 755 0:0 1.000000000 .',
      'd 755 0:0 2.000000000 usr',
      'd 755 0:0 3.000000000 usr/lib',
      'f 644 0:0 0 4.000000000 usr/lib/x',
    ])
  })

  test('is refused where it goes round in circles', async () => {
    const circle = [root, link('a', 'b'), link('b', 'a')]
    await expect(
      topmost([circle, [root, { name: 'a/x' }]]),
    ).rejects.toThrow(/too many links/)
  })

  test('is refused where it ends at a file', async () => {
    const base = [root, { name: 'f' }, link('l', 'f')]
    await expect(topmost([base, [root, { name: 'l/x' }]])).rejects.toThrow(
      /is used as a folder/,
    )
  })
})

test('T10 a root that is opaque hides every name of the layers below', async () => {
  const below = [
    [root, { name: 'a' }, folder('d'), { name: 'd/x' }, folder('e')],
    [root, { name: 'b' }, { name: '.wh.e' }],
  ]
  const top = [root, { name: '.wh..wh..opq' }, { name: 'a' }, folder('d')]
  expect(await topmost([...below, top])).toEqual([
    'f 644 0:0 0 a',
    'c 0 0:0 b rdev=0',
    'd 755 0:0 d trusted.overlay.opaque=79',
    'c 0 0:0 e rdev=0',
  ])
})

describe('a whiteout', () => {
  const below = [root, folder('d'), { name: 'd/x' }, { name: 'f' }]
  const usr = [
    root,
    folder('usr'),
    folder('usr/lib'),
    link('lib', 'usr/lib'),
  ]
  test.each<[string, ArchiveEntry[], ArchiveEntry[], string[]]>([
    [
      'stays in a folder of the layers below',
      below,
      [root, { name: 'd/.wh.x' }, { name: '.wh.nothing' }],
      ['d 755 0:0 d', 'c 0 0:0 d/x rdev=0', 'c 0 0:0 nothing rdev=0'],
    ],
    [
      'stays where a link of the layers below leads',
      usr,
      [root, { name: 'lib/.wh.x' }],
      ['d 755 0:0 usr', 'd 755 0:0 usr/lib', 'c 0 0:0 usr/lib/x rdev=0'],
    ],
    [
      'goes from a folder of its own layer alone',
      below,
      [root, folder('new'), { name: 'new/.wh.x' }, { name: 'new/y' }],
      ['d 755 0:0 new', 'f 644 0:0 0 new/y'],
    ],
    [
      'goes from a folder that was a file',
      below,
      [root, { name: 'f/.wh.x' }],
      ['d 755 0:0 f'],
    ],
    [
      'goes from a folder that is opaque',
      below,
      [root, folder('d'), { name: 'd/.wh..wh..opq' }, { name: 'd/.wh.x' }],
      ['d 755 0:0 d trusted.overlay.opaque=79'],
    ],
    [
      'goes from all that an opaque folder has',
      [...below, folder('d/e'), { name: 'd/e/x' }],
      [root, { name: 'd/.wh..wh..opq' }, { name: 'd/e/.wh.x' }],
      ['d 755 0:0 d trusted.overlay.opaque=79', 'd 755 0:0 d/e'],
    ],
  ])('%s', async (_, low, top, tree) => {
    expect(await topmost([low, top])).toEqual(tree)
  })

  test('that goes leaves the times of its folder', async () => {
    const top = [root, folder('new', { mtime: 5 }), { name: 'new/.wh.x' }]
    expect(await topmost([below, top], ['content', 'root'])).toEqual([
      'd 755 0:0 5.000000000 new',
    ])
  })
})
