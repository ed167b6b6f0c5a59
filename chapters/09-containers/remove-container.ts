// A container goes: first out of sight, in one step, then file by file.

import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import {
  begin,
  hasCode,
  type Removers,
  sweep,
  wholeTree,
} from '../05-overlay/leftovers.ts'
import { cgroupName, findCgroups } from '../06-cgroups/cgroup.ts'
import { removeCgroup } from '../06-cgroups/remove-cgroup.ts'

import { beginRun } from './begin-run.ts'
import {
  type Container,
  keptFolder,
  noSuch,
  runFolderOf,
} from './container.ts'
import { noteEvent } from './event.ts'
import { lostRun } from './lost-run.ts'
import { freeName, freeNames } from './names.ts'
import { readState } from './state.ts'
import { killForGood, markStopped, waitForEnd } from './stop-container.ts'

/** How a container goes. */
export interface Removal {
  /** Also one that runs. */
  readonly force: boolean
  /** Takes out what outlives it, when nobody can start it any more. */
  readonly leave?: (container: Container) => void
}

// #region remove-container
/** Removes a container; one that runs only where that is wanted. */
export async function removeContainer(
  container: Container,
  { force, leave = () => {} }: Removal,
): Promise<void> {
  const { root, folder, runFolder, record } = container
  await endFirst(container, force)
  if (record.autoRemove && !existsSync(folder)) return // its monitor did it
  if (folder === runFolder) {
    await sweep(root, containerRemovers(root)) // its monitor was killed
    return
  }
  await withRoom(
    () => removeLocked(container, leave),
    () => removeInPlace(container, leave),
  )
  noteEvent(container, 'destroy')
}

/** With its lock: so that nobody starts it meanwhile. */
async function removeLocked(
  container: Container,
  leave: NonNullable<Removal['leave']>,
): Promise<void> {
  const run = beginRun(container)
  try {
    leave(container)
    await moveAway(container.root, container.folder)
  } finally {
    run.done()
  }
}

async function moveAway(root: DataRoot, folder: string): Promise<void> {
  const id = basename(folder)
  const pending = begin(root, 'removed')
  try {
    renameSync(folder, join(pending.path, id))
    await freeNames(root, id)
  } catch (error) {
    throw hasCode(error, 'ENOENT') ? noSuch(id.slice(0, 12)) : error
  } finally {
    pending.done()
  }
}
// #endregion remove-container

/** Removes one that cannot be read any more; if it runs, it is killed. */
export async function removeFolder(
  root: DataRoot,
  folder: string,
): Promise<void> {
  const id = basename(folder)
  const runFolder = runFolderOf(root, folder)
  await removeCgroup(findCgroups(), cgroupName(id))
  await waitForEnd({ runFolder, record: { name: id.slice(0, 12) } })
  await moveAway(root, folder)
}

/** What a crash leaves of containers: see `sweep`. */
export function containerRemovers(root: DataRoot): Removers {
  return {
    container: async (id) => {
      if (existsSync(keptFolder(root, id))) return // it was made meanwhile
      await removeCgroup(findCgroups(), cgroupName(id))
      await freeNames(root, id)
    },
    removed: async (id) => {
      for (const name of readdirSync(join(root.pending, `removed-${id}`)))
        await freeNames(root, name)
    },
    running: async (id) => {
      await removeCgroup(findCgroups(), cgroupName(id))
      await lostRun(root, id)
    },
  }
}

async function endFirst(
  container: Container,
  force: boolean,
): Promise<void> {
  const { status } = readState(container)
  if (['created', 'exited', 'removing'].includes(status))
    return waitForEnd(container)
  if (!force) throw stillRunning(container, status)
  markStopped(container)
  return killForGood(container)
}

/** Where the disk is too full to note that something goes, it goes anyway. */
async function withRoom(
  work: () => Promise<void>,
  without: () => void,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!hasCode(error, 'ENOSPC') && !hasCode(error, 'EDQUOT')) throw error
    without()
  }
}

function removeInPlace(
  container: Container,
  leave: NonNullable<Removal['leave']>,
): void {
  const { root, id, folder, record } = container
  leave(container)
  rmSync(folder, wholeTree)
  freeName(root, record.name, id)
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
