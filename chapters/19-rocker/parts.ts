// What a container consists of, with what each chapter has added.

import { containerParts } from '../09-containers/monitor-plan.ts'
import type { Part } from '../09-containers/part.ts'
import { healthPart } from '../10-exec/health-part.ts'
import { withNetwork } from '../11-network/network-part.ts'
import { withVolumes } from '../12-volumes/volumes-part.ts'
import { withSecurity } from '../13-security/security-part.ts'
import { withUsers } from '../13-security/user-namespace-part.ts'

// #region parts
const others: readonly Part[] = withSecurity(
  withUsers(withVolumes(withNetwork(containerParts))),
)

/** In this order its process comes to be; who shows it asks them all. */
export const parts: readonly Part[] = [...others, healthPart(others)]
// #endregion parts
