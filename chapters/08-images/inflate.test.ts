import { constants, gzipSync, zstdCompressSync } from 'node:zlib'

import { describe, expect, test } from 'vitest'

import { inChunks } from '../../test/support/layer-sandbox.ts'

import { compressionOf, inflate } from './inflate.ts'

const limits = { bytes: 2 ** 32, ratio: 1000 }
const plain = Buffer.alloc(700_000)
for (let i = 0; i < plain.length; i++) plain[i] = (i * i) >> 7
const gz = gzipSync(plain)
const zst = zstdCompressSync(plain)
const checked = zstdCompressSync(plain, {
  params: { [constants.ZSTD_c_checksumFlag]: 1 },
})
const other = Buffer.from('and more')
const twice = Buffer.concat([plain, other])
const skippable = (bytes: number) => {
  const frame = Buffer.alloc(8 + bytes, 0x28)
  frame.writeUInt32LE(0x184d2a53, 0)
  frame.writeUInt32LE(bytes, 4)
  return frame
}

async function all(
  blob: Buffer,
  chunkBytes = 65_536,
  most = limits,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of inflate(inChunks(blob, chunkBytes), most))
    chunks.push(chunk)
  return Buffer.concat(chunks)
}

describe('a blob becomes its archive', () => {
  const table: [string, Buffer, Buffer][] = [
    ['that is not compressed', plain, plain],
    ['of nothing', Buffer.alloc(0), Buffer.alloc(0)],
    ['of one byte', Buffer.from('x'), Buffer.from('x')],
    ['gzip', gz, plain],
    [
      'T20 gzip of two members',
      Buffer.concat([gz, gzipSync(other)]),
      twice,
    ],
    ['gzip of nothing', gzipSync(''), Buffer.alloc(0)],
    ['zstd', zst, plain],
    ['zstd with checksums', checked, plain],
    ['zstd of nothing', zstdCompressSync(''), Buffer.alloc(0)],
    [
      'T20 zstd of several frames',
      Buffer.concat([zst, zstdCompressSync(other)]),
      twice,
    ],
    [
      'T20 zstd with frames to skip, before, between and behind',
      Buffer.concat([
        skippable(5),
        skippable(0),
        zst,
        skippable(7000),
        zstdCompressSync(other),
        skippable(1),
      ]),
      twice,
    ],
    ['zstd frames to skip alone', skippable(20), Buffer.alloc(0)],
  ]
  const sizes = [65_536, 1, 7, 4099]
  test.each(table)(
    '%s, in chunks of any size',
    async (_, blob, expected) => {
      for (const size of sizes) {
        if (size < 100 && blob.length > 20_000) continue // takes seconds
        expect((await all(blob, size)).equals(expected)).toBe(true)
      }
    },
  )

  test('zstd of thousands of frames', async () => {
    const frames = Array.from({ length: 3000 }, (_, i) =>
      zstdCompressSync(Buffer.from(`frame ${i}\n`)),
    )
    const text = (await all(Buffer.concat(frames))).toString()
    expect(text.split('\n')).toHaveLength(3001)
    expect(text).toMatch(/^frame 0\n[\d\D]*frame 2999\n$/)
  })
})

