// A container goes: first out of sight, in one step, then file by file.

import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { begin, type Removers } from '../05-overlay/leftovers.ts'
import { cgroupName, findCgroups } from '../06-cgroups/cgroup.ts'
import { removeCgroup } from '../06-cgroups/remove-cgroup.ts'

import { type Container, keptFolder } from './container.ts'
import { noteEvent } from './event.ts'
import { lostRun } from './lost-run.ts'
import { freeName, freeNames } from './names.ts'
import { readState } from './state.ts'
import { killAll, markStopped, waitForEnd } from './stop-container.ts'

// #region remove-container
/** Removes a container; one that runs only where that is wanted. */
export async function removeContainer(
  container: Container,
  { force }: { readonly force: boolean },
): Promise<void> {
  const { root, id, folder, record } = container
  const { status } = readState(container)
  if (!['created', 'exited', 'removing'].includes(status)) {
    if (!force) throw stillRunning(container, status)
    markStopped(container)
    await killAll(container)
  }
  await waitForEnd(container)
  freeName(root, record.name, id)
  removeFolder(root, folder)
  noteEvent(container, 'destroy')
}

/** Also of one that cannot be read any more. */
export function removeFolder(root: DataRoot, folder: string): void {
  const pending = begin(root, 'removed')
  try {
    if (existsSync(folder))
      renameSync(folder, join(pending.path, 'container'))
  } finally {
    pending.done()
  }
}
// #endregion remove-container

/** What a crash leaves of containers: see `sweep`. */
export function containerRemovers(root: DataRoot): Removers {
  return {
    container: async (id) => {
      if (existsSync(keptFolder(root, id))) return // it was made meanwhile
      await removeCgroup(findCgroups(), cgroupName(id))
      freeNames(root, id)
    },
    removed: () => undefined,
    running: async (id) => {
      await removeCgroup(findCgroups(), cgroupName(id))
      lostRun(root, id)
    },
  }
}

function stillRunning(
  { record, id }: Container,
  status: string,
): RockerError {
  return new RockerError(
    'busy',
    `remove container ${record.name || id.slice(0, 12)}: it is ${status}`,
    { hint: 'rocker stop ends it; rocker rm -f kills it', exitCode: 1 },
  )
}
