// Removing a cgroup for certain.
//
// rmdir says EBUSY as long as a process is in it. Usually nobody is: the end of
// pid 1 ends its whole pid namespace. Where something lingers it is killed, and
// rmdir tried again a little later, since the dead leave when they please.
//
// Nothing outside the cgroup's own folder is touched.

import { rmdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Cgroups } from './cgroup.ts'
import { versionOf } from './cgroup-plan.ts'
import { foldersIn, ownAbove } from './folders.ts'
import { pidsIn } from './freezer.ts'

const longestPauseMs = 128
const patience = 20

// #region remove-cgroup
/**
 * Removes a cgroup from every hierarchy, and kills whoever is still in it.
 * What is not there is fine.
 */
export async function removeCgroup(
  cgroups: Cgroups,
  name: string,
): Promise<void> {
  let pauseMs = 1
  for (let tries = 0; !removeFolders(cgroups, name); tries++) {
    if (tries === patience) throw stillThere(cgroups, name)
    await versionOf(cgroups).kill(cgroups, name)
    await sleep(pauseMs)
    pauseMs = Math.min(pauseMs * 2, longestPauseMs)
  }
  for (const root of cgroups.roots)
    for (const path of ownAbove(name)) removeFolder(`${root}/${path}`)
}

/** Whether it is gone now. */
function removeFolders(cgroups: Cgroups, name: string): boolean {
  return cgroups.roots
    .flatMap((root) => foldersIn(`${root}/${name}`))
    .map(removeFolder)
    .every((gone) => gone)
}

function removeFolder(path: string): boolean {
  try {
    rmdirSync(path)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'EBUSY') return false
    if (code !== 'ENOENT') throw error
  }
  return true
}
// #endregion remove-cgroup

function stillThere(cgroups: Cgroups, name: string): RockerError {
  const folders = cgroups.roots.flatMap((root) =>
    foldersIn(`${root}/${name}`),
  )
  const pids = folders.flatMap((folder) => pidsIn(`${folder}/cgroup.procs`))
  return new RockerError('busy', `remove cgroup ${name}`, {
    hint: `these processes do not end: ${[...new Set(pids)].join(' ')}`,
  })
}
