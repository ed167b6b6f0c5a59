import { chmodSync, chownSync } from 'node:fs'

import { afterAll, beforeEach, describe, expect, test } from 'vitest'

import {
  type ArchiveEntry,
  archive,
  base256,
  paxBody,
} from '../../test/support/archive-builder.ts'
import { layerSandbox, sha256 } from '../../test/support/layer-sandbox.ts'
import { treeOf } from '../../test/support/tree.ts'

const sandbox = layerSandbox()
beforeEach(() => sandbox.clean())
afterAll(() => sandbox[Symbol.dispose]())

const note = 'SCHILY.xattr.user.note'
const capability = Buffer.from(
  '0100000200200000000000000000000000000000',
  'hex',
)
const root: ArchiveEntry = { name: './', type: '5' }

async function tree(
  entries: readonly ArchiveEntry[],
  without: Parameters<typeof treeOf>[1] = ['times', 'content'],
): Promise<string[]> {
  await sandbox.unpack(archive(root, ...entries))
  return treeOf(sandbox.into, [...without, 'root'])
}

describe('what an entry becomes', () => {
  const table: [string, readonly ArchiveEntry[], readonly string[]][] = [
    [
      'a file has its owner and its mode',
      [{ name: 'a', mode: 0o640, uid: 7, gid: 8, body: 'abc' }],
      ['f 640 7:8 3 a'],
    ],
    [
      'T13 setuid, setgid and sticky stay, although chown clears them',
      [
        { name: 'su', mode: 0o4755, uid: 5 },
        { name: 'wall', mode: 0o2755, gid: 5 },
        { name: 'tmp/', type: '5', mode: 0o1777, uid: 1 },
      ],
      ['f 4755 5:0 0 su', 'd 1777 1:0 tmp', 'f 2755 0:5 0 wall'],
    ],
    [
      'a set-gid folder does not hand its group on',
      [
        { name: 'mail', type: '5', mode: 0o2775, gid: 8 },
        { name: 'mail/box' },
        { name: 'mail/sub', type: '5' },
      ],
      ['d 2775 0:8 mail', 'f 644 0:0 0 mail/box', 'd 755 0:0 mail/sub'],
    ],
    [
      'a folder without any permission gets its files nevertheless',
      [
        { name: 'd', type: '5', mode: 0 },
        { name: 'd/f', mode: 0 },
      ],
      ['d 0 0:0 d', 'f 0 0:0 0 d/f'],
    ],
    [
      'a symlink has its target and its owner, wherever it leads',
      [{ name: 'l', type: '2', target: '/no/where', uid: 3 }],
      ['l 777 3:0 l -> /no/where'],
    ],
    [
      'a hard link is the same file',
      [
        { name: 'a', body: 'x' },
        { name: 'b', type: '1', target: 'a' },
        { name: 'c', type: '1', target: '/a' },
      ],
      [
        'f 644 0:0 1 a nlink=3 is=a',
        'f 644 0:0 1 b nlink=3 is=a',
        'f 644 0:0 1 c nlink=3 is=a',
      ],
    ],
    [
      'T12 devices and fifos are made, and not opened',
      [
        { name: 'null', type: '3', mode: 0o666, major: 1, minor: 3 },
        {
          name: 'sda',
          type: '4',
          mode: 0o660,
          gid: 6,
          major: 8,
          minor: 256,
        },
        { name: 'pipe', type: '6', mode: 0o600 },
      ],
      [
        'c 666 0:0 null rdev=259',
        'p 600 0:0 pipe',
        'b 660 0:6 sda rdev=1050624',
      ],
    ],
    [
      'the old types for files and folders are understood',
      [
        { name: 'old', type: '\0', body: 'x' },
        { name: 'folder/', type: '\0' },
        { name: 'contiguous', type: '7', body: 'xy' },
      ],
      ['f 644 0:0 2 contiguous', 'd 644 0:0 folder', 'f 644 0:0 1 old'],
    ],
    [
      'owners are as large as the kernel has them',
      [
        {
          name: 'a',
          uid: base256(4_294_967_294, 8),
          gid: base256(70_000, 8),
        },
        {
          name: 'b',
          pax: [
            ['uid', '3000000'],
            ['gid', '4000000'],
          ],
        },
      ],
      ['f 644 4294967294:70000 0 a', 'f 644 3000000:4000000 0 b'],
    ],
    [
      'T16 names are bytes: Latin-1, a new line, an escape, a backslash',
      [
        { name: Buffer.from('caf\xe9', 'latin1') },
        { name: 'new\nline' },
        { name: '\x1b[31m' },
        { name: 'back\\slash' },
        { name: 'l', type: '2', target: Buffer.from('\xff\xfe', 'latin1') },
      ],
      [
        'f 644 0:0 0 \\x1b[31m',
        'f 644 0:0 0 back\\x5cslash',
        'f 644 0:0 0 caf\\xe9',
        'l 777 0:0 l -> \\xff\\xfe',
        'f 644 0:0 0 new\\x0aline',
      ],
    ],
    [
      'a long name comes from the prefix, from PAX and from GNU',
      [
        { name: 'file', prefix: 'p' },
        { name: 'short', pax: [['path', `${'n'.repeat(200)}`]] },
        { name: '././@LongLink', type: 'L', body: `${'g'.repeat(150)}\0` },
        { name: 'g'.repeat(100) },
        { name: '././@LongLink', type: 'K', body: `${'t'.repeat(150)}\0` },
        { name: 'link', type: '2', target: 't'.repeat(100) },
      ],
      [
        `f 644 0:0 0 ${'g'.repeat(150)}`,
        `l 777 0:0 link -> ${'t'.repeat(150)}`,
        `f 644 0:0 0 ${'n'.repeat(200)}`,
        'd 755 0:0 p',
        'f 644 0:0 0 p/file',
      ],
    ],
    [
      'T23 capabilities and notes stay, overlayfs own words and labels go',
      [
        {
          name: 'ping',
          mode: 0o755,
          pax: [
            ['SCHILY.xattr.security.capability', capability],
            [note, Buffer.from([0, 10, 255])],
            ['SCHILY.xattr.trusted.overlay.opaque', 'y'],
            ['SCHILY.xattr.trusted.overlay.redirect', '/etc'],
            ['SCHILY.xattr.trusted.overlay.metacopy', ''],
            ['SCHILY.xattr.trusted.other', 'x'],
            ['SCHILY.xattr.user.overlay.opaque', 'y'],
            ['SCHILY.xattr.security.selinux', 'system_u:object_r:etc_t:s0'],
            ['SCHILY.xattr.security.ima', 'x'],
            ['SCHILY.xattr.system.posix_acl_access', 'x'],
          ],
        },
      ],
      [
        `f 755 0:0 0 ping security.capability=${capability.toString('hex')} user.note=000aff`,
      ],
    ],
    [
      'folders keep notes; links and devices cannot have any',
      [
        { name: 'd', type: '5', pax: [[note, 'x']] },
        { name: 'l', type: '2', target: 'x', pax: [[note, 'x']] },
        { name: 'p', type: '6', pax: [[note, 'x']] },
        {
          name: 'e',
          pax: [['LIBARCHIVE.xattr.user.%6eote', Buffer.from('eA==')]],
        },
      ],
      [
        'd 755 0:0 d user.note=78',
        'f 644 0:0 0 e user.note=78',
        'l 777 0:0 l -> x',
        'p 644 0:0 p',
      ],
    ],
    [
      'a global record is about every file that follows, until its own says more',
      [
        { name: 'before' },
        {
          type: 'g',
          body: paxBody([
            ['uid', '5'],
            ['gid', '6'],
          ]),
        },
        { name: 'one' },
        { name: 'two', pax: [['uid', '7']] },
        { name: 'three', uid: 1, pax: [['uid', '']] },
      ],
      [
        'f 644 0:0 0 before',
        'f 644 5:6 0 one',
        'f 644 1:6 0 three',
        'f 644 7:6 0 two',
      ],
    ],
  ]
  test.each(table)('%s', async (_, entries, expected) => {
    expect(await tree(entries)).toEqual(expected)
  })
})

