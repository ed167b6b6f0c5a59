// What happens outside: the volumes are there before the container is.

import { play } from '../02-process/shim.ts'
import { ownStreams } from '../02-process/streams.ts'
import { type DataRoot, makeDataRoot } from '../05-overlay/data-root.ts'
import { begin } from '../05-overlay/leftovers.ts'
import {
  type ContainerWishes,
  makeContainer,
} from '../09-containers/make-container.ts'
import {
  containerParts,
  foregroundPlan,
} from '../09-containers/monitor-plan.ts'
import { type ImageRun, imageWishes } from '../09-containers/run-image.ts'

import { claimVolumes } from './claim-volumes.ts'
import { type PlannedMount, planMounts } from './plan-mounts.ts'
import { withVolumes } from './volumes-part.ts'
import type { WantedMount } from './wanted-mount.ts'

// #region run-with-volumes
/** Runs an image once, with these mounts; answers its exit status. */
export async function runWithVolumes(
  root: DataRoot,
  what: ImageRun,
  typed: readonly WantedMount[],
): Promise<number> {
  makeDataRoot(root)
  const pending = begin(root, 'container')
  try {
    const { wishes, volumes } = await imageWishes(root, pending, what)
    const making = {
      ...{ root, pending, folder: pending.path },
      layers: wishes.layers,
    }
    const asked = { typed, others: [], image: volumes }
    const planned = planMounts(root, pending.id, asked)
    const container = await makeContainer(
      root,
      pending,
      mounting(wishes, await claimVolumes(making, planned)),
    )
    const parts = withVolumes(containerParts)
    const plan = foregroundPlan(container, { parts, failed: [] })
    const { status, failure } = await play(plan, { locks: [pending.fd] })
    if (failure) throw failure
    return status
  } finally {
    pending.done()
  }
}
// #endregion run-with-volumes

/** It is gone at its end, and its nameless volumes with it. */
function mounting(
  wishes: ContainerWishes,
  planned: readonly PlannedMount[],
) {
  return {
    ...wishes,
    mounts: planned.map(({ spec }) => spec),
    record: {
      ...wishes.record,
      autoRemove: true,
      direct: ownStreams(false),
      mounts: planned.flatMap(({ point }) => point ?? []),
    },
    fleeting: true,
  }
}
