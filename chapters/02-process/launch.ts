// What happens outside: a process is made, and waited for.

import { inside } from './inside.ts'
import type { Plan } from './plan.ts'
import { clone, waitFor } from './run-process.ts'

// #region launch-plan
/** The whole of `run`, as calls. */
export function launchPlan(argv: readonly string[]): Plan {
  return {
    main: [...clone({ child: inside(argv) }), ...waitFor()],
    after: [],
  }
}
// #endregion launch-plan
