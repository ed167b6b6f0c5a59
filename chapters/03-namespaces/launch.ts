// What happens outside: a process is made in new namespaces. Where it gets a
// user namespace, its parent says who its root is before it may go on.

import type { Plan } from '../02-process/plan.ts'
import { clone, waitFor } from '../02-process/run-process.ts'

import { inside } from './inside.ts'
import { type Namespace, newNamespaces } from './namespaces.ts'
import { mapOwner, type Owner, openGate } from './user-namespace.ts'

export interface Launch {
  readonly argv: readonly string[]
  readonly namespaces: readonly Namespace[]
  readonly hostname: string
  /** Who root of a new user namespace is outside. */
  readonly owner: Owner
}

// #region launch-plan
/** The whole of `run`, as calls. */
export function launchPlan(launch: Launch): Plan {
  const { namespaces } = launch
  const hasUser = namespaces.includes('user')
  return {
    main: [
      ...(hasUser ? openGate() : []),
      ...clone({
        flags: newNamespaces(namespaces),
        child: inside(launch),
        meanwhile: hasUser ? mapOwner(launch.owner) : [],
      }),
      ...waitFor(),
    ],
    after: [],
  }
}
// #endregion launch-plan
