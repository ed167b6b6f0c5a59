// What takes how much of the disk, and what of it nobody needs: `system df`.
//
// A layer that two images share is on the disk once, and counted once. It can be
// reclaimed when none of the images that have it has a container.

import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Digest } from '../07-registry/digest.ts'
import type { Image } from '../08-images/image.ts'
import { listImages, type NamedImage } from '../08-images/image-store.ts'
import { layerSize, listLayers } from '../08-images/layer-store.ts'
import {
  listContainers,
  type Readable,
} from '../09-containers/container-list.ts'
import { containerSize } from '../09-containers/container-size.ts'

import { type ListedVolume, listVolumes } from './volume-list.ts'
import { volumeBytes } from './volume-rows.ts'

/** An image, and how its bytes divide. */
export interface ImageUsage {
  readonly named: NamedImage
  /** In layers that another image has as well. */
  readonly sharedBytes: number
  readonly uniqueBytes: number
  /** How many containers have it. */
  readonly containers: number
}

export interface ContainerUsage {
  readonly listed: Readable
  readonly bytes: number
}

export interface VolumeUsage {
  readonly listed: ListedVolume
  readonly bytes: number
}

/** A kind of things: how many there are, how many are needed. */
export interface Usage {
  readonly total: number
  readonly active: number
  readonly bytes: number
  readonly reclaimableBytes: number
}

export interface DiskUsage {
  readonly images: Usage & { readonly each: readonly ImageUsage[] }
  readonly containers: Usage & { readonly each: readonly ContainerUsage[] }
  readonly volumes: Usage & { readonly each: readonly VolumeUsage[] }
}

/** Looks at all there is. */
export function diskUsage(root: DataRoot): DiskUsage {
  const { readable } = listContainers(root)
  return {
    images: imagesUsage(root, readable),
    containers: containersUsage(readable),
    volumes: volumesUsage(root),
  }
}

function imagesUsage(
  root: DataRoot,
  containers: readonly Readable[],
): DiskUsage['images'] {
  const named = listImages(root)
  const sizes = new Map(
    listLayers(root).map((id) => [id, layerSize(root, id)]),
  )
  const owners = ownersOf(named)
  const bytesOf = (ids: Iterable<Digest>) =>
    [...new Set(ids)].reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0)
  const each = named.map((one) => {
    const layers = one.image?.chainIds ?? []
    const isShared = (id: Digest) => (owners.get(id) ?? 0) > 1
    return {
      named: one,
      sharedBytes: bytesOf(layers.filter(isShared)),
      uniqueBytes: bytesOf(layers.filter((id) => !isShared(id))),
      containers: countOf(containers, one.id),
    }
  })
  const needed = each.filter((one) => one.containers > 0)
  const neededBytes = bytesOf(
    needed.flatMap(({ named: { image } }) => image?.chainIds ?? []),
  )
  const bytes = bytesOf(sizes.keys())
  return {
    total: named.length,
    active: needed.length,
    bytes,
    reclaimableBytes: bytes - neededBytes,
    each,
  }
}

function countOf(containers: readonly Readable[], id: Image['id']): number {
  return containers.filter(
    ({ container }) => container.record.imageId === id,
  ).length
}

/** How many images have a layer. */
function ownersOf(named: readonly NamedImage[]): Map<Digest, number> {
  const owners = new Map<Digest, number>()
  for (const { image } of named)
    for (const id of new Set(image?.chainIds))
      owners.set(id, (owners.get(id) ?? 0) + 1)
  return owners
}

function volumesUsage(root: DataRoot): DiskUsage['volumes'] {
  const each = listVolumes(root).readable.map((listed) => ({
    listed,
    bytes: volumeBytes(root, listed.volume.name),
  }))
  const isActive = ({ listed }: VolumeUsage) => listed.users.length > 0
  return { ...countsOf(each, isActive), each }
}

function containersUsage(
  listed: readonly Readable[],
): DiskUsage['containers'] {
  const each = listed.map((one) => ({
    listed: one,
    bytes: containerSize(one.container).ownBytes,
  }))
  const isActive = ({ listed: { state } }: ContainerUsage) =>
    ['running', 'paused', 'restarting'].includes(state.status)
  return { ...countsOf(each, isActive), each }
}

function countsOf<T extends { readonly bytes: number }>(
  each: readonly T[],
  isActive: (one: T) => boolean,
): Usage {
  const sum = (some: readonly T[]) =>
    some.reduce((bytes, one) => bytes + one.bytes, 0)
  return {
    total: each.length,
    active: each.filter(isActive).length,
    bytes: sum(each),
    reclaimableBytes: sum(each.filter((one) => !isActive(one))),
  }
}
