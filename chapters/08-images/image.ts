// An image: two documents and a stack of folders.
//
// Its id is the hash of its configuration, as docker has it: it stays the same
// however the layers are compressed and wherever the image came from.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Digest } from '../07-registry/digest.ts'
import {
  type Descriptor,
  type Manifest,
  parseManifest,
} from '../07-registry/manifest.ts'

import { readBlob, readUnchecked } from './blob-store.ts'
import { type ImageConfig, parseImageConfig } from './image-config.ts'
import { chainIds, hasLayer, layerPath, layerSize } from './layer-store.ts'
import { quickSum } from './quick-sum.ts'

/** What an image consists of. */
export interface Image {
  /** The digest of its configuration. */
  readonly id: Digest
  readonly descriptor: Descriptor
  readonly manifest: Manifest
  readonly config: ImageConfig
  /** The configuration as it came. */
  readonly configBytes: Buffer
  /** The names of its layers, the lowest first. */
  readonly chainIds: readonly Digest[]
}

/** Reads an image's two documents, and checks their digests. */
export function loadImage(root: DataRoot, descriptor: Descriptor): Image {
  return load(root, descriptor, readBlob)
}

/**
 * The same for who is in a hurry: by the quick sum that was noted when the
 * digests were checked. The manifest has none: it only leads to the
 * configuration.
 */
export function loadQuickly(
  root: DataRoot,
  descriptor: Descriptor,
  sum: string | undefined,
): Image {
  try {
    const image = load(root, descriptor, readUnchecked)
    if (quickSum(image.configBytes) === sum) return image
  } catch (error) {
    if (!(error instanceof RockerError)) throw error
  }
  return loadImage(root, descriptor) // and this one says what is wrong
}

function load(
  root: DataRoot,
  descriptor: Descriptor,
  read: typeof readBlob,
): Image {
  const { digest, mediaType } = descriptor
  const manifest = parseManifest(
    read(root, descriptor),
    mediaType,
    `the manifest ${digest}`,
  )
  if (manifest.kind !== 'manifest')
    throw new RockerError('unsupported', `read ${digest}: it is an index`)
  const configBytes = read(root, manifest.config)
  return imageOf(descriptor, manifest, configBytes)
}

/**
 * An image from its documents, which must agree on the number of layers.
 */
export function imageOf(
  descriptor: Descriptor,
  manifest: Manifest,
  configBytes: Buffer,
): Image {
  const id = manifest.config.digest
  const config = parseImageConfig(configBytes, `the configuration ${id}`)
  const [layers, ids] = [manifest.layers.length, config.diffIds.length]
  if (layers !== ids)
    throw new RockerError(
      'refused',
      `read the image ${id}: ${layers} layers, but ${ids} diff ids`,
    )
  const chain = chainIds(config.diffIds)
  return { id, descriptor, manifest, config, configBytes, chainIds: chain }
}

/** The folders that overlayfs stacks, the lowest first. */
export function layersOf(root: DataRoot, image: Image): string[] {
  const missing = image.chainIds.find((id) => !hasLayer(root, id))
  if (missing)
    throw new RockerError('damaged', `find the layer ${missing}`, {
      hint: 'pulling the image again repairs it',
    })
  return image.chainIds.map((id) => layerPath(root, id))
}

/** The bytes of all its layers' files, shared or not. */
export function imageSize(root: DataRoot, image: Image): number {
  return image.chainIds.reduce((sum, id) => sum + layerSize(root, id), 0)
}
