// The layers of an image arrive side by side, and take their places in order.
//
//   worker 1   layer 0 ▒▒▒▒▒▒▒▒│          layer 3 ▒▒▒▒│
//   worker 2   layer 1 ▒▒▒│               waits for nobody
//   worker 3   layer 2 ▒▒▒▒▒▒▒▒▒▒▒▒▒▒│
//   places                     0 1    2   3
//
// Two locks: one for a layer's place, until it has it; one for its blob, while
// it is read. Whoever has a blob's lock waits for nothing, and whoever has a
// place's only for places further down: so nobody waits in a circle.

import { createReadStream, rmSync } from 'node:fs'

import type { Lock } from '../01-syscalls/lock.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Digest } from '../07-registry/digest.ts'
import type { Descriptor } from '../07-registry/manifest.ts'
import type { BlobUse } from '../07-registry/read-blob.ts'

import { blobPath, hasBlob, isIntact, newBlob } from './blob-store.ts'
import type { Image } from './image.ts'
import {
  commitLayer,
  hasLayer,
  makeStaging,
  type StagedLayer,
} from './layer-store.ts'
import { takeLock } from './locks.ts'
import { unpackLayer } from './unpack-layer.ts'

/** How far a layer is. */
export interface LayerProgress {
  /** The digest of its blob. */
  readonly layer: Digest
  readonly phase:
    | 'waiting' // for its turn, or for another rocker that is at it
    | 'present'
    | 'downloading'
    | 'unpacking' // a blob that was there
    | 'unpacked'
    | 'done'
  readonly bytes: number
  readonly total: number
}

/** Which layers, from where, and where they are kept until they are whole. */
export interface LayersOrder {
  readonly image: Image
  readonly scratch: string
  /** Hands over a blob; once more, where the first one was false. */
  readonly fetch: <T>(layer: Descriptor, use: BlobUse<T>) => Promise<T>
  /** Aborted at the first failure, so that nobody goes on in vain. */
  readonly stop: AbortController
  readonly onProgress?: ((progress: LayerProgress) => void) | undefined
}

interface Staged {
  readonly lock: Lock
  /** Missing when the layer has its place already. */
  readonly layer: StagedLayer | undefined
}

const sideBySide = 3
const chunkBytes = 256 * 1024

/** Brings every layer of an image that is not there. */
export async function pullLayers(
  root: DataRoot,
  order: LayersOrder,
): Promise<void> {
  const { image, stop } = order
  for (const { digest: layer, size: total } of image.manifest.layers)
    order.onProgress?.({ layer, phase: 'waiting', bytes: 0, total })
  const numbers = image.chainIds.keys() // shared: each number is taken once
  const places: Promise<void>[] = []
  const work = async () => {
    for (const i of numbers) {
      const staging = stage(root, order, i)
      const place = takePlace(root, order, {
        i,
        staging,
        below: places[i - 1],
      })
      place.catch((error) => stop.abort(error))
      places[i] = place
      await staging
    }
  }
  await Promise.allSettled(Array.from({ length: sideBySide }, work))
  await Promise.allSettled(places)
  stop.signal.throwIfAborted()
}

async function takePlace(
  root: DataRoot,
  { image, onProgress }: LayersOrder,
  step: {
    i: number
    staging: Promise<Staged>
    below: Promise<void> | undefined
  },
): Promise<void> {
  const { lock, layer } = await step.staging
  try {
    await step.below
    const chainId = at(image.chainIds, step.i)
    const below = image.chainIds.slice(0, step.i)
    if (layer) commitLayer(root, layer, { chainId, below })
    const { digest, size } = at(image.manifest.layers, step.i)
    const phase = layer ? 'done' : 'present'
    onProgress?.({ layer: digest, phase, bytes: size, total: size })
  } finally {
    lock.release()
  }
}

async function stage(
  root: DataRoot,
  order: LayersOrder,
  i: number,
): Promise<Staged> {
  const { digest } = at(order.image.manifest.layers, i)
  const { signal } = order.stop
  const place = lockName('layer', at(order.image.chainIds, i))
  const lock = await takeLock(root, place, { signal })
  try {
    const reading = await takeLock(root, lockName('blob', digest), {
      signal,
    })
    try {
      return { lock, layer: await bring(root, order, i) }
    } finally {
      reading.release()
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

// #region bring-layer
// One pass: what comes from the network becomes files and a blob at once.
async function bring(
  root: DataRoot,
  order: LayersOrder,
  i: number,
): Promise<StagedLayer | undefined> {
  const layer = at(order.image.manifest.layers, i)
  const isPlaced = hasLayer(root, at(order.image.chainIds, i))
  if (isPlaced && hasBlob(root, layer)) return undefined
  if (!isPlaced && isIntact(root, layer)) {
    const stored = createReadStream(blobPath(root, layer.digest), {
      highWaterMark: chunkBytes,
    })
    return unpack(order, i, { chunks: stored, phase: 'unpacking' })
  }
  const staged = await order.fetch(layer, async (chunks) => {
    const blob = newBlob(root, order.scratch, layer.digest)
    try {
      const phase = 'downloading'
      const alsoWrite = blob.fd
      const whole = await unpack(order, i, { chunks, phase, alsoWrite })
      await blob.commit()
      return whole
    } finally {
      blob.close()
    }
  })
  if (!isPlaced) return staged
  rmSync(staged.folder, { recursive: true, force: true })
  return undefined
}
// #endregion bring-layer

async function unpack(
  { image, scratch, stop, onProgress }: LayersOrder,
  i: number,
  from: {
    chunks: AsyncIterable<Uint8Array>
    phase: 'downloading' | 'unpacking'
    alsoWrite?: number
  },
): Promise<StagedLayer> {
  const { digest, size } = at(image.manifest.layers, i)
  const folder = makeStaging(scratch, `layer-${i}`)
  const { chunks, phase, ...also } = from
  const report = (bytes: number) =>
    onProgress?.({ layer: digest, phase, bytes, total: size })
  report(0)
  const unpacked = await unpackLayer(chunks, {
    digest,
    size,
    diffId: at(image.config.diffIds, i),
    into: `${folder}/diff`,
    signal: stop.signal,
    onBytes: report,
    ...also,
  })
  onProgress?.({
    layer: digest,
    phase: 'unpacked',
    bytes: size,
    total: size,
  })
  return { ...unpacked, folder }
}

function lockName(kind: string, digest: Digest): string {
  return `${kind}-${digest.replace(':', '-')}`
}

function at<T>(values: readonly T[], i: number): T {
  const value = values[i]
  if (value === undefined)
    throw new RockerError(
      'refused',
      `find layer ${i}: there are ${values.length}`,
    )
  return value
}
