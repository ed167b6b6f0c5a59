// What a Linux program expects besides files: /proc, /sys and /dev.
//
// /proc shows the pid namespace of the process that mounts it, so it has to be
// mounted inside: a bind of the host's would show the host's processes.
//
// OCI runtime spec, Linux filesystems

import { type Syscall, step } from '../01-syscalls/syscall.ts'

import { mountDev } from './devices.ts'
import { type Mount, mount } from './mount.ts'
import {
  close,
  expectFilesystem,
  openFolder,
  openInRoot,
  pathOf,
} from './target.ts'

export const procMagic = 0x9fa0 // statfs(2)
export const sysfsMagic = 0x62656572

// #region system-mounts
/** Mounts /proc, /sys and /dev in the folder whose descriptor is `root`. */
export function systemMounts(root: string): Syscall[] {
  return [
    ...kernelFilesystem(root, 'proc', procMagic, {
      type: 'proc',
      flags: ['MS_NOSUID', 'MS_NODEV', 'MS_NOEXEC'],
    }),
    ...kernelFilesystem(root, 'sys', sysfsMagic, {
      type: 'sysfs',
      flags: ['MS_NOSUID', 'MS_NODEV', 'MS_NOEXEC', 'MS_RDONLY'],
    }),
    ...mountDev(root),
  ]
}
// #endregion system-mounts

function kernelFilesystem(
  root: string,
  name: string,
  magic: number,
  how: Omit<Mount, 'target'>,
): Syscall[] {
  return step('04-rootfs', `mount /${name}`, [
    ...openFolder(root, name, name),
    mount({ ...how, target: pathOf(name) }),
    close(name),
    // look again: is it really the kernel's filesystem that stands there?
    openInRoot(root, name, name),
    ...expectFilesystem(name, magic),
    close(name),
  ])
}
