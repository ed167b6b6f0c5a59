// A layer arrives: one pass over its bytes, from the network to files.
//
//   chunks ─▶ sha256 of the blob ─▶ inflate ─▶ sha256 of the archive ─▶ files
//          └▶ the blob's own file
//
// Nothing is kept in memory but a few chunks: who reads slower holds back who
// writes faster. What does not match what the manifest promised is refused,
// and the caller removes the folder.

import { createHash } from 'node:crypto'
import { statfsSync, writeSync } from 'node:fs'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import {
  algorithmOf,
  type Digest,
  Verifier,
} from '../07-registry/digest.ts'

import { inflate } from './inflate.ts'
import { LayerReader } from './layer-reader.ts'
import { pathBytes } from './raw-path.ts'
import { LayerWriter } from './unpack.ts'
import type { UnpackLimits } from './unpack-budget.ts'

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
  /** Of the blob as it comes. */
  readonly digest: Digest
  /** Bytes of the blob as it comes. */
  readonly size: number
  /** Of the archive in it. */
  readonly diffId: Digest
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
  readonly diffId: Digest
  /** Bytes of its files. */
  readonly size: number
  /**
   * Folders that the archive uses without an entry for them, relative to the
   * layer (empty: its root), parents first: settle() gives them their owner,
   * mode and times once the layers below are there.
   */
  readonly implied: readonly Buffer[]
  /** Folders with whiteouts: settle() removes those that hide nothing. */
  readonly hiding: readonly Buffer[]
}

const mostBytes = 20 * 2 ** 30
const mostRatio = 1000

// #region unpack-layer
/**
 * Reads a layer's blob to its end, checks size, digest and diff id, and
 * makes its files in `into`. Refuses with a RockerError of code `refused`;
 * whatever went wrong, the caller removes `into`.
 */
export async function unpackLayer(
  chunks: AsyncIterable<Uint8Array>,
  order: LayerOrder,
): Promise<UnpackedLayer> {
  const limits = limitsOf(order)
  const receipt = { isOver: false, isWhole: false }
  const archive = createHash(algorithmOf(order.diffId))
  using writer = new LayerWriter(order.into, limits)
  const reader = new LayerReader(writer)
  try {
    const blob = receive(chunks, order, receipt)
    for await (const chunk of inflate(blob, limits)) {
      order.signal?.throwIfAborted()
      archive.update(chunk)
      reader.push(chunk)
    }
    reader.end()
    if (!receipt.isWhole)
      throw new RockerError('refused', 'its data ends before it does')
    if (!order.diffId.endsWith(`:${archive.digest('hex')}`))
      throw new RockerError('refused', `it is not ${order.diffId} inside`)
    const { size, implied, hiding } = writer.finish()
    return {
      diffId: order.diffId,
      size,
      implied: implied.map(pathBytes),
      hiding: hiding.map(pathBytes),
    }
  } catch (error) {
    throw layerError(order.digest, error)
  } finally {
    receipt.isOver = true
  }
}

/** The blob as it comes, checked against what the manifest says. */
async function* receive(
  chunks: AsyncIterable<Uint8Array>,
  order: LayerOrder,
  receipt: { isOver: boolean; isWhole: boolean },
): AsyncGenerator<Buffer> {
  const verifier = new Verifier(order)
  for await (const { buffer, byteOffset, byteLength } of chunks) {
    const chunk = Buffer.from(buffer, byteOffset, byteLength)
    if (receipt.isOver) return // the descriptor may be another's by now
    verifier.update(chunk)
    if (order.alsoWrite !== undefined) writeAll(order.alsoWrite, chunk)
    order.onBytes?.(verifier.count)
    yield chunk
  }
  verifier.end()
  receipt.isWhole = true
}
// #endregion unpack-layer

function limitsOf({ into, limits }: LayerOrder): UnpackLimits & {
  ratio: number
} {
  const free = statfsSync(into)
  return {
    bytes: Math.min(
      limits?.bytes ?? mostBytes,
      Math.floor(free.bavail * free.bsize * 0.9),
    ),
    ratio: limits?.ratio ?? mostRatio,
    // some filesystems have no fixed number of inodes, and say 0
    entries: Math.min(
      limits?.entries ?? Number.POSITIVE_INFINITY,
      free.files === 0
        ? Number.POSITIVE_INFINITY
        : Math.floor(free.ffree * 0.9),
    ),
  }
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
