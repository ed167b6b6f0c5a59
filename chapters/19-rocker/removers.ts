// How each kind of leftover is removed, when a crash has left one.

import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Removers } from '../05-overlay/leftovers.ts'
import { imageRemovers } from '../08-images/remove-image.ts'
import { containerRemovers } from '../09-containers/remove-container.ts'

/** For `sweep`: a run's cgroup outlives it, an image's leftovers do not. */
export function removers(root: DataRoot): Removers {
  return { ...imageRemovers(root), ...containerRemovers(root) }
}
