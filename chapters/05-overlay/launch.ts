// What happens outside: the folders of an overlay are made, and a process that
// mounts it where nobody else sees it.

import type { Plan } from '../02-process/plan.ts'
import { clone, waitFor } from '../02-process/run-process.ts'
import { newNamespaces } from '../03-namespaces/namespaces.ts'

import { inside } from './inside.ts'
import { type Overlay, prepareOverlay } from './overlay.ts'

// #region launch-plan
/** The whole of `run`, as calls. */
export function launchPlan(
  argv: readonly string[],
  overlay: Overlay,
): Plan {
  return {
    main: [
      ...prepareOverlay(overlay),
      ...clone({
        flags: newNamespaces(['pid', 'mount', 'uts', 'ipc', 'network']),
        child: inside(argv, overlay),
      }),
      ...waitFor(),
    ],
    after: [],
  }
}
// #endregion launch-plan
