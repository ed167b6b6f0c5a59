// What the new process does: it goes where the image says, and becomes the user
// and the program that the image names.

import type { Syscall } from '../01-syscalls/syscall.ts'
import { become, type Credentials } from '../02-process/credentials.ts'
import { execute } from '../02-process/execute.ts'
import { dieWithParent } from '../02-process/run-process.ts'
import { setHostname } from '../03-namespaces/hostname.ts'
import { loopbackUp } from '../03-namespaces/loopback.ts'
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

import type { ImageProcess } from './image-process.ts'

// #region inside
export function inside(
  program: ImageProcess,
  user: Credentials,
  overlay: Overlay,
): Syscall[] {
  return [
    ...setHostname('rocker'),
    ...loopbackUp(),
    ...isolateMounts(),
    ...mountOverlay(overlay),
    ...enterRoot(mergedFolder(overlay)),
    ...enterFolder(program.cwd),
    ...become(user),
    ...dieWithParent(), // a change of user would undo it
    ...execute(program),
  ]
}
// #endregion inside
