// Who the process is: numbers, and nothing else. Names are looked up before.
//
// Groups and gid come first: a process that is not root may not change them.
//
// man 7 credentials

import { type Syscall, step, struct } from '../01-syscalls/syscall.ts'

export interface Credentials {
  readonly uid: number
  readonly gid: number
  readonly groups: readonly number[]
}

// #region credentials
/** Becomes this user. */
export function become({ uid, gid, groups }: Credentials): Syscall[] {
  // #region exercise-become
  const list = struct(
    Object.fromEntries(groups.map((group, i) => [`${i}`, [4, group]])),
  )
  return step('02-process', `become user ${uid}:${gid}`, [
    {
      name: 'setgroups',
      args: [groups.length, groups.length ? list : null],
    },
    { name: 'setresgid', args: [gid, gid, gid] },
    { name: 'setresuid', args: [uid, uid, uid] },
  ])
  // #endregion exercise-become
}
// #endregion credentials
