// Starting a container that is there: what start, restart and system boot share.

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { Pending } from '../05-overlay/leftovers.ts'
import type { Attachment } from '../09-containers/attach.ts'
import { beginRun } from '../09-containers/begin-run.ts'
import type { Container } from '../09-containers/container.ts'
import { type Launch, launchBeside } from '../09-containers/launch.ts'
import { type Prepared, prepare } from '../09-containers/part.ts'
import { noteFailure } from '../09-containers/state.ts'

import { inBackground } from './attachment.ts'
import { cannot } from './must-run.ts'
import { parts } from './parts.ts'
import { removers } from './removers.ts'
import { atItsEnd } from './rocker-program.ts'
import { sayWhy } from './say-why.ts'
import { withUserOfNow } from './user-at-start.ts'

/**
 * Takes the lock of its next run; nobody else can start it meanwhile. Then its
 * parts make what has to be there before it.
 */
export async function launchOf(
  container: Container,
  attachment: Attachment,
): Promise<Launch> {
  const run = beginRun(container)
  return {
    container: withUserOfNow(container),
    parts,
    run,
    prepared: await preparedFor(container, run),
    attachment,
    failed: sayWhy(container.folder),
    ended: atItsEnd(container),
  }
}

/** Where it fails the lock is given back: nothing runs. */
export async function preparedFor(
  container: Container,
  run: Pending,
): Promise<Prepared> {
  try {
    return await prepare(parts, container)
  } catch (error) {
    const { root, id } = container
    if (isFleeting(container)) await removers(root).container?.(id)
    run.done()
    if (error instanceof RockerError) noteFailure(container.folder, error)
    throw error
  }
}

/** It was made for this run alone. */
function isFleeting({ folder, runFolder }: Container): boolean {
  return folder === runFolder
}

/** Until it runs, and no longer. */
export async function startInBackground(
  container: Container,
): Promise<void> {
  const status = await launchBeside(await launchOf(container, inBackground))
  if (status !== 0) throw cannot('start', container, 'it ended at once')
}
