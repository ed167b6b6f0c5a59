// Archives that want out, or that want to break what reads them. Each is either
// refused or contained: the victim beside the layer's folder never changes.

import { linkSync, lstatSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import {
  type ArchiveEntry,
  archive,
  base256,
  entryBytes,
  header,
  openArchive,
  paxBody,
} from '../../test/support/archive-builder.ts'
import { layerSandbox } from '../../test/support/layer-sandbox.ts'
import { treeOf } from '../../test/support/tree.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'

const sandbox = layerSandbox()
const { victim } = sandbox
const hostname = join(sandbox.folder, 'hostname')
beforeEach(() => sandbox.clean())
afterAll(() => sandbox[Symbol.dispose]())

const root: ArchiveEntry = { name: './', type: '5' }
const file = (name: string | Buffer, more: ArchiveEntry = {}) => ({
  name,
  ...more,
})
const folder = (name: string, more: ArchiveEntry = {}) => ({
  name,
  type: '5',
  ...more,
})
const link = (name: string, target: string | Buffer) => ({
  name,
  type: '2',
  target,
})
const hard = (name: string, target: string) => ({ name, type: '1', target })
const pax = (...records: [string, string | Buffer][]) => ({ pax: records })
const sparse = (map: string, size: number | string, body = '') => ({
  name: 'hole',
  body,
  ...pax(['GNU.sparse.map', map], ['GNU.sparse.size', `${size}`]),
})
const newSparse = (body: string, size: number | string) => ({
  name: 'GNUSparseFile.0/hole',
  body,
  ...pax(
    ['GNU.sparse.major', '1'],
    ['GNU.sparse.minor', '0'],
    ['GNU.sparse.name', 'hole'],
    ['GNU.sparse.realsize', `${size}`],
  ),
})
const record = (text: string) => ({ name: 'pax', type: 'x', body: text })
const deep = (folders: number) => 'd/'.repeat(folders)
const many = (count: number, make: (i: number) => ArchiveEntry) =>
  Array.from({ length: count }, (_, i) => make(i))
const anywhere = 'inside'
const up = '../'.repeat(20)

/** What comes of it: a refusal that says this, or these files and no others. */
type Outcome = RegExp | readonly string[] | typeof anywhere
type Case = [name: string, archive: Buffer, outcome: Outcome]
const entries = (
  name: string,
  list: readonly ArchiveEntry[],
  outcome: Outcome,
): Case => [name, archive(root, ...list), outcome]

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

const links: Case[] = [
  entries(
    'T03 through a link to the victim',
    [link('l', victim), file('l/file', { body: 'bad' })],
    anywhere,
  ),
  entries(
    'T03 through a link to /',
    [link('l', '/'), file('l/etc/x')],
    ['d 755 0:0 etc', 'f 644 0:0 0 etc/x', 'l 777 0:0 l -> /'],
  ),
  entries(
    'T03 a folder through a link',
    [link('l', victim), folder('l/sub', { mode: 0o777 })],
    anywhere,
  ),
  entries(
    'T03 a link through a link',
    [link('l', victim), link('l/link', '/')],
    anywhere,
  ),
  entries(
    'T03 a fifo through a link',
    [link('l', victim), { name: 'l/file', type: '6' }],
    anywhere,
  ),
  entries(
    'T04 through a link that climbs',
    [link('l', `${up}${victim}`), file('l/file')],
    anywhere,
  ),
  entries(
    'T04 through a link to ..',
    [link('l', '..'), file('l/x')],
    ['l 777 0:0 l -> ..', 'f 644 0:0 0 x'],
  ),
  entries(
    'T04 through .. behind a link',
    [link('l', victim), file('l/../file')],
    ['f 644 0:0 0 file', `l 777 0:0 l -> ${victim}`],
  ),
  entries(
    'T05 in two hops',
    [
      folder('i'),
      link('i/up', '..'),
      link('i/up/esc', '../victim'),
      file('esc/file', { body: 'bad' }),
    ],
    [
      'l 777 0:0 esc -> ../victim',
      'd 755 0:0 i',
      'l 777 0:0 i/up -> ..',
      'd 755 0:0 victim',
      'f 644 0:0 3 victim/file',
    ],
  ),
  entries(
    'T05 in three hops, with folders on the way',
    [
      folder('a/b/c'),
      link('a/b/c/up', '../../..'),
      link('a/b/c/up/x', 'a/b/c/up/..'),
      link('y', 'x/..'),
      file('y/victim/file'),
    ],
    anywhere,
  ),
  entries(
    'T05 a link that is replaced by one that leads out',
    [link('l', 'in'), file('l/x'), link('l', victim), file('l/file')],
    anywhere,
  ),
  entries(
    'T05 a folder that is replaced by a link that leads out',
    [
      folder('d/e'),
      file('d/e/1'),
      link('d', victim),
      file('d/e/2'),
      file('d/file'),
    ],
    anywhere,
  ),
  entries(
    'T05 a parent that is replaced after it was resolved',
    [
      folder('a/b'),
      link('l', 'a/b'),
      file('l/1'),
      link('a', victim),
      file('l/2'),
      file('a/b/3'),
    ],
    anywhere,
  ),
  entries(
    'T05 times and modes of folders do not follow a link',
    [
      folder('d', { mode: 0o777, uid: 99 }),
      folder('d/sub', { mode: 0o777, uid: 99 }),
      file('d', { body: 'x' }),
      link('d', victim),
    ],
    [`l 777 0:0 d -> ${victim}`],
  ),
  entries('T03 a link to itself', [link('l', 'l'), file('l/x')], /ELOOP/),
  entries(
    'T03 two links in a circle',
    [link('a', 'b'), link('b', 'a/x'), file('a/x')],
    /ELOOP/,
  ),
  entries(
    'T03 a chain of 39 links',
    [
      ...many(39, (i) => link(`${i}`, `${i + 1}`)),
      folder('39'),
      file('0/x'),
    ],
    anywhere,
  ),
  entries(
    'T03 a chain of 100 links',
    [
      ...many(100, (i) => link(`${i}`, `${i + 1}`)),
      folder('100'),
      file('0/x'),
    ],
    /ELOOP/,
  ),
  entries(
    'T03 a chain of links to nothing, each through the next',
    [...many(60, (i) => link(`l${i}`, `l${i + 1}/d`)), file('l0/x')],
    /ELOOP/,
  ),
  entries(
    'T03 a link that makes a thousand folders',
    [{ ...link('l', 'x'), ...pax(['linkpath', deep(1200)]) }, file('l/x')],
    /deeper than 1024/,
  ),
  entries(
    'T03 through a link to a file',
    [file('f'), link('l', 'f'), file('l/x')],
    /used as a folder/,
  ),
  entries('T03 a link without a target', [link('l', '')], /ENOENT/),
  entries(
    'T08 through a file',
    [file('f'), file('f/x')],
    /used as a folder/,
  ),
  entries(
    'T08 through a fifo',
    [{ name: 'p', type: '6' }, file('p/x')],
    /used as a folder/,
  ),
  entries(
    'T08 a file over a link',
    [link('l', `${victim}/file`), file('l', { body: 'bad' })],
    ['f 644 0:0 3 l'],
  ),
  entries(
    'T08 a device over a link',
    [
      link('l', `${victim}/file`),
      { name: 'l', type: '3', major: 1, minor: 3 },
    ],
    ['c 644 0:0 l rdev=259'],
  ),
  entries(
    'T08 a folder over a link, with its mode',
    [link('l', `${victim}/sub`), folder('l', { mode: 0o777 })],
    ['d 777 0:0 l'],
  ),
  entries(
    'T08 owner and times of a link are its own',
    [{ ...link('l', `${victim}/file`), uid: 7, mode: 0o777, mtime: 1 }],
    [`l 777 7:0 l -> ${victim}/file`],
  ),
  entries(
    'T08 notes on a link do not reach its target',
    [
      {
        ...link('l', `${victim}/file`),
        ...pax(
          ['SCHILY.xattr.user.x', 'y'],
          ['SCHILY.xattr.security.capability', 'x'],
        ),
      },
    ],
    [`l 777 0:0 l -> ${victim}/file`],
  ),
  entries(
    'T03 a link to where a magic link would be, in the layer’s own /proc',
    [link('l', '/proc/self/root'), file(`l${victim}/file`)],
    anywhere,
  ),
  entries(
    'T03 a link to the reader’s own folder',
    [link('l', '/proc/self/cwd'), file('l/x')],
    anywhere,
  ),
]

const hardLinks: Case[] = [
  entries(
    'T06 to a name above',
    [hard('h', '../hostname')],
    /no file of this layer/,
  ),
  entries(
    'T06 to the victim from far above',
    [hard('h', `${up}${victim}/file`)],
    /no file of this layer/,
  ),
  entries(
    'T06 to the victim’s absolute name',
    [hard('h', `${victim}/file`)],
    /no file of this layer/,
  ),
  entries(
    'T06 to an absolute name that is there',
    [file('f'), hard('h', '/f')],
    ['f 644 0:0 0 f nlink=2 is=f', 'f 644 0:0 0 h nlink=2 is=f'],
  ),
  entries(
    'T06 to a name above that is there as well',
    [file('f'), hard('h', '../f')],
    /no file of this layer/,
  ),
  entries(
    'T06 through a link to the victim',
    [link('l', victim), hard('h', 'l/file')],
    /no file of this layer/,
  ),
  entries(
    'T06 through two links',
    [link('a', '..'), link('b', 'a/victim'), hard('h', 'b/file')],
    /no file of this layer/,
  ),
  entries(
    'T06 to nothing',
    [hard('h', 'nothing')],
    /no file of this layer/,
  ),
  entries('T06 to an empty name', [hard('h', '')], /no file of this layer/),
  entries(
    'T06 to a folder',
    [folder('d'), hard('h', 'd')],
    /no file of this layer/,
  ),
  entries('T06 to the root', [hard('h', '.')], /no file of this layer/),
  entries('T06 to itself', [hard('h', 'h')], /no file of this layer/),
  entries(
    'T06 to itself, where it is',
    [file('h'), hard('h', './h')],
    /no file of this layer/,
  ),
  entries(
    'T06 to a file that comes later',
    [hard('h', 'f'), file('f')],
    /no file of this layer/,
  ),
  entries(
    'T06 over the folder that its target is in',
    [folder('d'), file('d/f'), hard('d', 'd/f')],
    /ENOENT/,
  ),
  entries(
    'T06 to a whiteout',
    [file('.wh.f'), hard('h', 'f')],
    /no file of this layer/,
  ),
  entries(
    'T06 to a file of a name as long as names get',
    [hard('h', 'x'), file('x')].map((entry) => ({
      ...entry,
      ...pax(['linkpath', 'n'.repeat(300)]),
    })),
    /longer than 255/,
  ),
  entries(
    'T07 to a link to the victim, and a file over it',
    [link('s', hostname), hard('h', 's'), file('h', { body: 'bad' })],
    ['f 644 0:0 3 h', `l 777 0:0 s -> ${hostname}`],
  ),
  entries(
    'T07 to a link, with a mode',
    [
      link('s', `${victim}/file`),
      { ...hard('h', 's'), mode: 0o777, uid: 9, mtime: 1 },
    ],
    [
      `l 777 0:0 h -> ${victim}/file nlink=2 is=h`,
      `l 777 0:0 s -> ${victim}/file nlink=2 is=h`,
    ],
  ),
  entries(
    'T07 that is followed by a child',
    [link('s', victim), hard('h', 's'), file('h/file')],
    anywhere,
  ),
  entries(
    'T06 a file behind a hard link’s name',
    [file('f', { body: 'x' }), hard('h', 'f'), file('h', { body: 'yy' })],
    ['f 644 0:0 1 f', 'f 644 0:0 2 h'],
  ),
]

const whiteouts: Case[] = [
  entries('T09 .wh..', [file('.wh..')], /not a whiteout/),
  entries('T09 .wh...', [file('.wh...')], /not a whiteout/),
  entries('T09 a/.wh..', [file('a/.wh..')], /not a whiteout/),
  entries('T09 a/.wh...', [file('a/.wh...')], /not a whiteout/),
  entries('T09 .wh.', [file('.wh.')], /not a whiteout/),
  entries('T09 .wh. and a NUL', [file('.wh.\0x')], /not a whiteout/),
  entries(
    'T09 .wh. and a NUL by PAX',
    [file('x', pax(['path', '.wh.\0']))],
    /no name/,
  ),
  entries('T09 .wh..wh.x', [file('.wh..wh.x')], /not a whiteout/),
  entries(
    'T09 .wh..wh..wh..opq',
    [file('.wh..wh..wh..opq')],
    /not a whiteout/,
  ),
  entries('T09 aufs’ own', [file('.wh..wh.aufs')], /not a whiteout/),
  entries('T09 a link', [link('.wh..', victim)], /not a whiteout/),
  entries(
    'T09 .wh... as a hard link',
    [file('f'), hard('.wh...', 'f')],
    /not a whiteout/,
  ),
  entries(
    'T10 through a link',
    [link('l', victim), file('l/.wh.file')],
    anywhere,
  ),
  entries(
    'T10 of all, through a link',
    [link('l', victim), file('l/.wh..wh..opq')],
    anywhere,
  ),
  entries(
    'T10 of a link',
    [link('l', victim), file('.wh.l')],
    [`l 777 0:0 l -> ${victim}`],
  ),
  entries(
    'T10 above the root',
    [file('../.wh.victim')],
    ['c 0 0:0 victim rdev=0'],
  ),
  entries(
    'T11 in a folder of that name',
    [file('.wh.etc/somefile')],
    ['d 755 0:0 .wh.etc', 'f 644 0:0 0 .wh.etc/somefile'],
  ),
  entries(
    'T12 faked by a device 0:0',
    [{ name: 'etc', type: '3' }],
    /character device 0:0/,
  ),
  entries(
    'T12 faked by a device 0:0 in PAX',
    [
      {
        name: 'etc',
        type: '3',
        ...pax(['SCHILY.devmajor', '1'], ['SCHILY.devminor', '3']),
      },
    ],
    /character device 0:0/,
  ),
  entries(
    'T23 faked by an xattr',
    [folder('etc', pax(['SCHILY.xattr.trusted.overlay.opaque', 'y']))],
    ['d 755 0:0 etc'],
  ),
  entries(
    'T23 faked by an xattr of the new form',
    [
      file(
        'x',
        pax(
          ['SCHILY.xattr.trusted.overlay.whiteout', 'y'],
          ['SCHILY.xattr.trusted.overlay.opaque', 'x'],
        ),
      ),
    ],
    ['f 644 0:0 0 x'],
  ),
  entries(
    'T23 faked in libarchive’s way',
    [
      folder(
        'etc',
        pax(['LIBARCHIVE.xattr.trusted.overlay.opaque', 'eQ==']),
      ),
    ],
    ['d 755 0:0 etc'],
  ),
  entries(
    'T23 faked with letters escaped',
    [
      folder(
        'etc',
        pax(['LIBARCHIVE.xattr.trusted%2eoverlay.opaque', 'eQ==']),
      ),
    ],
    ['d 755 0:0 etc'],
  ),
  entries(
    'T23 another folder’s content by redirect',
    [folder('x', pax(['SCHILY.xattr.trusted.overlay.redirect', '/etc']))],
    ['d 755 0:0 x'],
  ),
  entries(
    'T23 an xattr without a name',
    [file('x', pax(['SCHILY.xattr.', 'y']))],
    ['f 644 0:0 0 x'],
  ),
  entries(
    'T23 a note without a name',
    [file('x', pax(['SCHILY.xattr.user.', 'y']))],
    /EINVAL/,
  ),
  entries(
    'T23 a note’s name of 300 bytes',
    [file('x', pax([`SCHILY.xattr.user.${'n'.repeat(300)}`, 'y']))],
    /ERANGE/,
  ),
  entries(
    'T23 a note with a NUL in its name',
    [file('x', pax(['SCHILY.xattr.user.a\0b', 'y']))],
    /NUL/,
  ),
  entries(
    'T23 a note of 70,000 bytes',
    [file('x', pax(['SCHILY.xattr.user.a', 'y'.repeat(70_000)]))],
    /E2BIG/,
  ),
  entries(
    'T23 a capability that is none',
    [file('x', pax(['SCHILY.xattr.security.capability', 'none']))],
    /EINVAL/,
  ),
]

const values: Case[] = [
  entries(
    'T12 a device too large',
    [{ name: 'd', type: '4', major: 4096, minor: 0 }],
    /no device has 4096:0/,
  ),
  entries(
    'T12 a minor too large',
    [{ name: 'd', type: '4', major: 1, minor: 1_048_576 }],
    /no device has/,
  ),
  entries(
    'T12 a negative device',
    [{ name: 'd', type: '3', major: base256(-1, 8) }],
    /no device has/,
  ),
  entries(
    'T12 the largest device',
    [{ name: 'd', type: '4', major: 4095, minor: 1_048_575 }],
    anywhere,
  ),
  entries(
    'T18 a size of more than there is',
    [file('f', { size: 999_999 })],
    /ends too early/,
  ),
  entries(
    'T18 a size of 99999999999 by PAX',
    [file('f', pax(['size', '99999999999']))],
    /files of more than|ends too early/,
  ),
  entries(
    'T18 a size that PAX makes smaller',
    [file('f', { body: 'x'.repeat(600), ...pax(['size', '1']) })],
    /checksum/,
  ),
  entries(
    'T18 a size that PAX makes right',
    [file('f', { size: 0, body: 'xyz', ...pax(['size', '3']) })],
    ['f 644 0:0 3 f'],
  ),
  entries(
    'T18 a negative size',
    [file('f', { size: base256(-1, 12) })],
    /negative size/,
  ),
  entries(
    'T18 a size of 2^63',
    [file('f', { size: base256(2n ** 63n, 12) })],
    /not one/,
  ),
  entries(
    'T18 a size of 2^62',
    [file('f', { size: base256(2n ** 62n, 12) })],
    /not one/,
  ),
  entries(
    'T18 a size that is no number',
    [file('f', { size: 'hello world' })],
    /not one/,
  ),
  entries(
    'T18 a size with a 9',
    [file('f', { size: '00000000009\0' })],
    /not one/,
  ),
  entries(
    'T18 a size with a sign',
    [file('f', { size: '-0000000001\0' })],
    /not one/,
  ),
  entries(
    'T18 a PAX size with a sign',
    [file('f', pax(['size', '-1']))],
    /is no number/,
  ),
  entries(
    'T18 a PAX size in hex',
    [file('f', pax(['size', '0x10']))],
    /is no number/,
  ),
  entries(
    'T18 a PAX size with a blank',
    [file('f', pax(['size', ' 1']))],
    /is no number/,
  ),
  entries(
    'T18 a PAX size of 2^64',
    [file('f', pax(['size', '18446744073709551616']))],
    /is no number/,
  ),
  entries(
    'T18 an owner of 2^32',
    [file('f', pax(['uid', '4294967296']))],
    /owner that no system/,
  ),
  entries(
    'T18 an owner of -1',
    [file('f', { gid: base256(-1, 8) })],
    /owner that no system/,
  ),
  entries(
    'T18 an owner that means "leave it"',
    [file('f', pax(['uid', '4294967295']))],
    /owner that no system/,
  ),
  entries(
    'T18 a PAX owner of -1',
    [file('f', pax(['gid', '-1']))],
    /is no number/,
  ),
  entries(
    'T18 a mode of all ones',
    [file('f', { mode: '7777777\0' })],
    ['f 7777 0:0 0 f'],
  ),
  entries(
    'T18 a mode with a type in it',
    [file('f', { mode: 0o120_777 })],
    ['f 777 0:0 0 f'],
  ),
  entries(
    'T18 a time far ahead',
    [file('f', { mtime: base256(2n ** 52n, 12) })],
    anywhere,
  ),
  entries(
    'T18 a time that is none',
    [file('f', pax(['mtime', 'yesterday']))],
    /no time/,
  ),
  entries(
    'T18 a time of infinity',
    [file('f', pax(['mtime', 'inf']))],
    /no time/,
  ),
  entries('T18 a time in e', [file('f', pax(['mtime', '1e9']))], /no time/),
  entries(
    'T18 a time of a thousand digits',
    [file('f', pax(['mtime', '1'.repeat(1000)]))],
    /no time/,
  ),
  entries(
    'T18 a fraction of a thousand digits',
    [file('f', pax(['mtime', `1.${'1'.repeat(1000)}`]))],
    anywhere,
  ),
  entries(
    'T18 a global path',
    [{ type: 'g', body: paxBody([['path', '../x']]) }, file('f')],
    /every file the same path/,
  ),
  entries(
    'T18 a global link',
    [{ type: 'g', body: paxBody([['linkpath', victim]]) }, link('f', 'x')],
    /the same linkpath/,
  ),
  entries(
    'T18 a global size',
    [{ type: 'g', body: paxBody([['size', '0']]) }, file('f')],
    /the same size/,
  ),
  entries(
    'T18 a global hole',
    [{ type: 'g', body: paxBody([['GNU.sparse.map', '']]) }, file('f')],
    /the same GNU/,
  ),
  entries(
    'T18 a global comment',
    [{ type: 'g', body: paxBody([['comment', 'made by git']]) }, file('f')],
    ['f 644 0:0 0 f'],
  ),
  entries(
    'T18 a path by PAX',
    [file('f', pax(['path', '../../y']))],
    ['f 644 0:0 0 y'],
  ),
  entries(
    'T18 a path by PAX twice',
    [file('f', pax(['path', 'a'], ['path', 'b']))],
    ['f 644 0:0 0 b'],
  ),
  entries(
    'T18 a link’s target by PAX',
    [{ ...link('l', 'x'), ...pax(['linkpath', victim]) }, file('l/file')],
    anywhere,
  ),
  entries(
    'T18 a hard link’s target by PAX',
    [
      file('f'),
      { ...hard('h', 'f'), ...pax(['linkpath', `${victim}/file`]) },
    ],
    /no file of this layer/,
  ),
  entries(
    'T18 the size of a folder is not read',
    [folder('d', { size: 512 }), file('f')],
    ['d 755 0:0 d', 'f 644 0:0 0 f'],
  ),
  entries(
    'T18 the size of a link is not read',
    [{ ...link('l', 'x'), size: 99_999 }, file('f')],
    ['f 644 0:0 0 f', 'l 777 0:0 l -> x'],
  ),
]

const holes: Case[] = [
  entries(
    'T18 a hole (0.1)',
    [sparse('0,1,4096,2', 8192, 'abc')],
    ['f 644 0:0 8192 hole'],
  ),
  entries(
    'T18 a hole (0.0)',
    [
      {
        name: 'hole',
        body: 'ab',
        ...pax(
          ['GNU.sparse.size', '10'],
          ['GNU.sparse.numblocks', '1'],
          ['GNU.sparse.offset', '3'],
          ['GNU.sparse.numbytes', '2'],
        ),
      },
    ],
    ['f 644 0:0 10 hole'],
  ),
  entries(
    'T18 a hole (1.0)',
    [newSparse(`${'1\n5\n2\n'.padEnd(512, '\0')}ab`, 100)],
    ['f 644 0:0 100 hole'],
  ),
  entries(
    'T18 a hole of the old kind',
    [
      {
        name: 'hole',
        type: 'S',
        body: 'ab',
        magic: 'ustar  \0',
        patch: (block) => {
          block.write('00000000005\x0000000000002\0', 386)
          block.write('00000000144\0', 483)
        },
      },
    ],
    ['f 644 0:0 100 hole'],
  ),
  entries(
    'T18 a hole of the old kind, with its map in a block behind',
    [
      {
        name: 'hole',
        type: 'S',
        size: 0,
        magic: 'ustar  \0',
        body: Buffer.alloc(512),
        patch: (block) => {
          block[482] = 1
          block.write('00000000144\0', 483)
        },
      },
    ],
    ['f 644 0:0 100 hole'],
  ),
  entries(
    'T18 nothing but a hole',
    [sparse('', 1_000_000)],
    ['f 644 0:0 1000000 hole'],
  ),
  entries(
    'T18 a hole of 8 EiB',
    [sparse('0,0', '9223372036854775807')],
    /is no number/,
  ),
  entries(
    'T18 a hole of 1 PiB',
    [sparse('0,0', 2 ** 50)],
    /files of more than/,
  ),
  entries(
    'T18 a hole of 8 EiB, of the old kind',
    [
      {
        name: 'hole',
        type: 'S',
        patch: (block) => base256(2n ** 63n - 1n, 12).copy(block, 483),
      },
    ],
    /not one/,
  ),
  entries(
    'T18 a hole of a negative size',
    [
      {
        name: 'hole',
        type: 'S',
        patch: (block) => base256(-5, 12).copy(block, 483),
      },
    ],
    /map of a sparse file/,
  ),
  entries(
    'T18 a hole’s data behind its end',
    [sparse('0,1,9000,2', 8192, 'abc')],
    /map of a sparse file/,
  ),
  entries(
    'T18 a hole’s data over each other',
    [sparse('0,2,1,1', 8192, 'abc')],
    /map of a sparse file/,
  ),
  entries(
    'T18 a hole’s data backwards',
    [sparse('10,1,0,2', 8192, 'abc')],
    /map of a sparse file/,
  ),
  entries(
    'T18 a hole’s data missing',
    [sparse('0,1,4096,9', 8192, 'abc')],
    /map of a sparse file/,
  ),
  entries(
    'T18 a hole’s data left over',
    [sparse('0,1', 8192, 'abc')],
    /map of a sparse file/,
  ),
  entries(
    'T18 a hole’s map with an odd number',
    [sparse('0,1,5', 8192, 'a')],
    /map of a sparse file/,
  ),
  entries(
    'T18 a hole’s map that is text',
    [sparse('a,b', 8192)],
    /is no number/,
  ),
  entries(
    'T18 a hole’s map with a sign',
    [sparse('-1,1', 8192, 'a')],
    /is no number/,
  ),
  entries(
    'T18 a hole’s map of 70,000 parts',
    [
      sparse(
        Array.from({ length: 70_000 }, (_, i) => `${i * 2},0`).join(','),
        8192,
      ),
    ],
    /map of a sparse file/,
  ),
  entries(
    'T18 a hole’s records in disorder',
    [
      {
        name: 'hole',
        ...pax(
          ['GNU.sparse.numbytes', '0'],
          ['GNU.sparse.offset', '0'],
          ['GNU.sparse.size', '1'],
        ),
      },
    ],
    /map of a sparse file/,
  ),
  entries(
    'T18 a map that does not end (1.0)',
    [newSparse('5\n1\n1\n'.padEnd(512, '\0'), 100)],
    /map of a sparse file/,
  ),
  entries(
    'T18 a map without an end of line (1.0)',
    [newSparse('1'.repeat(2048), 100)],
    /map of a sparse file/,
  ),
  entries(
    'T18 a map of a million parts (1.0)',
    [newSparse('1000000\n'.padEnd(512, '\0'), 100)],
    /map of a sparse file/,
  ),
  entries(
    'T18 a map and no body (1.0)',
    [newSparse('', 100)],
    /map of a sparse file/,
  ),
  [
    'T18 a map of the old kind that does not end',
    openArchive({
      name: 'hole',
      type: 'S',
      patch: (block) => {
        block[482] = 1
      },
    }),
    /ends too early/,
  ],
  entries(
    'T18 a hole’s name that leads out',
    [
      {
        name: 'x',
        ...pax(
          ['GNU.sparse.name', '../../victim/file'],
          ['GNU.sparse.map', ''],
          ['GNU.sparse.size', '5'],
        ),
      },
    ],
    ['d 755 0:0 victim', 'f 644 0:0 5 victim/file'],
  ),
]

const good = entryBytes(file('good', { body: 'x' }))
const cut = archive(root, file('f', { body: 'x'.repeat(5000) }))
const forms: Case[] = [
  ['T19 nothing', Buffer.alloc(0), []],
  ['T19 one byte', Buffer.from('x'), /ends too early/],
  ['T19 a block of zeros', Buffer.alloc(512), []],
  ['T19 zeros', Buffer.alloc(10_240), []],
  ['T19 a megabyte of 0xff', Buffer.alloc(1 << 20, 0xff), /checksum/],
  ['T19 text', Buffer.alloc(4096, 'This is no archive. '), /checksum/],
  ['T19 no end', openArchive(root, file('f')), ['f 644 0:0 0 f']],
  [
    'T19 no end, and no padding',
    openArchive(file('f', { body: 'xyz' })).subarray(0, 515),
    ['f 644 0:0 3 f'],
  ],
  [
    'T19 one block of zeros at the end',
    Buffer.concat([good, Buffer.alloc(512)]),
    ['f 644 0:0 1 good'],
  ],
  [
    'T19 rubbish behind the end',
    Buffer.concat([archive(file('f')), Buffer.alloc(700, 'x')]),
    ['f 644 0:0 0 f'],
  ],
  [
    'T19 an archive behind the end',
    Buffer.concat([archive(file('f')), archive(file('g'))]),
    ['f 644 0:0 0 f'],
  ],
  [
    'T19 a header behind a block of zeros',
    Buffer.concat([good, Buffer.alloc(512), good]),
    /behind the end/,
  ],
  ['T19 a header that is cut off', cut.subarray(0, 700), /ends too early/],
  ['T19 a body that is cut off', cut.subarray(0, 2000), /ends too early/],
  ['T19 a body that is missing', cut.subarray(0, 1024), /ends too early/],
  [
    'T19 a body that is cut off by one byte',
    cut.subarray(0, 1024 + 4999),
    /ends too early/,
  ],
  [
    'T19 a checksum that is wrong',
    archive(file('f', { checksum: 1 })),
    /checksum/,
  ],
  [
    'T19 a checksum that is missing',
    archive(file('f', { checksum: '\0\0\0\0\0\0\0\0' })),
    /checksum/,
  ],
  [
    'T19 a checksum that is text',
    archive(file('f', { checksum: 'checksum' })),
    /checksum/,
  ],
  [
    'T19 a checksum of signed bytes, as old tars made it',
    archive(
      file(Buffer.from('\xff', 'latin1'), {
        checksum: header(file(Buffer.from('\xff', 'latin1'))).reduce(
          (sum, byte, i) =>
            sum +
            (i >= 148 && i < 156 ? 32 : byte > 127 ? byte - 256 : byte),
          0,
        ),
      }),
    ),
    ['f 644 0:0 0 \\xff'],
  ],
  [
    'T19 a byte that was flipped',
    Buffer.from(
      archive(file('f')).map((byte, i) => (i === 100 ? byte ^ 1 : byte)),
    ),
    /checksum/,
  ],
  entries(
    'T19 the unknown type Z',
    [file('f', { type: 'Z' })],
    /unknown type Z/,
  ),
  entries(
    'T19 a volume’s name',
    [file('f', { type: 'V' })],
    /unknown type V/,
  ),
  entries(
    'T19 a file that goes on in another volume',
    [file('f', { type: 'M' })],
    /unknown type M/,
  ),
  entries(
    'T19 a dump’s folder',
    [file('f', { type: 'D' })],
    /unknown type D/,
  ),
  entries(
    'T19 a type that a terminal would obey',
    [file('f', { type: '\x1b' })],
    /unknown type \\u001b/,
  ),
  entries(
    'T19 records about nothing',
    [record('8 uid=5\n')],
    /ends too early/,
  ),
  entries(
    'T19 a long name of nothing',
    [{ name: 'L', type: 'L', body: 'x\0' }],
    /ends too early/,
  ),
  entries(
    'T19 records that are cut off',
    [{ ...record('8 uid=5\n'), size: 5000 }],
    /ends too early|checksum|damaged/,
  ),
  entries(
    'T18 a record without a length',
    [record('uid=5\n'), file('f')],
    /record is damaged/,
  ),
  entries(
    'T18 a record with length 0',
    [record('0 uid=5\n'), file('f')],
    /record is damaged/,
  ),
  entries(
    'T18 a record with a negative length',
    [record('-8 uid=5\n'), file('f')],
    /record is damaged/,
  ),
  entries(
    'T18 a record longer than there is',
    [record('99 uid=5\n'), file('f')],
    /record is damaged/,
  ),
  entries(
    'T18 a record shorter than it is',
    [record('5 uid=5\n'), file('f')],
    /record is damaged/,
  ),
  entries(
    'T18 a record without an equals sign',
    [record('8 uid:5\n'), file('f')],
    /record is damaged/,
  ),
  entries(
    'T18 a record without a key',
    [record('5 =5\n'), file('f')],
    /record is damaged/,
  ),
  entries(
    'T18 a record without an end of line',
    [record('8 uid=55'), file('f')],
    /record is damaged/,
  ),
  entries(
    'T18 a record with a length of 30 digits',
    [record(`${'9'.repeat(30)} uid=5\n`), file('f')],
    /record is damaged/,
  ),
  entries(
    'T18 a record that is all blanks',
    [record(' '.repeat(100)), file('f')],
    /record is damaged/,
  ),
  entries(
    'T18 records of NULs',
    [record('\0'.repeat(512)), file('f')],
    /record is damaged/,
  ),
  entries(
    'T22 records of 2 MB',
    [file('f', pax(['comment', 'x'.repeat(2 << 20)]))],
    /more than 1048576/,
  ),
  entries(
    'T22 records that say they have 100 MB',
    [{ ...record('x'), size: 100 << 20 }, file('f')],
    /more than 1048576/,
  ),
  entries(
    'T22 records of a negative size',
    [{ ...record('x'), size: base256(-1, 12) }, file('f')],
    /more than 1048576/,
  ),
  entries(
    'T22 a long name of 2 MB',
    [{ name: 'L', type: 'L', body: 'x'.repeat(2 << 20) }, file('f')],
    /more than 1048576/,
  ),
  entries(
    'T22 global records without end',
    many(30, (i) => ({
      type: 'g',
      body: paxBody([[`k${i}`, 'v'.repeat(60_000)]]),
    })),
    /too many global/,
  ),
  entries(
    'T22 30,000 notes',
    [
      file('f', {
        pax: Array.from(
          { length: 30_000 },
          (_, i) => [`SCHILY.xattr.user.${i}`, 'x'] as const,
        ),
      }),
    ],
    /ENOSPC|E2BIG/,
  ),
]

/** Where any outcome will do as long as nothing is outside. */
const bombs: Case[] = [
  entries(
    'T22 10,000 entries of one name',
    many(10_000, (i) => (i % 2 ? file('x') : folder('x'))),
    ['f 644 0:0 0 x'],
  ),
  entries(
    'T22 a folder of 3,000 files, replaced',
    [...many(3000, (i) => file(`d/${i}`)), file('d')],
    ['f 644 0:0 0 d'],
  ),
  entries(
    'T22 a deep folder, replaced',
    [file('x', pax(['path', `${deep(1000)}x`])), file('d')],
    ['f 644 0:0 0 d'],
  ),
  entries(
    'T22 a link that changes 2,000 times',
    [
      folder('a'),
      folder('b'),
      ...many(4000, (i) =>
        i % 2 ? file('l/x') : link('l', i % 4 ? 'a' : 'b'),
      ),
    ],
    anywhere,
  ),
  entries(
    'T22 5,000 records before one file',
    many(5000, () => record('8 uid=5\n')),
    /ends too early/,
  ),
]

describe.each([
  ['names', names],
  ['links', links],
  ['hard links', hardLinks],
  ['whiteouts and xattrs', whiteouts],
  ['values', values],
  ['holes', holes],
  ['forms', forms],
  ['bombs', bombs],
] as const)('hostile %s', (_, cases) => {
  test.each(cases)('%s', async (_name, bytes, outcome) => {
    const before = sandbox.outside()
    const error = await sandbox.unpack(bytes).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    expect(sandbox.outside()).toEqual(before)
    if (outcome instanceof RegExp) {
      expect(error).toBeInstanceOf(RockerError)
      expect(error).toMatchObject({
        message: expect.stringMatching(outcome),
      })
    } else {
      expect(error).toBeUndefined()
      if (Array.isArray(outcome))
        expect(
          treeOf(sandbox.into, ['times', 'content', 'root', 'xattrs']),
        ).toEqual(outcome)
    }
  })
})

test('there are more than 150 of them', () => {
  const all = [
    names,
    links,
    hardLinks,
    whiteouts,
    values,
    holes,
    forms,
    bombs,
  ].flat()
  expect(all.length).toBeGreaterThan(150)
  expect(new Set(all.map(([name]) => name)).size).toBe(all.length)
})

test('a look at what is outside notices a change', () => {
  const before = sandbox.outside()
  linkSync(join(victim, 'file'), join(victim, 'other'))
  expect(sandbox.outside()).not.toEqual(before)
  rmSync(join(victim, 'other'))
  expect(lstatSync(join(victim, 'file')).nlink).toBe(1)
})