describe('times', () => {
  test('files, folders, links and fifos have theirs, to the nanosecond', async () => {
    const mtime = 1_600_000_000
    const fraction = [['mtime', '1500000000.123456789']] as const
    const lines = await tree(
      [
        { name: 'd', type: '5', mtime },
        { name: 'd/f', mtime: 1_000_000 },
        { name: 'd/l', type: '2', target: 'f', mtime: 2_000_000 },
        { name: 'd/p', type: '6', mtime: 3_000_000 },
        { name: 'e', type: '5', pax: fraction },
        { name: 'e/f', pax: fraction },
        { name: 'e/l', type: '2', target: 'f', pax: fraction },
      ],
      ['content'],
    )
    expect(lines).toEqual([
      'd 755 0:0 1600000000.000000000 d',
      'f 644 0:0 0 1000000.000000000 d/f',
      'l 777 0:0 2000000.000000000 d/l -> f',
      'p 644 0:0 3000000.000000000 d/p',
      'd 755 0:0 1500000000.123456789 e',
      'f 644 0:0 0 1500000000.123456789 e/f',
      'l 777 0:0 1500000000.123456789 e/l -> f',
    ])
  })

  test('T18 a time before 1970 is one', async () => {
    const lines = await tree(
      [
        { name: 'a', pax: [['mtime', '-1.5']] },
        { name: 'b', mtime: base256(-86_400, 12) },
      ],
      ['content'],
    )
    expect(lines).toEqual([
      'f 644 0:0 0 -1.500000000 a',
      'f 644 0:0 0 -86400.000000000 b',
    ])
  })

  test('the root has its entry’s mode, owner and time', async () => {
    await sandbox.unpack(
      archive(
        { name: './', type: '5', mode: 0o700, uid: 9, mtime: 5 },
        { name: 'x' },
      ),
    )
    expect(treeOf(sandbox.into)[0]).toBe('d 700 9:0 5.000000000 .')
  })

  test('a folder that no entry names is root’s, and as old as what needed it', async () => {
    const layer = await sandbox.unpack(
      archive({ name: 'a/b/c', mtime: 77 }, { name: 'a/d', mtime: 99 }),
    )
    expect(treeOf(sandbox.into).slice(0, 3)).toEqual([
      'd 755 0:0 77.000000000 .',
      'd 755 0:0 77.000000000 a',
      'd 755 0:0 77.000000000 a/b',
    ])
    expect(layer.implied.map(String)).toEqual(['', 'a', 'a/b'])
  })
})

