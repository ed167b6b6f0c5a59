// How arguments lie in memory: byte by byte, for every kind of argument.

import { describe, expect, test } from 'vitest'

import { Memory, patchKinds } from './memory.ts'
import { placeCall } from './place-call.ts'
import {
  type Argument,
  filled,
  flags,
  inside,
  lengthOf,
  output,
  pointers,
  result,
  type Syscall,
  struct,
  text,
} from './syscall.ts'

const call = (...args: Argument[]): Syscall => ({ name: 'mount', args })

/** A memory with an earlier result `fd` at 0 and a pipe's output at 8. */
function withResults(): Memory {
  const memory = new Memory('x64')
  memory.addCell('fd', 8)
  memory.addCell('pipe', 8)
  return memory
}

interface Row {
  title: string
  args: Argument[]
  /** The slots as numbers, where they are known before the patches. */
  slots: (number | bigint)[]
  /** What lies behind the slots, as hexadecimal bytes. */
  behind: string
  /** `kind at source size`, with `at` and `source` from the first slot on. */
  patches: string[]
}

// the slots start behind the two cells: at 16, so `fd` is -16 from there
const table: Row[] = [
  {
    title: 'numbers go as they are, also negative and large ones',
    args: [1, -100, 0x200000000n, 0xffffffffffffffffn],
    slots: [1, 2n ** 64n - 100n, 0x200000000n, 2n ** 64n - 1n],
    behind: '',
    patches: [],
  },
  {
    title: 'null is a null pointer',
    args: [null, 7],
    slots: [0, 7],
    behind: '',
    patches: [],
  },
  {
    title: 'flags are joined by or',
    args: [flags('MS_REC', 'MS_PRIVATE'), flags()],
    slots: [16384 + (1 << 18), 0],
    behind: '',
    patches: [],
  },
  {
    title: 'a string becomes a pointer to its bytes and a NUL',
    args: ['/ä'],
    slots: [0],
    behind: '2f c3 a4 00',
    patches: ['pointer 0 48 8'],
  },
  {
    title: 'bytes become a pointer to them, without a NUL',
    args: [Uint8Array.of(1, 2, 0)],
    slots: [0],
    behind: '01 02 00',
    patches: ['pointer 0 48 8'],
  },
  {
    title: 'the length of a string is without its NUL',
    args: ['box', lengthOf(0)],
    slots: [0, 3],
    behind: '62 6f 78 00',
    patches: ['pointer 0 48 8'],
  },
  {
    title: 'the length of bytes may stand before them',
    args: [lengthOf(1), Uint8Array.of(9, 9)],
    slots: [2, 0],
    behind: '09 09',
    patches: ['pointer 8 48 8'],
  },
  {
    title: 'a result is copied just before the call',
    args: [result('fd'), 5],
    slots: [0, 5],
    behind: '',
    patches: ['copy 0 -16 8'],
  },
  {
    title: 'four bytes of an output fill half a slot',
    args: [inside('pipe', 4)],
    slots: [0],
    behind: '',
    patches: ['copy 0 -4 4'],
  },
  {
    title: 'an output has room that starts as -1',
    args: [output('out', 3), lengthOf(0)],
    slots: [0, 3],
    behind: 'ff ff ff',
    patches: ['pointer 0 48 8'],
  },
  {
    title:
      'a text has room for its numbers, and is put together at the call',
    args: [text`/fd/${result('fd')}!`, lengthOf(0)],
    slots: [0, 0],
    // 4 + 20 + 1 and a NUL, then the two literals with theirs
    behind: `${'00 '.repeat(26)}2f 66 64 2f 00 21 00`,
    patches: [
      'clear 48 -16 1',
      'append 48 74 4',
      'decimal 48 -16 8',
      'append 48 79 1',
      'pointer 0 48 8',
      'length 8 48 8',
    ],
  },
  {
    title: 'the fields of a struct are aligned as C does',
    args: [
      struct({
        byte: [1, 0x11],
        word: [4, 0x22],
        short: [2, 0x33],
        long: [8, 0x44],
        last: [1, 0x55],
      }),
      lengthOf(0),
    ],
    slots: [0, 32],
    behind: [
      '11 00 00 00 22 00 00 00',
      '33 00 00 00 00 00 00 00',
      '44 00 00 00 00 00 00 00',
      '55 00 00 00 00 00 00 00',
    ].join(' '),
    patches: ['pointer 0 48 8'],
  },
  {
    title: 'a struct of small fields is no larger than them',
    args: [struct({ a: [2, 1], b: [1, 2] }), lengthOf(0)],
    slots: [0, 4],
    behind: '01 00 02 00',
    patches: ['pointer 0 48 8'],
  },
  {
    title: 'inline bytes stand in the struct, unaligned',
    args: [
      struct({
        name: ['inline', Uint8Array.of(1, 2, 3)],
        flags: [2, 0xabcd],
      }),
      lengthOf(0),
    ],
    slots: [0, 6],
    behind: '01 02 03 00 cd ab',
    patches: ['pointer 0 48 8'],
  },
  {
    title: 'a field may point, measure another field, or be a result',
    args: [
      struct({
        base: [8, 'hi'],
        length: [8, lengthOf(0)],
        fd: [4, result('fd')],
      }),
    ],
    slots: [0],
    behind: [
      '00 00 00 00 00 00 00 00',
      '02 00 00 00 00 00 00 00',
      '00 00 00 00 00 00 00 00',
      '68 69 00',
    ].join(' '),
    patches: ['pointer 48 72 8', 'copy 64 -16 4', 'pointer 0 48 8'],
  },
  {
    title: 'a list of pointers ends with a null pointer',
    args: [pointers(['a', Uint8Array.of(0xff)])],
    slots: [0],
    // the bytes of a pointer are aligned, and get their NUL
    behind: `${'00 '.repeat(24)}61 00 00 00 00 00 00 00 ff 00`,
    patches: ['pointer 48 72 8', 'pointer 56 80 8', 'pointer 0 48 8'],
  },
]

