// How each kind of leftover is removed, when a crash has left one.

import { existsSync } from 'node:fs'
import { join } from 'node:path'

import type { DataRoot } from '../05-overlay/data-root.ts'
import type { Removers } from '../05-overlay/leftovers.ts'
import { removeFreeLocks } from '../08-images/locks.ts'
import { imageRemovers } from '../08-images/remove-image.ts'
import { keptFolder } from '../09-containers/container.ts'
import { containerRemovers } from '../09-containers/remove-container.ts'
import { forgetVolumes } from '../12-volumes/volume-store.ts'

/** For `sweep`: a run's cgroup outlives it, an image's leftovers do not. */
export function removers(root: DataRoot): Removers {
  const { container, running, removed, ...others } = containerRemovers(root)
  return {
    ...imageRemovers(root),
    ...others,
    container: async (id) => {
      await forgetNetwork(root, id)
      await container?.(id)
      if (!existsSync(keptFolder(root, id))) forgetVolumes(root, id)
      await forgetGone(root, id)
    },
    running: async (id) => {
      await forgetNetwork(root, id)
      await running?.(id)
      await forgetGone(root, id)
    },
    removed: async (id) => {
      await forgetUnfinished(root, `removed-${id}`)
      await removed?.(id)
    },
    network: (id) => forgetUnfinished(root, `network-${id}`),
  }
}

/** One network, and the locks of those who died. */
async function forgetUnfinished(
  root: DataRoot,
  name: string,
): Promise<void> {
  removeFreeLocks(root)
  const folder = join(root.pending, name)
  if (!existsSync(join(folder, 'network'))) return
  const network = await import('../11-network/remove-network.ts')
  const hasBridge = name.startsWith('removed-')
  network.forgetUnfinished(root, folder, { hasBridge })
}

/** Where it is gone, its addresses are free for others. */
async function forgetGone(root: DataRoot, id: string): Promise<void> {
  if (existsSync(keptFolder(root, id))) return
  const { forgetLeases } = await import('../11-network/leases.ts')
  forgetLeases(root, id)
}

/** Only after a crash is there something of it. */
async function forgetNetwork(root: DataRoot, id: string): Promise<void> {
  const { forgetRun } = await import('../11-network/forget.ts')
  forgetRun(root, id)
}