describe('the last entry of a name wins', () => {
  const table: [string, readonly ArchiveEntry[], readonly string[]][] = [
    [
      'T15 file, file, folder, child',
      [
        { name: 'x', body: '1' },
        { name: 'x', body: '22' },
        { name: 'x', type: '5', mode: 0o700 },
        { name: 'x/y' },
      ],
      ['d 700 0:0 x', 'f 644 0:0 0 x/y'],
    ],
    [
      'a file over a folder takes the whole folder away',
      [
        { name: 'd', type: '5' },
        { name: 'd/e', type: '5' },
        { name: 'd/e/f' },
        { name: 'd', body: 'x' },
      ],
      ['f 644 0:0 1 d'],
    ],
    [
      'a folder over a folder keeps what is in it',
      [
        { name: 'd', type: '5' },
        { name: 'd/f' },
        { name: 'd', type: '5', mode: 0o700 },
      ],
      ['d 700 0:0 d', 'f 644 0:0 0 d/f'],
    ],
    [
      'T08 a file over a link replaces the link',
      [
        { name: 'target', body: 'old' },
        { name: 'l', type: '2', target: 'target' },
        { name: 'l', body: 'x' },
      ],
      ['f 644 0:0 1 l', 'f 644 0:0 3 target'],
    ],
    [
      'T08 a folder over a link replaces the link, and a child stays out of its target',
      [
        { name: 'd', type: '5' },
        { name: 'l', type: '2', target: 'd' },
        { name: 'l/x' },
        { name: 'l', type: '5' },
        { name: 'l/y' },
      ],
      ['d 755 0:0 d', 'f 644 0:0 0 d/x', 'd 755 0:0 l', 'f 644 0:0 0 l/y'],
    ],
    [
      'a folder that comes back has nothing of its first life',
      [
        { name: 'd', type: '5' },
        { name: 'd/e', type: '5', mode: 0o700, uid: 5 },
        { name: 'd', type: '2', target: '/' },
        { name: 'd', type: '5' },
        { name: 'd/e/f' },
      ],
      ['d 755 0:0 d', 'd 755 0:0 d/e', 'f 644 0:0 0 d/e/f'],
    ],
    [
      'a hard link over a file, and a file over a hard link',
      [
        { name: 'a', body: 'a' },
        { name: 'b', body: 'bb' },
        { name: 'b', type: '1', target: 'a' },
        { name: 'a', body: 'new' },
      ],
      ['f 644 0:0 3 a', 'f 644 0:0 1 b'],
    ],
    [
      'a file over a fifo is not written into it',
      [
        { name: 'p', type: '6' },
        { name: 'p', body: 'x' },
      ],
      ['f 644 0:0 1 p'],
    ],
  ]
  test.each(table)('%s', async (_, entries, expected) => {
    expect(await tree(entries)).toEqual(expected)
  })
})