describe('T20 a blob that is damaged is refused', () => {
  const flipped = (blob: Buffer, at: number) => {
    const copy = Buffer.from(blob)
    const index = (at + copy.length) % copy.length
    copy[index] = (copy[index] ?? 0) ^ 0x55
    return copy
  }
  const behind = (blob: Buffer, text: string) =>
    Buffer.concat([blob, Buffer.from(text, 'latin1')])
  const table: [string, Buffer, RegExp][] = [
    ['gzip cut off', gz.subarray(0, -1000), /unexpected end/],
    ['gzip cut off in its trailer', gz.subarray(0, -3), /unexpected end/],
    ['gzip cut off in its header', gz.subarray(0, 5), /unexpected end/],
    ['gzip with a wrong CRC', flipped(gz, -8), /incorrect data check/],
    ['gzip with a wrong length', flipped(gz, -2), /incorrect length/],
    ['gzip with a wrong byte', flipped(gz, 2000), /inflate/],
    ['gzip with rubbish behind', behind(gz, 'rubbish'), /incorrect header/],
    ['gzip with zeros behind', behind(gz, '\0\0\0'), /rubbish behind/],
    [
      'gzip and half a member',
      behind(gz, '\x1f\x8b\x08'),
      /unexpected end/,
    ],
    ['zstd cut off', zst.subarray(0, -10), /too early/],
    ['zstd cut off at its checksum', checked.subarray(0, -1), /too early/],
    ['zstd cut off in its header', zst.subarray(0, 5), /too early/],
    ['zstd with a wrong checksum', flipped(checked, -2), /inflate/],
    ['zstd with rubbish behind', behind(zst, 'rubbish'), /rubbish between/],
    ['zstd with one byte behind', behind(zst, '\0'), /too early/],
    [
      'zstd and gzip behind it',
      Buffer.concat([zst, gz]),
      /rubbish between/,
    ],
    [
      'gzip and zstd behind it',
      Buffer.concat([gz, zst]),
      /incorrect header/,
    ],
    [
      'a frame to skip, cut off',
      skippable(50).subarray(0, 30),
      /too early/,
    ],
    [
      'xz',
      Buffer.from('fd377a585a000004e6d6b446', 'hex'),
      /compressed by xz/,
    ],
    ['bzip2', Buffer.from('BZh91AY&SY....'), /compressed by bzip2/],
  ]
  test.each(table)('%s', async (_, blob, message) => {
    for (const size of [65_536, 501]) {
      const error = await all(blob, size).catch((e: unknown) => e)
      expect(error).toMatchObject({
        code: 'refused',
        message: expect.stringMatching(message),
      })
    }
  })
})

describe('T21 a bomb is refused while it goes off', () => {
  const zeros = Buffer.alloc(200 * 2 ** 20)
  const bombs: [string, Buffer][] = [
    ['gzip', gzipSync(zeros)],
    ['zstd', zstdCompressSync(zeros)],
  ]
  test.each(bombs)('%s, by its ratio', async (_, blob) => {
    let bytes = 0
    const reading = async () => {
      for await (const chunk of inflate(inChunks(blob, 65_536), limits))
        bytes += chunk.length
    }
    await expect(reading()).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/1000 times its size/),
    })
    expect(bytes).toBeLessThan(80 * 2 ** 20)
  })

  test.each([
    ['gzip', gz],
    ['nothing', plain],
  ])('by its bytes: %s', async (_, blob) => {
    const most = { bytes: 1000, ratio: 1000 }
    await expect(all(blob, 4096, most)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/more than 1000 bytes/),
    })
  })

  test('a small layer may be nothing but zeros', async () => {
    const blob = gzipSync(zeros.subarray(0, 60 * 2 ** 20))
    expect(await all(blob)).toHaveLength(60 * 2 ** 20)
  })

  test('a large one may have many of them, if it has something else', async () => {
    const blob = Buffer.concat([
      gz,
      gzipSync(zeros.subarray(0, 90 * 2 ** 20)),
    ])
    expect(await all(blob)).toHaveLength(plain.length + 90 * 2 ** 20)
  })
})

test('an error of the network stays what it is', async () => {
  const broken = new Error('broken')
  async function* source() {
    yield gz.subarray(0, 5000)
    throw broken
  }
  const reading = async () => {
    for await (const chunk of inflate(source(), limits)) chunk.fill(0)
  }
  await expect(reading()).rejects.toBe(broken)
})

describe('a reader that goes away', () => {
  const table: [string, Buffer][] = [
    ['no compression', plain],
    ['gzip', gz],
    ['zstd', zst],
  ]
  test.each(table)('ends the source: %s', async (_, blob) => {
    let ended: () => void = () => {}
    const end = new Promise<void>((resolve) => {
      ended = resolve
    })
    async function* source() {
      try {
        for (;;) yield* inChunks(blob, 1000)
      } finally {
        ended()
      }
    }
    for await (const chunk of inflate(source(), limits))
      if (chunk.length > 0) break
    await expect(end).resolves.toBeUndefined()
  })

  test.each(table)(
    'waits for no network that stalls: %s',
    async (_, blob) => {
      async function* source() {
        yield blob
        await new Promise<never>(() => {})
      }
      let chunks = 0
      for await (const chunk of inflate(source(), limits)) {
        if (chunk.length > 0) chunks++
        break
      }
      expect(chunks).toBe(1)
    },
  )
})

test('what a blob is, its first bytes say', () => {
  expect(compressionOf(gz)).toBe('gzip')
  expect(compressionOf(zst)).toBe('zstd')
  expect(compressionOf(Buffer.from('BZh9 is a name'))).toBe('none')
})
