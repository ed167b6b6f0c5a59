// What the new process does: each mount comes to its place, in the container's
// own root, before anything of the container runs.

import { statSync } from 'node:fs'

import { errnoNumber } from '../01-syscalls/errno.ts'
import {
  flags,
  output,
  result,
  type Syscall,
  step,
} from '../01-syscalls/syscall.ts'
import { procMagic } from '../04-rootfs/system-mounts.ts'
import {
  close,
  openMaking,
  pathOf,
  refuseFilesystem,
} from '../04-rootfs/target.ts'
import type { SpecMount } from '../09-containers/spec.ts'

import { isReplaceable } from './wanted-mount.ts'

const chapter = '12-volumes'

// #region place-mount
/** In the container's root, before anything of it runs. */
export function placeMount(
  { source, destination }: SpecMount,
  mount: string,
): Syscall[] {
  return step(chapter, `mount ${source} on ${destination}`, [
    ...openMaking(destination, isFile(source) ? 'file' : 'folder'),
    ...(isReplaceable(destination) ? [] : elsewhere('here')),
    {
      name: 'move_mount',
      args: [
        result(mount),
        '',
        result('here'),
        '',
        flags('MOVE_MOUNT_F_EMPTY_PATH', 'MOVE_MOUNT_T_EMPTY_PATH'),
      ],
    },
    close('here'),
    close('top'),
    close(mount),
  ])
}

/** A link of the image may lead to the root, or to /proc: not there. */
function elsewhere(target: string): Syscall[] {
  const eperm = errnoNumber('EPERM')
  return [
    ...refuseFilesystem(target, procMagic, eperm),
    {
      name: 'readlinkat',
      args: [flags('AT_FDCWD'), pathOf(target), output('way', 2), 2],
      result: 'length', // of "/", or of the first two letters
    },
    { name: 'refuse', args: [result('length'), 1, eperm] },
  ]
}
// #endregion place-mount

/** A socket or a device, too: whatever is no folder. */
function isFile(source: string): boolean {
  const stat = source.startsWith('/')
    ? statSync(source, { throwIfNoEntry: false })
    : undefined
  return stat !== undefined && !stat.isDirectory()
}
