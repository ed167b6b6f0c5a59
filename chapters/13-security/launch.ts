// What happens outside: what a container may do is decided before it is made.

import { play } from '../02-process/shim.ts'
import { ownStreams } from '../02-process/streams.ts'
import { type DataRoot, makeDataRoot } from '../05-overlay/data-root.ts'
import { begin } from '../05-overlay/leftovers.ts'
import { makeContainer } from '../09-containers/make-container.ts'
import {
  containerParts,
  foregroundPlan,
} from '../09-containers/monitor-plan.ts'
import { type ImageRun, imageWishes } from '../09-containers/run-image.ts'

import { confinedBy, type SecurityWishes } from './confined.ts'
import { claimIds } from './id-ranges.ts'
import { withSecurity } from './security-part.ts'
import { withUsers } from './user-namespace-part.ts'

/** What was asked for, and whether it has users of its own. */
type Wanted = Omit<SecurityWishes, 'uid'> & { readonly ownUsers: boolean }

// #region run-confined
/** Runs an image once, confined like this; answers its exit status. */
export async function runConfined(
  root: DataRoot,
  what: ImageRun,
  { ownUsers, ...how }: Wanted,
): Promise<number> {
  makeDataRoot(root)
  const pending = begin(root, 'container')
  try {
    const { wishes } = await imageWishes(root, pending, what)
    const { user, record } = wishes
    const container = await makeContainer(root, pending, {
      ...wishes,
      confined: confinedBy({ ...how, uid: user.uid }),
      ids: ownUsers ? claimIds(root, pending.id) : undefined,
      record: { ...record, autoRemove: true, direct: ownStreams(false) },
      fleeting: true,
    })
    const parts = withSecurity(withUsers(containerParts))
    const plan = foregroundPlan(container, { parts, failed: [] })
    const { status, failure } = await play(plan, { locks: [pending.fd] })
    if (failure) throw failure
    return status
  } finally {
    pending.done()
  }
}
// #endregion run-confined
