// What names of images mean now: looked up once each.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { findImage } from '../08-images/image-store.ts'

import { layerFolders } from './layer-folders.ts'

/** The id that a name leads to; undefined where it leads nowhere. */
export function imageIds(
  root: DataRoot,
): (name: string) => string | undefined {
  const known = new Map<string, string | undefined>()
  return (name) => {
    if (!known.has(name)) known.set(name, find(root, name)?.id)
    return known.get(name)
  }
}

/** The layers of the image that a name or an id means, the topmost first. */
export function imageLayers(
  root: DataRoot,
  name: string,
): readonly string[] | undefined {
  const image = find(root, name)
  return image && layerFolders(root, image)
}

function find(root: DataRoot, name: string) {
  try {
    return findImage(root, name)
  } catch (error) {
    if (error instanceof RockerError) return undefined
    throw error
  }
}