describe('names are resolved in the layer', () => {
  const inside = { name: 'in', type: '5' }
  const table: [string, readonly ArchiveEntry[], readonly string[]][] = [
    [
      'through a link to a folder',
      [inside, { name: 'l', type: '2', target: 'in' }, { name: 'l/x' }],
      ['d 755 0:0 in', 'f 644 0:0 0 in/x', 'l 777 0:0 l -> in'],
    ],
    [
      'T03 through an absolute link',
      [inside, { name: 'l', type: '2', target: '/in' }, { name: 'l/x' }],
      ['d 755 0:0 in', 'f 644 0:0 0 in/x', 'l 777 0:0 l -> /in'],
    ],
    [
      'T04 through a link that climbs as far as it likes',
      [
        inside,
        { name: 'l', type: '2', target: `${'../'.repeat(20)}in` },
        { name: 'l/x' },
      ],
      [
        'd 755 0:0 in',
        'f 644 0:0 0 in/x',
        `l 777 0:0 l -> ${'../'.repeat(20)}in`,
      ],
    ],
    [
      'through a link to what is not there yet',
      [{ name: 'lib', type: '2', target: 'usr/lib' }, { name: 'lib/a/x' }],
      [
        'l 777 0:0 lib -> usr/lib',
        'd 755 0:0 usr',
        'd 755 0:0 usr/lib',
        'd 755 0:0 usr/lib/a',
        'f 644 0:0 0 usr/lib/a/x',
      ],
    ],
    [
      'through links to links that are not there yet, with dots on the way',
      [
        { name: 'd/l', type: '2', target: '../m/./n' },
        { name: 'm', type: '2', target: '/o/../p/' },
        { name: 'd/l/x' },
      ],
      [
        'd 755 0:0 d',
        'l 777 0:0 d/l -> ../m/./n',
        'l 777 0:0 m -> /o/../p/',
        'd 755 0:0 o',
        'd 755 0:0 p',
        'd 755 0:0 p/n',
        'f 644 0:0 0 p/n/x',
      ],
    ],
    [
      'a link that changes leads elsewhere from then on',
      [
        { name: 'a', type: '5' },
        { name: 'b', type: '5' },
        { name: 'l', type: '2', target: 'a' },
        { name: 'l/1' },
        { name: 'l', type: '2', target: 'b' },
        { name: 'l/2' },
      ],
      [
        'd 755 0:0 a',
        'f 644 0:0 0 a/1',
        'd 755 0:0 b',
        'f 644 0:0 0 b/2',
        'l 777 0:0 l -> b',
      ],
    ],
    [
      'a hard link through a link, and to a link',
      [
        inside,
        { name: 'in/f', body: 'x' },
        { name: 'l', type: '2', target: '/in' },
        { name: 'h', type: '1', target: 'l/f' },
        { name: 'm', type: '1', target: 'l' },
      ],
      [
        'f 644 0:0 1 h nlink=2 is=h',
        'd 755 0:0 in',
        'f 644 0:0 1 in/f nlink=2 is=h',
        'l 777 0:0 l -> /in nlink=2 is=l',
        'l 777 0:0 m -> /in nlink=2 is=l',
      ],
    ],
  ]
  test.each(table)('%s', async (_, entries, expected) => {
    expect(await tree(entries)).toEqual(expected)
  })
})

