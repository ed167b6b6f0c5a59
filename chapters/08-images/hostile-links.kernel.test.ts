// Links that lead out, and who follows them.

import { join } from 'node:path'

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
const hostname = join(sandbox.folder, 'hostname')
const up = '../'.repeat(20)

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

testHostile(sandbox, { links, 'hard links': hardLinks })
