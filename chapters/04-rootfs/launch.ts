// What happens outside: a process is made that gets a folder as its root.

import type { Plan } from '../02-process/plan.ts'
import { clone, waitFor } from '../02-process/run-process.ts'
import { newNamespaces } from '../03-namespaces/namespaces.ts'

import { inside } from './inside.ts'

// #region launch-plan
/** The whole of `run`, as calls; `rootfs` is an absolute path. */
export function launchPlan(argv: readonly string[], rootfs: string): Plan {
  return {
    main: [
      ...clone({
        flags: newNamespaces(['pid', 'mount', 'uts', 'ipc', 'network']),
        child: inside(argv, rootfs),
      }),
      ...waitFor(),
    ],
    after: [],
  }
}
// #endregion launch-plan