describe('arguments in memory', () => {
  test.each(table)('$title', ({ args, slots: expected, ...row }) => {
    const memory = withResults()
    const slots = placeCall(memory, call(...args))
    expect(slots).toBe(16)
    const words = expected.map((_, i) =>
      memory.bytes.readBigUInt64LE(slots + i * 8),
    )
    expect(words).toEqual(expected.map(BigInt))
    expect(hex(memory.bytes.subarray(slots + 48))).toBe(row.behind)
    expect(shownPatches(memory, slots)).toEqual(row.patches)
  })

  test('an architecture has its own values', () => {
    const memory = new Memory('arm64')
    const slots = placeCall(memory, call(flags('O_DIRECTORY')))
    expect(memory.bytes.readBigUInt64LE(slots)).toBe(0o40000n)
  })

  test('memory that grows keeps what it has', () => {
    const memory = new Memory('x64')
    const first = memory.addBytes(Buffer.from('first'))
    memory.addBytes(Buffer.alloc(100_000, 1))
    expect(memory.bytes.toString('utf8', first, first + 5)).toBe('first')
  })
})

describe('results', () => {
  test('a later one hides an earlier one of its name', () => {
    const memory = withResults()
    const later = memory.addCell('fd', 8)
    const slots = placeCall(memory, call(result('fd')))
    expect(memory.patches).toEqual([patchKinds.copy, slots, later, 8])
  })

  test("a child's are not known outside", () => {
    const memory = withResults()
    const outer = memory.cell('fd')
    memory.scope(() => {
      memory.addCell('fd', 8)
      memory.addCell('own', 8)
      expect(memory.cell('own')).toBeDefined()
    })
    expect(memory.cell('own')).toBeUndefined()
    expect(memory.cell('fd')).toEqual(outer)
  })

  test('one that is bound before is there from the start', () => {
    const memory = new Memory('x64')
    memory.setCell('netns', 7)
    const { at } = memory.cell('netns') ?? { at: -1 }
    expect(memory.bytes.readBigInt64LE(at)).toBe(7n)
  })
})

test('what was filled before is pointed to again', () => {
  const memory = withResults()
  const { at } = memory.cell('pipe') ?? { at: -1 }
  const slots = placeCall(memory, call(filled('pipe'), 8))
  expect(memory.patches).toEqual([patchKinds.pointer, slots, at, 8])
})

describe('misuse throws', () => {
  test.each<[string, Argument[], RegExp]>([
    ['seven arguments', [1, 2, 3, 4, 5, 6, 7], /more than 6 arguments/],
    ['an unknown result', [result('nothing')], /no earlier result/],
    ['what nobody filled', [filled('nothing')], /no earlier result/],
    ['four bytes behind an output', [inside('pipe', 5)], /no 4 bytes at 5/],
    ['bytes before an output', [inside('pipe', -1)], /no 4 bytes at -1/],
    ['a string with a NUL in it', ['a\0b'], /NUL byte/],
    ['a text with a NUL in it', [text`a${'\0'}`], /NUL byte/],
    ['the length of a number', [1, lengthOf(0)], /without one/],
    ['the length of what is not there', [lengthOf(5)], /without one/],
    ['a number too large', [2n ** 64n], /does not fit into 8 bytes/],
    ['a number too small', [-(2n ** 63n) - 1n], /does not fit/],
    ['a field too narrow', [struct({ a: [2, 65536] })], /into 2 bytes/],
    ['a narrow pointer', [struct({ a: [4, 'x'] })], /takes 8 bytes/],
    ['a number inline', [struct({ a: ['inline', 5] })], /takes bytes/],
    ['no known kind', [{ kind: 'x' } as never], /no known kind/],
  ])('%s', (_, args, message) => {
    expect(() => placeCall(withResults(), call(...args))).toThrow(message)
  })
})

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex').replace(/..\B/g, '$& ').trim()
}

function shownPatches({ patches }: Memory, from: number): string[] {
  const names = Object.keys(patchKinds)
  return Array.from({ length: patches.length / 4 }, (_, i) => {
    const [kind = 0, at = 0, source = 0, size] = patches.slice(i * 4)
    return `${names[kind - 1]} ${at - from} ${source - from} ${size}`
  })
}
