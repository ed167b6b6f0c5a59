// What the new process does: before all else it joins its cgroup, so that
// nothing it ever does goes uncounted.

import type { Syscall } from '../01-syscalls/syscall.ts'
import { execute } from '../02-process/execute.ts'
import { dieWithParent } from '../02-process/run-process.ts'
import { setHostname } from '../03-namespaces/hostname.ts'
import { loopbackUp } from '../03-namespaces/loopback.ts'
import { unshareCgroup } from '../03-namespaces/namespaces.ts'
import {
  enterFolder,
  enterRoot,
  isolateMounts,
} from '../04-rootfs/root-folder.ts'
import {
  mergedFolder,
  mountOverlay,
  type Overlay,
} from '../05-overlay/overlay.ts'

import type { CgroupPlan } from './cgroup-version.ts'

// #region inside
export function inside(
  argv: readonly string[],
  overlay: Overlay,
  cgroup: CgroupPlan,
): Syscall[] {
  return [
    ...cgroup.child,
    ...unshareCgroup(['cgroup']),
    ...setHostname('rocker'),
    ...loopbackUp(),
    ...isolateMounts(),
    ...mountOverlay(overlay),
    ...enterRoot(mergedFolder(overlay)),
    ...enterFolder('/'),
    ...dieWithParent(),
    ...execute({
      argv,
      env: ['PATH=/usr/bin:/bin:/usr/sbin:/sbin', 'HOME=/root'],
    }),
  ]
}
// #endregion inside
