// A plan that is damaged is refused with one sentence, and nothing of it is
// played: its first call would print.

import { spawnSync } from 'node:child_process'

import { describe, expect, test } from 'vitest'

import {
  type Answer,
  askShim,
  corrected,
  header,
} from '../../test/support/plan-bytes.ts'
import { sanitizedShim } from '../../test/support/played.ts'
import { architecture } from '../01-syscalls/perform.ts'
import {
  flags,
  inside,
  lengthOf,
  output,
  result,
  text,
} from '../01-syscalls/syscall.ts'

import { encode } from './encode.ts'
import type { Plan } from './plan.ts'
import { shimPath } from './plan-file.ts'
import { clone, waitFor } from './run-process.ts'

// a bit of everything: patches of each kind, a child, an ignored errno
const plan: Plan = {
  main: [
    { name: 'write', args: [1, 'played\n', lengthOf(1)] },
    { name: 'getpid', args: [], result: 'pid' },
    { name: 'pipe2', args: [output('pipe', 8), flags('O_CLOEXEC')] },
    {
      name: 'write',
      args: [inside('pipe', 4), text`${result('pid')}!`, lengthOf(1)],
    },
    ...clone({ child: [{ name: 'getpid', args: [], ignore: ['EIO'] }] }),
    ...waitFor(),
  ],
  after: [{ name: 'getpid', args: [] }],
}
const arch = architecture()
const whole = encode(plan, { arch, keep: [], locks: [9] })
const size = whole.readUInt32LE(header.size)
const sentence = /^shim: [a-z][^\n]*[a-z]\n$/
const refused = {
  status: 125,
  stdout: '',
  stderr: expect.stringMatching(sentence),
}

const shims = [
  ['the shim', shimPath()],
  ['the shim with sanitizers', sanitizedShim()],
] as const

describe.each(shims)('%s', (_, program) => {
  const copy = () => Buffer.from(whole)
  const check = (bytes: Uint8Array) => askShim(program, bytes)

  test('takes the whole plan', () => {
    expect(check(whole)).toMatchObject({
      status: 0,
      stdout: '',
      stderr: '',
    })
    expect(askShim(program, whole, 'play')).toMatchObject({
      status: 0,
      stdout: 'played\n',
    })
  })

  test('does not look at what stands behind the plan', () => {
    const other = Buffer.concat([whole.subarray(0, size), Buffer.from('?')])
    expect(check(other).status).toBe(0)
  })

  const word = (at: number, value: number) => {
    const bytes = copy()
    bytes.writeUInt32LE(value, at)
    return corrected(bytes)
  }
  const wordAt = (at: number) => whole.readUInt32LE(at)

  test.each<[string, () => Uint8Array, RegExp]>([
    ['an empty file', () => Buffer.alloc(0), /there is no plan/],
    ['a few bytes', () => copy().subarray(0, 63), /there is no plan/],
    [
      'more than 16 MiB',
      () => Buffer.concat([whole, Buffer.alloc(16 << 20)]),
      /too large/,
    ],
    [
      'another magic',
      () => word(header.magic, 1),
      /no plan of this version/,
    ],
    ['another version', () => word(header.version, 2), /of this version/],
    [
      'another machine',
      () => encode(plan, { arch: arch === 'x64' ? 'arm64' : 'x64' }),
      /another architecture/,
    ],
    ['a wrong checksum', () => spoiled(copy(), size - 1), /checksum/],
    ['a size of no bytes', () => word(header.size, 0), /ends too early/],
    [
      'a size beyond its end',
      () => word(header.size, whole.length + 8),
      /ends too early/,
    ],
    ['no lists', () => word(header.listCount, 2), /too large/],
    ['1025 lists', () => word(header.listCount, 1025), /too large/],
    ['65537 calls', () => word(header.callCount, 65537), /too large/],
    ['65 kept descriptors', () => word(header.keptCount, 65), /too large/],
    ['a list table outside', () => word(header.lists, size), /outside/],
    ['a call table outside', () => word(header.calls, size - 4), /outside/],
    [
      'a call table in the header',
      () => word(header.calls, 32),
      /outside|damaged/,
    ],
    ['odd patches', () => word(header.patches, 65), /outside/],
    [
      'patches without end',
      () => word(header.patchCount, 2 ** 30),
      /outside/,
    ],
    [
      'calls in the memory, where a call could write',
      () => word(header.calls, wordAt(header.memory)),
      /outside/,
    ],
    ['memory outside', () => word(header.memory, size + 8), /outside/],
    ['too much memory', () => word(header.memorySize, 2 ** 31), /outside/],
    ['a trace outside', () => word(header.trace, size), /outside/],
    ['too little memory', () => word(header.memorySize, 8), /outside/],
    [
      'a list that ends behind the calls',
      () => word(wordAt(header.lists) + 4, 1000),
      /a list without its calls/,
    ],
    [
      'a call with slots outside',
      () => word(wordAt(header.calls) + 4, wordAt(header.memorySize) - 40),
      /a call lies outside/,
    ],
    [
      'a call with patches outside',
      () => word(wordAt(header.calls) + 12, 10_000),
      /without its patches/,
    ],
    [
      'a call with a result outside',
      () => word(wordAt(header.calls) + 24, wordAt(header.memorySize)),
      /a call lies outside/,
    ],
    [
      'a call that is its own child',
      () => word(wordAt(header.calls) + 28, 0),
      /a child without a list/,
    ],
    [
      'a patch of no kind',
      () => word(wordAt(header.patches), 7),
      /a patch lies outside/,
    ],
    [
      'a patch outside',
      () => word(wordAt(header.patches) + 4, 2 ** 31),
      /a patch lies outside/,
    ],
  ])('refuses %s', (_title, bytes, why) => {
    for (const mode of ['check', 'play'] as const) {
      const answer = askShim(program, bytes(), mode)
      expect(answer).toMatchObject(refused)
      expect(answer.stderr).toMatch(why)
    }
  })

  test('refuses what is no file', () => {
    for (const words of [
      [],
      ['x'],
      ['-1'],
      ['77'],
      ['--check'],
      ['3', 'x'],
    ]) {
      const answer = askShimWith(program, words)
      expect(answer.status).toBe(125)
      expect(answer.stderr).toMatch(sentence)
    }
  })
})

