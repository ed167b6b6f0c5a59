// A volume goes, but never while somebody has it: a container that is there, or
// one that is being made.
//
// Both sides take the same lock: who wants a volume writes that down first, and
// who removes one looks there first.

import { existsSync, lstatSync, readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { DataRoot } from '../05-overlay/data-root.ts'
import { begin, held } from '../05-overlay/leftovers.ts'
import { takeLock } from '../08-images/locks.ts'
import type { Container } from '../09-containers/container.ts'
import { removeContainer } from '../09-containers/remove-container.ts'

import { noteVolume } from './volume-events.ts'
import {
  allNames,
  commitVolume,
  forgetLostLinks,
  keepVolume,
  noSuchVolume,
  volumeFolder,
} from './volume-store.ts'

/** Who has a volume: ids of containers. */
export function volumeUsers(
  users: ReadonlyMap<string, readonly string[]>,
  name: string,
): string[] {
  return (users.get(`volume ${name}`) ?? []).map((holder) =>
    holder.replace(/^container-/, ''),
  )
}

// #region remove-volume
/** Removes a volume and all that is in it. */
export async function removeVolume(
  root: DataRoot,
  name: string,
): Promise<void> {
  const pending = begin(root, 'removed')
  try {
    const lock = await takeLock(root, 'volumes', { timeoutMs: 30_000 })
    try {
      forgetLostLinks(root)
      if (!allNames(root).includes(name)) throw noSuchVolume(name)
      const users = volumeUsers(held(root), name)
      if (users.length > 0) throw inUse(name, users)
      renameSync(volumeFolder(root, name), join(pending.path, 'volume'))
      noteVolume(root, name, 'destroy')
    } finally {
      lock.release()
    }
  } finally {
    pending.done()
  }
}
// #endregion remove-volume

/** Those that nobody named, and that lay elsewhere; unless they are used. */
async function removeNameless({ root, record }: Container): Promise<void> {
  for (const { name, nameless } of record.mounts ?? [])
    if (nameless)
      try {
        await removeVolume(root, name)
      } catch (error) {
        const isFine =
          error instanceof RockerError &&
          (error.code === 'busy' || error.code === 'not-found')
        if (!isFine) throw error
      }
}

// #region remove-with-volumes
/** Removes a container; its nameless volumes where that is wanted. */
export async function removeWithVolumes(
  container: Container,
  {
    force,
    volumes,
  }: { readonly force: boolean; readonly volumes: boolean },
): Promise<void> {
  const { record } = container
  const isKept = !volumes && !record.autoRemove
  await removeContainer(container, {
    force,
    leave: ({ root, folder }) => {
      if (isKept) keepVolumes(root, folder)
    },
  })
  if (volumes) await removeNameless(container)
}
// #endregion remove-with-volumes

/** They outlive their container: for all who remove it without -v. */
export function keepVolumes(root: DataRoot, folder: string): void {
  const own = join(folder, 'volumes')
  if (!existsSync(own)) return
  for (const name of readdirSync(own)) {
    const path = join(own, name)
    if (!lstatSync(path).isDirectory()) continue // it was kept before
    if (!keepVolume(root, name, path)) commitVolume(root, path, name)
  }
}

function inUse(name: string, users: readonly string[]): RockerError {
  const who = users.map((id) => id.slice(0, 12)).join(', ')
  return new RockerError(
    'busy',
    `remove volume ${name}: volume is in use - [${who}]`,
    { hint: 'rocker rm removes the containers that have it', exitCode: 1 },
  )
}
