// Sparse files whose maps lie.

import { base256, openArchive } from '../../test/support/archive-builder.ts'
import {
  type Case,
  entries,
  pax,
  testHostile,
} from '../../test/support/hostile-layers.ts'
import { layerSandbox } from '../../test/support/layer-sandbox.ts'

const sandbox = layerSandbox()
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

testHostile(sandbox, { holes })
