// Where fields lie: as the C compiler of this machine puts them.

import { describe, expect, test } from 'vitest'

import { structLayout } from './struct-layout.ts'
import { type Field, struct, type Width } from './syscall.ts'

const fieldsOf = (...widths: readonly Width[]): readonly Field[] =>
  widths.map((width, i) => ({ name: `${i}`, width, value: 0 }))

describe('the fields of a structure', () => {
  test.each<[string, Width[], number[], number]>([
    ['one', [4], [0], 4],
    ['of one width follow each other', [8, 8, 8], [0, 8, 16], 24],
    ['begin at a multiple of their width', [1, 8, 4], [0, 8, 16], 24],
    ['fill what is free', [4, 1, 1, 2, 8], [0, 4, 5, 6, 8], 16],
    ['leave room behind the last one', [8, 1], [0, 8], 16],
    ['are no wider for nothing', [2, 1], [0, 2], 4],
    ['none', [], [], 0],
  ])('%s', (_, widths, offsets, length) => {
    expect(structLayout(fieldsOf(...widths))).toEqual({ offsets, length })
  })

  test('that are bytes begin anywhere', () => {
    const { fields } = struct({
      short: [2, 0],
      name: ['inline', Buffer.alloc(3)],
      last: [1, 0],
    })
    const layout = { offsets: [0, 2, 5], length: 6 }
    expect(structLayout(fields)).toEqual(layout)
  })
})
