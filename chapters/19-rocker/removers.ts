// How each kind of leftover is removed, when a crash has left one.

import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Removers } from '../05-overlay/leftovers.ts'
import { cgroupName, findCgroups } from '../06-cgroups/cgroup.ts'
import { removeCgroup } from '../06-cgroups/remove-cgroup.ts'
import { imageRemovers } from '../08-images/remove-image.ts'

/** For `sweep`: a container's cgroup outlives it, an image's leftovers do not. */
export function removers(root: DataRoot): Removers {
  return {
    ...imageRemovers(root),
    container: (id) => removeCgroup(findCgroups(), cgroupName(id)),
  }
}
