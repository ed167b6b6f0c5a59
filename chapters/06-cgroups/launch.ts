// What happens outside: a cgroup with its limits, and a process that is born in
// it. Who removes the cgroup reads first what was used.

import type { Plan } from '../02-process/plan.ts'
import { clone, waitFor } from '../02-process/run-process.ts'
import { newNamespaces } from '../03-namespaces/namespaces.ts'
import { type Overlay, prepareOverlay } from '../05-overlay/overlay.ts'

import type { CgroupPlan } from './cgroup-version.ts'
import { inside } from './inside.ts'

// #region launch-plan
/** The whole of `run`, as calls. */
export function launchPlan(
  argv: readonly string[],
  overlay: Overlay,
  cgroup: CgroupPlan,
): Plan {
  const kinds = ['pid', 'mount', 'uts', 'ipc', 'network'] as const
  return {
    main: [
      ...prepareOverlay(overlay),
      ...cgroup.before,
      ...clone({
        ...cgroup.clone,
        flags: [...newNamespaces(kinds), ...cgroup.clone.flags],
        child: inside(argv, overlay, cgroup),
      }),
      ...waitFor(),
    ],
    after: [],
  }
}
// #endregion launch-plan
