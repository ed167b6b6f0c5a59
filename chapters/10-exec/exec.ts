// The last that Node does of an exec: it finds the container's process, and
// becomes the shim.

import { handOver } from '../02-process/hand-over.ts'
import type { Plan } from '../02-process/plan.ts'
import { ownStreams } from '../02-process/streams.ts'
import type { Attachment } from '../09-containers/attach.ts'
import { becomeClient } from '../09-containers/launch.ts'
import { ownerOf } from '../09-containers/streams-part.ts'

import { type Exec, foregroundExec, monitoredExec } from './exec-plan.ts'

/** How a process is launched in a container that runs. */
export interface ExecLaunch extends Exec {
  /** Of the container's pid 1. */
  readonly pidfd: number
  /** Whether what is typed goes to it. */
  readonly interactive: boolean
  /** With a monitor of its own: how its client attaches. */
  readonly attachment?: Attachment | undefined
}

// #region exec
/** Does not return: Node is gone, what it has become waits. */
export function exec(how: ExecLaunch): never {
  const { attachment, failed, pidfd } = how
  const plan = plannedExec(how)
  const handles = { pidfd }
  return attachment
    ? becomeClient(attachment, { plan, handles, locks: [] }, failed)
    : handOver(plan, { handles })
}

/** Its plan as data, for `explain`. */
export function plannedExec(how: Omit<ExecLaunch, 'pidfd'>): Plan {
  const { attachment, container, interactive } = how
  return attachment
    ? monitoredExec({ ...how, hangsUp: !attachment.untilStarted })
    : foregroundExec(how, ownStreams(interactive, ownerOf(container) === 0))
}
// #endregion exec
