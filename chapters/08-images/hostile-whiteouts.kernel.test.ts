// Whiteouts that mean nothing, and whiteouts that are faked.

import {
  anywhere,
  type Case,
  entries,
  file,
  folder,
  hard,
  link,
  pax,
  testHostile,
} from '../../test/support/hostile-layers.ts'
import { layerSandbox } from '../../test/support/layer-sandbox.ts'

const sandbox = layerSandbox()
const { victim } = sandbox

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

testHostile(sandbox, { whiteouts })
