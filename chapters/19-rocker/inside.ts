// What happens inside, from the clone3 to the program: read it from the top.

import type { Syscall } from '../01-syscalls/syscall.ts'
import { become } from '../02-process/credentials.ts'
import { execute } from '../02-process/execute.ts'
import { dieWithParent } from '../02-process/run-process.ts'
import { ownSession, takeStreams } from '../02-process/streams.ts'
import { setHostname } from '../03-namespaces/hostname.ts'
import { loopbackUp } from '../03-namespaces/loopback.ts'
import { unshareCgroup } from '../03-namespaces/namespaces.ts'
import {
  bindRoot,
  enterFolder,
  enterRoot,
  isolateMounts,
} from '../04-rootfs/root-folder.ts'
import { mergedFolder, mountOverlay } from '../05-overlay/overlay.ts'

import type { Launch } from './launch.ts'

// #region inside
export function inside(launch: Launch): Syscall[] {
  const { root, process } = launch
  return [
    ...launch.cgroup.child,
    ...unshareCgroup(['cgroup']), // once it is in its own
    ...ownSession(),
    ...setHostname(launch.hostname),
    ...(launch.network === 'none' ? loopbackUp() : []),
    ...isolateMounts(),
    ...(typeof root === 'string' ? bindRoot(root) : mountOverlay(root)),
    ...enterRoot(typeof root === 'string' ? root : mergedFolder(root)),
    ...takeStreams(launch.streams),
    ...enterFolder(process.cwd),
    ...become(process.user),
    ...dieWithParent(), // a change of user would undo it
    ...execute(process),
  ]
}
// #endregion inside
