// A blob becomes an archive: gzip, zstd, or neither, found by its first bytes.
//
// Media types are the registry's word; the bytes decide. A stranger can also
// send two megabytes that become two gigabytes, so there is a limit to how much
// comes out, and to how much comes out of one byte.
//
// RFC 1952 (gzip: any number of members), RFC 8878 (zstd: any number of frames)

import { pipeline } from 'node:stream/promises'
import { createGunzip, createZstdDecompress } from 'node:zlib'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { ZstdFrames } from './zstd-frames.ts'

export type Compression = 'gzip' | 'zstd' | 'none'

/** How much may come out. */
export interface InflateLimits {
  readonly bytes: number
  /** Bytes out for one byte in, where more than `freeBytes` come out. */
  readonly ratio: number
}

const chunkBytes = 256 * 1024
const freeBytes = 64 * 1024 * 1024
const sniffBytes = 10

/** The archive in a blob, in chunks. Reads ahead while a chunk is used. */
export async function* inflate(
  blob: AsyncIterable<Buffer>,
  limits: InflateLimits,
): AsyncGenerator<Buffer> {
  const counts = { in: 0, out: 0 }
  const source = counted(blob, counts)
  try {
    const head = await firstBytes(source)
    const decode = decoders[compressionOf(head)]
    const { plain, used } = decode(chained(head, source))
    for await (const chunk of plain) {
      counts.out += chunk.length
      checkLimits({ in: used(), out: counts.out }, limits)
      yield chunk
    }
    // zeros behind gzip's last member would pass in silence
    if (used() !== counts.in)
      throw new RockerError('refused', 'rubbish behind the compressed data')
  } finally {
    // not awaited: a network that stalls must not hold back the error
    source.return(undefined).catch(() => {})
  }
}

/** `1f 8b` is gzip; xz and bzip2 are known, and refused by name. */
export function compressionOf(head: Buffer): Compression {
  const starts = (...bytes: number[]) =>
    head.subarray(0, bytes.length).equals(Buffer.from(bytes))
  if (starts(0x1f, 0x8b)) return 'gzip'
  if (starts(0x28, 0xb5, 0x2f, 0xfd)) return 'zstd'
  const isSkippable = ((head[0] ?? 0) & 0xf0) === 0x50
  if (isSkippable && head.subarray(1, 4).equals(skippable)) return 'zstd'
  const refused = starts(0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00)
    ? 'xz'
    : /^BZh[1-9]1AY&SY/.test(head.toString('latin1'))
      ? 'bzip2'
      : undefined
  if (refused)
    throw new RockerError(
      'refused',
      `the layer is compressed by ${refused}, which no image may be`,
      { hint: 'gzip and zstd are what the image specifications know' },
    )
  return 'none'
}

const skippable = Buffer.from([0x2a, 0x4d, 0x18])

/** What comes out, and how many bytes went in for it so far. */
interface Decoding {
  readonly plain: AsyncIterable<Buffer>
  used(): number
}

const decoders: Readonly<
  Record<Compression, (blob: AsyncIterable<Buffer>) => Decoding>
> = { none: asItIs, gzip: gunzip, zstd: unzstd }

function asItIs(blob: AsyncIterable<Buffer>): Decoding {
  const counts = { in: 0 }
  return { plain: counted(blob, counts), used: () => counts.in }
}

function gunzip(blob: AsyncIterable<Buffer>): Decoding {
  const decoder = createGunzip({ chunkSize: chunkBytes })
  return {
    plain: through(decoder, blob),
    used: () => decoder.bytesWritten,
  }
}

function unzstd(blob: AsyncIterable<Buffer>): Decoding {
  const frames = new ZstdFrames()
  const decoder = createZstdDecompress({ chunkSize: chunkBytes })
  async function* pieces() {
    for await (const chunk of blob) yield* frames.cut(chunk)
    if (!frames.isBetween)
      throw new RockerError('refused', 'the zstd data ends too early')
  }
  return {
    plain: through(decoder, pieces()),
    used: () => decoder.bytesWritten,
  }
}

/** Runs bytes through a decoder of zlib, which works in a thread of its own. */
async function* through(
  decoder: NodeJS.ReadWriteStream & AsyncIterable<Buffer>,
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  const fed = pipeline(source, decoder)
  fed.catch(() => {}) // the reader below gets the same error
  try {
    yield* decoder
  } catch (error) {
    if (!isFromZlib(error)) throw error
    throw new RockerError('refused', `inflate: ${error.message}`, {
      cause: error,
    })
  }
}

// Z_DATA_ERROR, ZSTD_error_checksum_wrong
function isFromZlib(error: unknown): error is Error {
  return (
    error instanceof Error &&
    'code' in error &&
    /^Z(STD)?_/.test(String(error.code))
  )
}

function checkLimits(
  counts: { in: number; out: number },
  limits: InflateLimits,
): void {
  if (counts.out > limits.bytes)
    throw new RockerError(
      'refused',
      `the layer inflates to more than ${limits.bytes} bytes`,
    )
  if (counts.out > Math.max(freeBytes, limits.ratio * counts.in))
    throw new RockerError(
      'refused',
      `the layer inflates to more than ${limits.ratio} times its size`,
    )
}

async function* counted(
  blob: AsyncIterable<Buffer>,
  counts: { in: number },
): AsyncGenerator<Buffer> {
  for await (const chunk of blob) {
    counts.in += chunk.length
    yield chunk
  }
}

/** Enough of the blob to know what it is; fewer where there are no more. */
async function firstBytes(blob: AsyncGenerator<Buffer>): Promise<Buffer> {
  let head: Buffer = Buffer.alloc(0)
  while (head.length < sniffBytes) {
    const { done, value } = await blob.next()
    if (done) break
    head = Buffer.concat([head, value])
  }
  return head
}

async function* chained(
  head: Buffer,
  rest: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head
  yield* rest
}