describe('of a small plan', () => {
  const [print] = plan.main
  const small = encode({ main: print ? [print] : [], after: [] }, { arch })
  const length = small.readUInt32LE(header.size)
  const places = Array.from({ length }, (_, at) => at)
  const play = (bytes: Uint8Array) => askShim(shimPath(), bytes, 'play')

  test('each byte that is wrong is noticed', { timeout: 60_000 }, () => {
    expect(play(small)).toMatchObject({ status: 0, stdout: 'played\n' })
    for (const at of places)
      expect([at, play(spoiled(Buffer.from(small), at))]).toMatchObject([
        at,
        refused,
      ])
  })

  test('each length that is too short is noticed', {
    timeout: 60_000,
  }, () => {
    for (const at of places)
      expect([at, play(small.subarray(0, at))]).toMatchObject([at, refused])
  })
})

test('what was changed on purpose is taken or refused, and never crashes', {
  timeout: 60_000,
}, () => {
  const program = sanitizedShim()
  const random = randomNumbers(1)
  const statuses = new Set<number | null>()
  for (let round = 0; round < 400; round++) {
    const bytes = Buffer.from(whole)
    const changes = 1 + (random() % 3)
    for (let i = 0; i < changes; i++) {
      const at =
        header.lists + (random() % ((size - header.lists) >> 2)) * 4
      bytes.writeUInt32LE(oddNumbers(random), at)
    }
    const answer = askShim(program, corrected(bytes))
    expect([round, answer.stderr]).toEqual([
      round,
      answer.status === 0 ? '' : expect.stringMatching(sentence),
    ])
    statuses.add(answer.status)
  }
  expect([...statuses].sort()).toEqual([0, 125])
})

function spoiled(bytes: Buffer, at: number): Buffer {
  bytes[at] = (bytes[at] ?? 0) ^ 0x40
  return bytes
}

function askShimWith(program: string, words: readonly string[]): Answer {
  return spawnSync(program, words, { encoding: 'utf8' })
}

/** What trips up a check: bounds, signs, and nothing in particular. */
function oddNumbers(random: () => number): number {
  const odd = [
    0,
    1,
    7,
    8,
    size,
    size - 1,
    2 ** 31,
    2 ** 32 - 1,
    2 ** 32 - 8,
  ]
  return random() % 2 ? (odd[random() % odd.length] ?? 0) : random()
}

/** xorshift: the same numbers in each run. */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}
