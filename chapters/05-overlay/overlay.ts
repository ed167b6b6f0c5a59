// Many layers, one tree: overlayfs.
//
//   merged   what the container sees
//   upper    its own: whatever it writes, and marks for what it deleted
//   lower    the image's layers, the topmost first; never written to
//   work     where the kernel prepares a change before it moves to upper
//
// Nothing is copied before it is written to: a second container of the same
// image costs three empty folders.
//
// linux/Documentation/filesystems/overlayfs.rst

import {
  flags,
  result,
  type Syscall,
  step,
  type Text,
  text,
} from '../01-syscalls/syscall.ts'
import { mount } from '../04-rootfs/mount.ts'

const chapter = '05-overlay'

/** An overlay: `folder` holds upper, work and the mount point merged. */
export interface Overlay {
  readonly lowers: readonly string[] // the topmost first
  readonly folder: string
  /** The root's own mode and owner: those of the topmost layer. */
  readonly top: {
    readonly mode: number
    readonly uid: number
    readonly gid: number
  }
  /**
   * What is written is thrown away at the end. Else the kernel writes all of
   * upper's filesystem to the disk when the overlay is unmounted.
   */
  readonly volatile?: boolean
}

/** Where it is mounted. */
export function mergedFolder({ folder }: Pick<Overlay, 'folder'>): string {
  return `${folder}/merged`
}

// #region prepare-overlay
/** Makes the folders of an overlay; the mount follows in the container. */
export function prepareOverlay({ folder, top }: Overlay): Syscall[] {
  const at = flags('AT_FDCWD')
  const make = (name: string, mode: number): Syscall => ({
    name: 'mkdirat',
    args: [at, `${folder}/${name}`, mode],
  })
  return step(chapter, 'make upper, work and merged', [
    { name: 'umask', args: [0] },
    make('upper', top.mode & 0o7777),
    {
      name: 'fchownat',
      args: [at, `${folder}/upper`, top.uid, top.gid, 0],
    },
    make('work', 0o700),
    make('merged', 0o700),
  ])
}
// #endregion prepare-overlay

// #region mount-overlay
/**
 * Mounts the overlay in the caller's mount namespace. The options must fit
 * into one page of memory: so the layers are opened first, and named by
 * descriptors, from the folder where those are files: `lowerdir=5:6:7`.
 */
export function mountOverlay(overlay: Overlay): Syscall[] {
  const { lowers, folder, volatile } = overlay
  const names = lowers.map((_, i) => `layer ${i}`)
  const options = overlayOptions(names)
  const last = volatile ? [',volatile'] : []
  const all = [...names, 'upper', 'work']
  const paths = [...lowers, `${folder}/upper`, `${folder}/work`]
  return step(chapter, `mount overlay on ${mergedFolder(overlay)}`, [
    ...all.map((name, i) => openFolder(paths[i] ?? '', name)),
    { name: 'chdir', args: ['/proc/self/fd'] },
    mount({
      type: 'overlay',
      target: mergedFolder(overlay),
      data: { ...options, parts: [...options.parts, ...last] },
    }),
    ...all.map(
      (name): Syscall => ({ name: 'close', args: [result(name)] }),
    ),
  ])
}
// #endregion mount-overlay

function openFolder(path: string, as: string): Syscall {
  const how = flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC')
  return {
    name: 'openat',
    args: [flags('AT_FDCWD'), path, how],
    result: as,
  }
}

// lowerdir=5:6:7,upperdir=8,workdir=9
function overlayOptions(lowers: readonly string[]): Text {
  // #region exercise-overlay-options
  const list = lowers.flatMap((name) => [':', result(name)])
  const own = text`,upperdir=${result('upper')},workdir=${result('work')}`
  return {
    kind: 'text',
    parts: ['lowerdir=', ...list.slice(1), ...own.parts],
  }
  // #endregion exercise-overlay-options
}
