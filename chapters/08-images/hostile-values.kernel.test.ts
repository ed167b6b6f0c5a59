// Numbers, times and owners that no file has.

import { base256, paxBody } from '../../test/support/archive-builder.ts'
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

testHostile(sandbox, { values })
