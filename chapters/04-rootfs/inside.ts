// What the new process does: the folder becomes its root, before anything runs.

import type { Syscall } from '../01-syscalls/syscall.ts'
import { execute } from '../02-process/execute.ts'
import { dieWithParent } from '../02-process/run-process.ts'
import { setHostname } from '../03-namespaces/hostname.ts'
import { loopbackUp } from '../03-namespaces/loopback.ts'
import { unshareCgroup } from '../03-namespaces/namespaces.ts'

import {
  bindRoot,
  enterFolder,
  enterRoot,
  isolateMounts,
} from './root-folder.ts'

// #region inside
export function inside(argv: readonly string[], rootfs: string): Syscall[] {
  return [
    ...unshareCgroup(['cgroup']),
    ...setHostname('rocker'),
    ...loopbackUp(),
    ...isolateMounts(),
    ...bindRoot(rootfs),
    ...enterRoot(rootfs),
    ...enterFolder('/'),
    ...dieWithParent(),
    ...execute({
      argv,
      env: ['PATH=/usr/bin:/bin:/usr/sbin:/sbin', 'HOME=/root'],
    }),
  ]
}
// #endregion inside
