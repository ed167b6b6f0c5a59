// Starting a container that is there: what start, restart and system boot share.

import type { Attachment } from '../09-containers/attach.ts'
import { beginRun } from '../09-containers/begin-run.ts'
import type { Container } from '../09-containers/container.ts'
import { type Launch, launchBeside } from '../09-containers/launch.ts'

import { inBackground } from './attachment.ts'
import { cannot } from './must-run.ts'
import { parts } from './parts.ts'
import { atItsEnd } from './rocker-program.ts'
import { sayWhy } from './say-why.ts'
import { withUserOfNow } from './user-at-start.ts'

/** Takes the lock of its next run; nobody else can start it meanwhile. */
export function launchOf(
  container: Container,
  attachment: Attachment,
): Launch {
  return {
    container: withUserOfNow(container),
    parts,
    run: beginRun(container),
    attachment,
    failed: sayWhy(container.folder),
    ended: atItsEnd(container),
  }
}

/** Until it runs, and no longer. */
export async function startInBackground(
  container: Container,
): Promise<void> {
  const status = await launchBeside(launchOf(container, inBackground))
  if (status !== 0) throw cannot('start', container, 'it ended at once')
}
