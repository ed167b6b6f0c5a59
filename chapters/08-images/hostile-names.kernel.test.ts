// Names that lead out, and names that are none.

import { linkSync, lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import {
  type ArchiveEntry,
  archive,
} from '../../test/support/archive-builder.ts'
import {
  anywhere,
  type Case,
  deep,
  entries,
  file,
  folder,
  hard,
  link,
  many,
  pax,
  testHostile,
} from '../../test/support/hostile-layers.ts'
import { layerSandbox } from '../../test/support/layer-sandbox.ts'

const sandbox = layerSandbox()
const { victim } = sandbox
const root: ArchiveEntry = { name: './', type: '5' }
const up = '../'.repeat(20)

const names: Case[] = [
  entries('T01 ../x', [file('../x')], ['f 644 0:0 0 x']),
  entries('T01 many ../', [file(`${up}x`)], ['f 644 0:0 0 x']),
  entries('T01 /../x', [file('/../x')], ['f 644 0:0 0 x']),
  entries('T01 a/../../x', [file('a/../../x')], ['f 644 0:0 0 x']),
  entries(
    'T01 ../ of the victim',
    [file('../victim/file', { body: 'bad' })],
    ['d 755 0:0 victim', 'f 644 0:0 3 victim/file'],
  ),
  entries(
    'T01 a/./b/../c',
    [file('a/./b/../c')],
    ['d 755 0:0 a', 'f 644 0:0 0 a/c'],
  ),
  entries('T01 .. as a file', [file('..')], /as the root/),
  entries('T01 .. as a folder', [folder('..', { mode: 0o700 })], []),
  entries('T01 ../.. as a link', [link('../..', '/etc')], /as the root/),
  entries('T01 a/.. as a file', [file('a/..')], /as the root/),
  entries(
    'T01 ..x and x.. are names',
    [file('..x'), file('x..'), file('...')],
    ['f 644 0:0 0 ...', 'f 644 0:0 0 ..x', 'f 644 0:0 0 x..'],
  ),
  entries(
    'T01 backslashes are no slashes',
    [file('..\\..\\x')],
    ['f 644 0:0 0 ..\\x5c..\\x5cx'],
  ),
  entries(
    'T01 .. from the prefix',
    [file('x', { prefix: '../..' })],
    ['f 644 0:0 0 x'],
  ),
  entries(
    'T01 .. from GNU',
    [{ name: 'L', type: 'L', body: '../../x\0' }, file('y')],
    ['f 644 0:0 0 x'],
  ),
  entries('T02 an absolute name', [file('/abs')], ['f 644 0:0 0 abs']),
  entries(
    'T02 many slashes',
    [file('////a////b')],
    ['d 755 0:0 a', 'f 644 0:0 0 a/b'],
  ),
  [
    'T02 the victim’s absolute name',
    archive(root, file(`${victim}/file`, { body: 'bad' })),
    anywhere,
  ],
  entries('T14 . as a file', [file('.')], /as the root/),
  entries('T14 . as a link', [link('.', '/etc')], /as the root/),
  entries('T14 . as a hard link', [hard('.', 'x')], /as the root/),
  entries('T14 . as a fifo', [{ name: '.', type: '6' }], /as the root/),
  entries(
    'T14 . as a device',
    [{ name: './', type: '3', major: 1 }],
    /as the root/,
  ),
  entries('T14 / as a file', [file('/')], /as the root/),
  entries('T14 an empty name as a file', [file('')], /as the root/),
  entries('T14 an empty name as a folder', [folder('')], []),
  entries(
    'T14 the root twice',
    [folder('.'), folder('./'), folder('/')],
    [],
  ),
  entries(
    'T16 a NUL in a PAX path',
    [file('x', pax(['path', 'a\0b']))],
    /no name/,
  ),
  entries(
    'T16 an empty PAX path is none',
    [file('x', pax(['path', '']))],
    ['f 644 0:0 0 x'],
  ),
  entries(
    'T16 a NUL in a PAX linkpath',
    [{ ...link('x', 'y'), ...pax(['linkpath', 'a\0b']) }],
    /no name/,
  ),
  entries(
    'T16 a NUL in a GNU name',
    [{ name: 'L', type: 'L', body: 'a\0b\0' }, file('y')],
    /NUL/,
  ),
  entries(
    'T16 a NUL in a GNU link',
    [{ name: 'K', type: 'K', body: 'a\0b\0' }, link('y', 'z')],
    /NUL/,
  ),
  entries(
    'T16 a file’s name with a slash behind',
    [file('f/', { body: 'x' })],
    ['f 644 0:0 1 f'],
  ),
  entries(
    'T16 every byte but NUL and slash',
    [
      file(
        Buffer.from(
          many(254, (i) => ({ size: i + 1 }))
            .map(({ size }) => size as number)
            .filter((byte) => byte !== 47)
            .slice(0, 99),
        ),
      ),
    ],
    anywhere,
  ),
  entries(
    'T17 a name of 255 bytes',
    [file('x', pax(['path', 'n'.repeat(255)]))],
    [`f 644 0:0 0 ${'n'.repeat(255)}`],
  ),
  entries(
    'T17 a name of 256 bytes',
    [file('x', pax(['path', 'n'.repeat(256)]))],
    /longer than 255/,
  ),
  entries(
    'T17 a name of 300 bytes, by GNU',
    [{ name: 'L', type: 'L', body: `${'n'.repeat(300)}\0` }, file('y')],
    /longer than 255/,
  ),
  entries(
    'T17 a folder’s name of 300 bytes',
    [file('x', pax(['path', `${'n'.repeat(300)}/x`]))],
    /longer than 255/,
  ),
  entries(
    'T17 a path of 6000 bytes',
    [file('x', pax(['path', `${'n'.repeat(99)}/`.repeat(60)]))],
    /ENAMETOOLONG/,
  ),
  entries(
    'T17 a path of 1024 folders',
    [folder('x', pax(['path', deep(1024)]))],
    anywhere,
  ),
  entries(
    'T17 a path of 1025 folders',
    [folder('x', pax(['path', deep(1025)]))],
    /deeper than 1024/,
  ),
  entries(
    'T17 a path of 2500 folders',
    [file('x', pax(['path', `${deep(2500)}x`]))],
    /deeper than 1024/,
  ),
  entries(
    'T17 a path of a megabyte of slashes',
    [file('x', pax(['path', `${'/'.repeat(1_000_000)}x`]))],
    ['f 644 0:0 0 x'],
  ),
  entries(
    'T17 a link’s target of 4095 bytes',
    [{ ...link('l', 'x'), ...pax(['linkpath', 't'.repeat(4095)]) }],
    [`l 777 0:0 l -> ${'t'.repeat(4095)}`],
  ),
  entries(
    'T17 a link’s target of 4096 bytes',
    [{ ...link('l', 'x'), ...pax(['linkpath', 't'.repeat(4096)]) }],
    /ENAMETOOLONG/,
  ),
]

testHostile(sandbox, { names })

test('a look at what is outside notices a change', () => {
  const before = sandbox.outside()
  const other = join(victim, 'other')
  linkSync(join(victim, 'file'), other)
  expect(sandbox.outside()).not.toEqual(before)
  rmSync(other)
  expect(lstatSync(join(victim, 'file')).nlink).toBe(1)
})
