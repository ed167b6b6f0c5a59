// Killing all that is in a cgroup of v1, which has no cgroup.kill.
//
// While we read who is in it they fork, and who was read ends and leaves its
// number to a stranger. So they are frozen first, and killed by pidfd: that is
// opened, then the number looked up again, and then it is the right one.
//
// linux/Documentation/admin-guide/cgroup-v1/freezer-subsystem.rst, man 2 pidfd_open

import { closeSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

import { perform } from '../01-syscalls/perform.ts'
import { flags } from '../01-syscalls/syscall.ts'

import type { Cgroups } from './cgroup.ts'
import { readText } from './cgroup-file.ts'
import { foldersIn } from './folders.ts'

const patience = 50

// #region kill-frozen
/**
 * Kills what is in a cgroup and below it, wherever it is known by its name.
 */
export async function killFrozen(
  cgroups: Cgroups,
  name: string,
): Promise<void> {
  const { freezer } = cgroups.controllers
  const state = freezer && `${freezer}/${name}/freezer.state`
  if (state) await freeze(state)
  try {
    for (const root of cgroups.roots)
      for (const folder of foldersIn(`${root}/${name}`))
        killProcesses(`${folder}/cgroup.procs`)
  } finally {
    if (state) setState(state, 'THAWED') // nobody dies in the cold
  }
}

async function freeze(state: string): Promise<void> {
  for (let tries = 0; tries < patience; tries++) {
    setState(state, 'FROZEN')
    if (readText(state) !== 'FREEZING') return
    await sleep(2)
  }
}

function killProcesses(procs: string): void {
  for (const pid of pidsIn(procs)) {
    const { value: pidfd } = perform({
      name: 'pidfd_open',
      args: [pid, 0],
      ignore: ['ESRCH'],
    })
    if (pidfd < 0) continue
    if (pidsIn(procs).includes(pid))
      perform({
        name: 'pidfd_send_signal',
        args: [pidfd, flags('SIGKILL'), null, 0],
        ignore: ['ESRCH'],
      })
    closeSync(pidfd)
  }
}
// #endregion kill-frozen

/** The processes in a cgroup; 0 is one that this pid namespace does not see. */
export function pidsIn(procs: string): number[] {
  return readText(procs)
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0)
}

function setState(state: string, word: 'FROZEN' | 'THAWED'): void {
  try {
    writeFileSync(state, word)
  } catch {
    // the cgroup is not in this hierarchy, or gone: killing goes on without
  }
}
