// Mounts of the caller's mount namespace, as calls.
//
// man 2 mount, man 2 umount2, man 7 mount_namespaces

import type { ConstantName } from '../01-syscalls/constants.ts'
import {
  type Argument,
  flags,
  type Syscall,
  type Text,
} from '../01-syscalls/syscall.ts'

type Path = string | Text

/** A filesystem, where it goes, and how. */
export interface Mount {
  readonly type: string
  readonly target: Path
  readonly flags?: readonly ConstantName[]
  readonly data?: string | Text
}

// #region mount
/** Mounts a filesystem without a device: proc, sysfs, tmpfs, overlay. */
export function mount({
  type,
  target,
  flags: names = [],
  data,
}: Mount): Syscall {
  return call([type, target, type, flags(...names), data ?? null])
}

/** Makes a folder appear a second time, with all that is mounted in it. */
export function bind(source: Path, target: Path): Syscall {
  return call([source, target, null, flags('MS_BIND', 'MS_REC'), null])
}

/**
 * Cuts all mounts off from those they were copied from: nothing that is
 * mounted from here on is seen outside, nor anything from outside here.
 */
export function makePrivate(): Syscall {
  // #region exercise-make-private
  return call([null, '/', null, flags('MS_REC', 'MS_PRIVATE'), null])
  // #endregion exercise-make-private
}

/** Takes a mount off at once; it ends when nobody uses it any more. */
export function detach(target: Path): Syscall {
  return { name: 'umount2', args: [target, flags('MNT_DETACH')] }
}
// #endregion mount

export function chdir(path: Path): Syscall {
  return { name: 'chdir', args: [path] }
}

function call(args: readonly Argument[]): Syscall {
  return { name: 'mount', args }
}
