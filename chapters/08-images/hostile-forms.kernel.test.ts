// What looks like an archive, and archives that never end.

import {
  type ArchiveEntry,
  archive,
  base256,
  entryBytes,
  header,
  openArchive,
  paxBody,
} from '../../test/support/archive-builder.ts'
import {
  anywhere,
  type Case,
  deep,
  entries,
  file,
  folder,
  link,
  many,
  pax,
  record,
  testHostile,
} from '../../test/support/hostile-layers.ts'
import { layerSandbox } from '../../test/support/layer-sandbox.ts'

const sandbox = layerSandbox()
const root: ArchiveEntry = { name: './', type: '5' }

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

const bombs: Case[] = [
  entries(
    'T22 10,000 empty files, in 5,000 folders',
    [
      ...many(5000, (i) => folder(`${i}`)),
      ...many(10_000, (i) => file(`${i % 5000}/${i}`)),
    ],
    anywhere,
  ),
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

testHostile(sandbox, { forms, bombs })
