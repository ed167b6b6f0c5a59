// All volumes, with who has them.

import type { DataRoot } from '../05-overlay/data-root.ts'
import { held } from '../05-overlay/leftovers.ts'
import { volumeUsers } from '../12-volumes/remove-volume.ts'
import {
  readVolumeNamed,
  type Volume,
  volumeNames,
} from '../12-volumes/volume-store.ts'

/** A volume that can be read. */
export interface ListedVolume {
  readonly volume: Volume
  /** The ids of containers that have it, those that are made included. */
  readonly users: readonly string[]
}

/** By name; one that is damaged costs the others nothing. */
export function listVolumes(root: DataRoot): {
  readonly readable: readonly ListedVolume[]
  readonly damaged: readonly unknown[]
} {
  const users = held(root)
  const readable: ListedVolume[] = []
  const damaged: unknown[] = []
  for (const name of volumeNames(root)) {
    try {
      const volume = readVolumeNamed(root, name)
      readable.push({ volume, users: volumeUsers(users, name) })
    } catch (error) {
      damaged.push(error)
    }
  }
  return { readable, damaged }
}
