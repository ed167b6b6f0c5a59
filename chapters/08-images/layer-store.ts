// Layers as folders: what overlayfs stacks.
//
//   layers/<chain id>/diff/    the files of one layer
//   layers/<chain id>/size     how many bytes they have
//
// A layer is named after itself and all that lies below it, for the same
// archive can mean something else on another base. Two images that agree from
// the bottom up share these folders.
//
// https://github.com/opencontainers/image-spec/blob/main/config.md#layer-chainid

import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { perform } from '../01-syscalls/perform.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { type Digest, digestOf, isDigest } from '../07-registry/digest.ts'

import { moveDurably } from './durable.ts'
import { settle } from './settle.ts'
import type { UnpackedLayer } from './unpack-layer.ts'

/** A layer that was unpacked beside the store. */
export interface StagedLayer extends UnpackedLayer {
  /** The folder that has `diff` in it. */
  readonly folder: string
}

// #region chain-ids
/**
 * The names of an image's layers, the lowest first, from their diff ids.
 */
export function chainIds(diffIds: readonly Digest[]): Digest[] {
  // #region exercise-chain-ids
  const chain: Digest[] = []
  for (const diffId of diffIds) {
    const below = chain.at(-1)
    chain.push(below ? digestOf(Buffer.from(`${below} ${diffId}`)) : diffId)
  }
  return chain
  // #endregion exercise-chain-ids
}
// #endregion chain-ids

/** The folder with a layer's files. */
export function layerPath(root: DataRoot, chainId: Digest): string {
  return join(layerFolder(root, chainId), 'diff')
}

/** Whether the layer is there. */
export function hasLayer(root: DataRoot, chainId: Digest): boolean {
  return existsSync(layerPath(root, chainId))
}

/** The bytes of a layer's files; 0 where nobody knows. */
export function layerSize(root: DataRoot, chainId: Digest): number {
  try {
    const path = join(layerFolder(root, chainId), 'size')
    return Number(readFileSync(path, 'utf8')) || 0
  } catch {
    return 0
  }
}

/** The chain ids of all layers that are there. */
export function listLayers(root: DataRoot): Digest[] {
  return readdirSync(root.layers)
    .map((hex) => `${hex.length === 64 ? 'sha256' : 'sha512'}:${hex}`)
    .filter(isDigest)
}

/** A folder to unpack a layer into, as `folder`/diff; it is empty again. */
export function makeStaging(scratch: string, name: string): string {
  const folder = join(scratch, name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { mode: 0o700 }) // nobody else comes to what is in there
  mkdirSync(join(folder, 'diff'))
  return folder
}

// #region commit-layer
/**
 * Gives a staged layer its place, when those below it have theirs: its
 * implied folders become what they are below, everything goes to the disk,
 * and then it gets its name. `below` are chain ids, the lowest first.
 */
export function commitLayer(
  root: DataRoot,
  staged: StagedLayer,
  name: { readonly chainId: Digest; readonly below: readonly Digest[] },
): void {
  const { folder } = staged
  const lowers = name.below.map((id) => layerPath(root, id)).reverse()
  settle(join(folder, 'diff'), staged, lowers)
  writeFileSync(join(folder, 'size'), `${staged.size}`)
  syncFilesystem(folder)
  const place = layerFolder(root, name.chainId)
  if (existsSync(place)) renameSync(place, `${folder}-damaged`)
  moveDurably(folder, place)
}

// fsync of each of ten thousand files would take minutes
function syncFilesystem(path: string): void {
  const fd = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    perform({
      name: 'syncfs',
      args: [fd],
      from: { chapter: '08-images', doing: `write ${path} to the disk` },
    })
  } finally {
    closeSync(fd)
  }
}
// #endregion commit-layer

/** A layer's place in the store. */
export function layerFolder(root: DataRoot, chainId: Digest): string {
  return join(root.layers, chainId.slice(chainId.indexOf(':') + 1))
}
