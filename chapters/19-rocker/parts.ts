// What a container consists of, with what each chapter has added.

import { containerParts } from '../09-containers/monitor-plan.ts'
import type { Part } from '../09-containers/part.ts'
import { withVolumes } from '../12-volumes/volumes-part.ts'

/** In this order its process comes to be. */
export const parts: readonly Part[] = withVolumes(containerParts)
