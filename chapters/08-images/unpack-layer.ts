// A layer arrives: one pass over its bytes, from the network to files.
//
//   chunks ─▶ sha256 of the blob ─▶ inflate ─▶ sha256 of the archive ─▶ files
//          └▶ the blob's own file
//
// Nothing is kept in memory but a few chunks: who reads slower holds back who
// writes faster. What does not match what the manifest promised is refused,
// and the caller removes the folder.

import { RockerError } from '../01-syscalls/rocker-error.ts'

/** How much a layer may be; what is left out has a default. */
export interface LayerLimits {
  /** Bytes of the archive and of the files that it makes; default 20 GiB. */
  readonly bytes?: number
  /** Archive bytes for one compressed byte; default 1000. */
  readonly ratio?: number
  /** Files, folders and links; default: 9 of 10 free inodes. */
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
   * layer ('' is its root), parents first: settle() gives them their owner,
   * mode and times once the layers below are there.
   */
  readonly implied: readonly Buffer[]
}

/**
 * Reads a layer's blob to its end, checks size, digest and diff id, and makes
 * its files in `into`. Refuses with a RockerError of code `refused`; whatever
 * went wrong, the caller removes `into`.
 */
export async function unpackLayer(
  _chunks: AsyncIterable<Uint8Array>,
  _order: LayerOrder,
): Promise<UnpackedLayer> {
  throw new RockerError('unsupported', 'unpack a layer')
}