describe('whiteouts', () => {
  const opaque = 'trusted.overlay.opaque=79'
  const table: [string, readonly ArchiveEntry[], readonly string[]][] = [
    [
      'hide a name',
      [{ name: 'etc/.wh.motd' }],
      ['d 755 0:0 etc', 'c 0 0:0 etc/motd rdev=0'],
    ],
    [
      'hide everything below a folder',
      [{ name: 'etc', type: '5' }, { name: 'etc/.wh..wh..opq' }],
      [`d 755 0:0 etc ${opaque}`],
    ],
    [
      'say nothing of this layer’s own file',
      [{ name: 'a', body: 'x' }, { name: '.wh.a' }],
      ['f 644 0:0 1 a'],
    ],
    [
      'make way for a file of that name',
      [{ name: '.wh.a' }, { name: 'a', body: 'x' }],
      ['f 644 0:0 1 a'],
    ],
    [
      'leave a folder of that name, with nothing from below in it',
      [
        { name: '.wh.a' },
        { name: 'a', type: '5' },
        { name: 'b', type: '5' },
        { name: '.wh.b' },
        { name: '.wh.c' },
        { name: 'c/x' },
      ],
      [
        `d 755 0:0 a ${opaque}`,
        `d 755 0:0 b ${opaque}`,
        `d 755 0:0 c ${opaque}`,
        'f 644 0:0 0 c/x',
      ],
    ],
    [
      'have no content, whatever the archive gives them',
      [
        { name: '.wh.a', body: 'x'.repeat(1000) },
        { name: 'b', body: 'y' },
      ],
      ['c 0 0:0 a rdev=0', 'f 644 0:0 1 b'],
    ],
    [
      'T11 are no folders: such a name is a plain one',
      [{ name: '.wh.etc/somefile' }, { name: '.wh.d', type: '5' }],
      [
        'd 755 0:0 .wh.d',
        'd 755 0:0 .wh.etc',
        'f 644 0:0 0 .wh.etc/somefile',
      ],
    ],
    [
      'T10 through a link stay in the layer',
      [
        { name: 'l', type: '2', target: '/../victim' },
        { name: 'l/.wh.file' },
        { name: 'l/.wh..wh..opq' },
      ],
      [
        'l 777 0:0 l -> /../victim',
        `d 755 0:0 victim ${opaque}`,
        'c 0 0:0 victim/file rdev=0',
      ],
    ],
  ]
  test.each(table)('%s', async (_, entries, expected) => {
    expect(await tree(entries)).toEqual(expected)
  })

  test('T10 of everything mark the root', async () => {
    await sandbox.unpack(archive({ name: '.wh..wh..opq' }, { name: 'x' }))
    expect(treeOf(sandbox.into, ['times'])[0]).toBe(`d 755 0:0 . ${opaque}`)
  })
})

test('neither the umask nor a set-gid folder above changes what is made', async () => {
  const umask = process.umask(0o777)
  try {
    chownSync(sandbox.into, 5, 6)
    chmodSync(sandbox.into, 0o2700)
    const entries = [{ name: 'f' }, { name: 'd/f' }]
    await sandbox.unpack(archive(...entries))
    expect(treeOf(sandbox.into, ['times', 'content'])).toEqual([
      'd 755 0:0 .',
      'd 755 0:0 d',
      'f 644 0:0 0 d/f',
      'f 644 0:0 0 f',
    ])
  } finally {
    process.umask(umask)
  }
})

test('a file of many chunks is what it was', async () => {
  const body = Buffer.alloc(3_000_001, 'The quick brown fox. ')
  await sandbox.unpack(archive({ name: 'f', body, mode: 0o600 }))
  expect(treeOf(sandbox.into, ['root'])).toEqual([
    `f 600 0:0 3000001 1700000000.000000000 f ${sha256(body).replace(':', '=')}`,
  ])
})
