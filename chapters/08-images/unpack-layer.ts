// A layer arrives: one pass over its bytes, from the network to files.
//
//   chunks ─▶ sha256 of the blob ─▶ inflate ─▶ sha256 of the archive ─▶ files
//          └▶ the blob's own file
//
// Nothing is kept in memory but a few chunks: who reads slower holds back who
// writes faster. What does not match what the manifest promised is refused,
// and the caller removes the folder.

import { createHash, type Hash } from 'node:crypto'
import { statfsSync, writeSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { inflate } from './inflate.ts'
import { LayerReader } from './layer-reader.ts'
import { pathBytes } from './raw-path.ts'
import { LayerWriter, type UnpackLimits } from './unpack.ts'

/** How much a layer may be; what is left out has a default. */
export interface LayerLimits {
  /** Bytes of the archive, and of its files; default 20 GiB. */
  readonly bytes?: number
  /** Archive bytes for one compressed byte; default 1000. */
  readonly ratio?: number
  /** Files, folders and links; never more than nine of ten free inodes. */
  readonly entries?: number
}

/** What the manifest and the image's config say of a layer, and where it goes. */
export interface LayerOrder {
  /** Of the blob as it comes: `sha256:…`. */
  readonly digest: string
  /** Bytes of the blob as it comes. */
  readonly size: number
  /** Of the archive in it: `sha256:…`. */
  readonly diffId: string
  /** An empty folder below one of mode 0700 that nobody else writes to. */
  readonly into: string
  readonly limits?: LayerLimits
  readonly signal?: AbortSignal
  /** Called after each chunk with the bytes of the blob so far. */
  readonly onBytes?: (bytes: number) => void
  /** A descriptor, open for writing, that gets the blob's bytes as well. */
  readonly alsoWrite?: number
}

/** A layer in its folder. */
export interface UnpackedLayer {
  readonly diffId: string
  /** Bytes of its files. */
  readonly size: number
  /**
   * Folders that the archive uses without an entry for them, relative to the
   * layer (empty: its root), parents first: settle() gives them their owner,
   * mode and times once the layers below are there.
   */
  readonly implied: readonly Buffer[]
}

const mostBytes = 20 * 2 ** 30
const mostRatio = 1000

// #region unpack-layer
/**
 * Reads a layer's blob to its end, checks size, digest and diff id, and makes
 * its files in `into`. Refuses with a RockerError of code `refused`; whatever
 * went wrong, the caller removes `into`.
 */
export async function unpackLayer(
  chunks: AsyncIterable<Uint8Array>,
  order: LayerOrder,
): Promise<UnpackedLayer> {
  const limits = limitsOf(order)
  const archive = hashOf(order.diffId)
  using writer = new LayerWriter(order.into, limits)
  const reader = new LayerReader(writer)
  try {
    const blob = receive(chunks, order)
    for await (const chunk of inflate(blob, limits)) {
      order.signal?.throwIfAborted()
      archive.update(chunk)
      reader.push(chunk)
    }
    checkDigest('archive', archive, order.diffId)
    reader.end()
    const { size, implied } = writer.finish()
    const { diffId } = order
    return { diffId, size, implied: implied.map(pathBytes) }
  } catch (error) {
    throw layerError(order.digest, error)
  }
}

/** The blob as it comes, checked against what the manifest says. */
async function* receive(
  chunks: AsyncIterable<Uint8Array>,
  order: LayerOrder,
): AsyncGenerator<Buffer> {
  const hash = hashOf(order.digest)
  let bytes = 0
  for await (const { buffer, byteOffset, byteLength } of chunks) {
    const chunk = Buffer.from(buffer, byteOffset, byteLength)
    bytes += chunk.length
    if (bytes > order.size) break
    hash.update(chunk)
    if (order.alsoWrite !== undefined) writeAll(order.alsoWrite, chunk)
    order.onBytes?.(bytes)
    yield chunk
  }
  if (bytes !== order.size)
    throw new RockerError(
      'refused',
      `${bytes > order.size ? 'more' : 'fewer'} than ${order.size} bytes`,
    )
  checkDigest('blob', hash, order.digest)
}
// #endregion unpack-layer

function limitsOf({ into, limits }: LayerOrder): UnpackLimits & {
  ratio: number
} {
  const free = statfsSync(into)
  return {
    bytes: Math.min(
      limits?.bytes ?? mostBytes,
      free.bavail * free.bsize * 0.9,
    ),
    ratio: limits?.ratio ?? mostRatio,
    // some filesystems have no fixed number of inodes, and say 0
    entries: Math.min(
      limits?.entries ?? Number.POSITIVE_INFINITY,
      free.files === 0 ? Number.POSITIVE_INFINITY : free.ffree * 0.9,
    ),
  }
}

function hashOf(digest: string): Hash {
  const [algorithm = ''] = digest.split(':')
  if (algorithm === 'sha256' || algorithm === 'sha512')
    return createHash(algorithm)
  throw new RockerError(
    'refused',
    `${JSON.stringify(digest)} is no digest that can be checked`,
  )
}

function checkDigest(what: string, hash: Hash, expected: string): void {
  const [algorithm] = expected.split(':')
  const actual = `${algorithm}:${hash.digest('hex')}`
  if (actual !== expected)
    throw new RockerError(
      'refused',
      `the ${what} is ${actual}, and not ${expected}`,
    )
}

function writeAll(fd: number, chunk: Buffer): void {
  let from = 0
  while (from < chunk.length) from += writeSync(fd, chunk, from)
}

/** `layer sha256:…: unpack etc/passwd: …` */
function layerError(digest: string, error: unknown): unknown {
  if (!(error instanceof RockerError)) return error
  return new RockerError(error.code, `layer ${digest}: ${error.message}`, {
    cause: error,
    ...(error.hint ? { hint: error.hint } : {}),
  })
}
