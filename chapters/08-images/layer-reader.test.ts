import { describe, expect, test } from 'vitest'

import {
  archive,
  base256,
  entryBytes,
} from '../../test/support/archive-builder.ts'

import { LayerReader } from './layer-reader.ts'
import { number, parseHeader } from './tar-header.ts'

/** What a sink is told, as text; bodies are joined. */
function told(bytes: Buffer, chunkBytes: number): string[] {
  const lines: string[] = []
  let body: string[] = []
  const reader = new LayerReader({
    entry: ({ type, name, size }) => lines.push(`${type} ${name} ${size}`),
    data: (chunk, position) => {
      const last = body.at(-1)
      const end = last ? Number(last.split(':')[0]) + last.length - 2 : -1
      if (last && end === position) body.push(`${body.pop()}${chunk}`)
      else body.push(`${position}:${chunk}`)
    },
    complete: () => {
      lines.push(...body)
      body = []
    },
  })
  for (let at = 0; at < bytes.length; at += chunkBytes)
    reader.push(bytes.subarray(at, at + chunkBytes))
  reader.end()
  return lines
}

describe('the same entries come of an archive', () => {
  const long = 'n'.repeat(150)
  const bytes = archive(
    { name: 'a', body: 'hello' },
    { name: 'd', type: '5' },
    { name: 'x', pax: [['path', long]], body: 'y'.repeat(600) },
    { name: '././@LongLink', type: 'L', body: `${long}\0` },
    { name: 'cut' },
    {
      name: 'hole',
      body: 'abc',
      pax: [
        ['GNU.sparse.map', '0,1,9,2'],
        ['GNU.sparse.size', '20'],
      ],
    },
    { name: 'empty' },
  )
  test.each([1 << 20, 512, 1024, 511, 513, 100, 7, 1])(
    'in chunks of %d bytes',
    (chunkBytes) => {
      expect(told(bytes, chunkBytes)).toEqual([
        'file a 5',
        '0:hello',
        'folder d 0',
        `file ${long} 600`,
        `0:${'y'.repeat(600)}`,
        `file ${long} 0`,
        'file hole 20',
        '0:a',
        '9:bc',
        'file empty 0',
      ])
    },
  )
})

test('bodies are handed on where they lie', () => {
  const bytes = archive({ name: 'a', body: 'hello' })
  const reader = new LayerReader({
    entry: () => {},
    data: (chunk) => expect(chunk.buffer).toBe(bytes.buffer),
    complete: () => {},
  })
  reader.push(bytes)
  expect.assertions(1)
})

describe('a number in a header', () => {
  test.each([
    ['0000644\0', 0o644],
    ['   644 \0', 0o644],
    ['       \0', 0],
    ['77777777', 0o77777777],
    [base256(0, 8), 0],
    [base256(2 ** 40, 12), 2 ** 40],
    [base256(-2, 12), -2],
  ])('%j is %d', (field, expected) => {
    const bytes = Buffer.from(field)
    expect(number(bytes, 0, bytes.length)).toBe(expected)
  })

  test.each(['00x', '1 2', '8', '0.5', '+1'])('%j is none', (field) => {
    const bytes = Buffer.from(field)
    expect(() => number(bytes, 0, bytes.length)).toThrow(/not one/)
  })
})

test('a prefix is part of the name in ustar, and not in GNU’s format', () => {
  const name = (magic: string, more = '') =>
    parseHeader(
      entryBytes({
        name: 'b',
        prefix: 'a',
        magic,
        patch: (block) => block.write(more, 508),
      }),
    )?.name
  expect(name('ustar\x0000')).toBe('a/b')
  expect(name('ustar\x0000', 'tar\0')).toBe('a/b')
  expect(name('ustar  \0')).toBe('b')
  expect(name('')).toBe('b')
})
