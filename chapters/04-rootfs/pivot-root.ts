// Changing the root of a container.
//
// chroot(2) only moves the point where path lookups start; a process that
// holds a directory open can walk back out (detours/escape-chroot.ts).
// pivot_root(2) replaces the root *mount* of the namespace, so the old tree
// can be unmounted and nothing is left to walk back to.
//
// man 2 pivot_root

import { type Syscall, step } from '../01-syscalls/syscall.ts'

import { chdir, detach } from './mount.ts'

// #region pivot-root
/** Makes the current folder, a mount point, the root; drops the old one. */
export function pivotRoot(): Syscall[] {
  // #region exercise-pivot-root
  return step('04-rootfs', 'make it the root', [
    // the old root lies on "." then, and is taken off
    { name: 'pivot_root', args: ['.', '.'] },
    detach('.'),
    chdir('/'),
  ])
  // #endregion exercise-pivot-root
}
// #endregion pivot-root
