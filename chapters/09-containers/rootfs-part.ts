// The container's files: its layers or a folder, /proc, /sys and /dev in it, and
// the three files of /etc that are each container's own.

import { statSync } from 'node:fs'
import { dirname } from 'node:path'

import {
  flags,
  lengthOf,
  result,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'
import { bind } from '../04-rootfs/mount.ts'
import {
  bindRoot,
  enterRoot,
  isolateMounts,
} from '../04-rootfs/root-folder.ts'
import { close, pathOf } from '../04-rootfs/target.ts'
import {
  mergedFolder,
  mountOverlay,
  type Overlay,
} from '../05-overlay/overlay.ts'

import type { Container } from './container.ts'
import { makeDeviceFiles } from './device-files.ts'
import { etcFiles } from './hosts.ts'
import type { Part } from './part.ts'
import { hostId } from './spec.ts'

const chapter = '09-containers'

// #region rootfs-part
/** Its files; `more` is made in them while the host's are still there. */
export function rootfsPart(
  more: (container: Container) => readonly Syscall[] = () => [],
): Part {
  return {
    name: 'rootfs',
    inside(container) {
      const { root } = container.spec
      const overlay = overlayOf(container)
      return {
        child: [
          ...isolateMounts(),
          ...(overlay ? mountOverlay(overlay) : bindRoot(root.path)),
          ...enterRoot(root.path, [
            ...makeDeviceFiles(container.spec.linux.devices),
            ...bindEtc(container),
            ...more(container),
          ]),
        ],
      }
    },
  }
}
// #endregion rootfs-part

/** Comes when everything that is mounted in the root has its place. */
export const readOnlyPart: Part = {
  name: 'read-only',
  inside: ({ spec: { root } }) => ({
    child: root.readonly ? makeReadOnly() : [],
  }),
  describe: ({ spec }) => ({ ReadonlyRootfs: spec.root.readonly }),
}

/** The overlay that a container's files are; none with --rootfs. */
export function overlayOf(container: Container): Overlay | undefined {
  const { folder, record, spec } = container
  if (spec.root.path !== mergedFolder({ folder })) return undefined
  const top = isRoot() ? statOf(record.layers[0] ?? '') : undefined
  const { mode, uid, gid } = top ?? { mode: 0o755, uid: 0, gid: 0 }
  const { uidMappings, gidMappings } = spec.linux
  return {
    lowers: record.layers,
    folder,
    top: {
      mode,
      uid: hostId(uidMappings, uid),
      gid: hostId(gidMappings, gid),
    },
    volatile: record.autoRemove, // nobody wants it on the disk
  }
}

/** Layers are open to nobody else; `explain` asks for no root. */
function isRoot(): boolean {
  return process.geteuid?.() === 0
}

function statOf(path: string) {
  return statSync(path, { throwIfNoEntry: false })
}

/** Its own /etc/hosts, /etc/hostname and /etc/resolv.conf, from its folder. */
function bindEtc({ folder, record, spec }: Container): Syscall[] {
  const isImage = dirname(spec.root.path) === folder
  // a rootfs has its own, and nothing is made in it; in a network of its own
  // they would be wrong
  if (!isImage && ['none', 'host'].includes(record.network)) return []
  const path = (name: string) => `${folder}/${name}`
  return [
    ...(isImage ? makeEtc() : []),
    ...etcFiles.flatMap((name) => bindFile(path(name), name, isImage)),
  ]
}

function makeEtc(): Syscall[] {
  return step(chapter, 'make /etc', [
    {
      name: 'mkdirat',
      args: [result('root'), 'etc', 0o755],
      ignore: ['EEXIST', 'EROFS'],
    },
  ])
}

/** In the image it may be a link, to a file that is not there either. */
function bindFile(source: string, name: string, make: boolean): Syscall[] {
  const how = make ? flags('O_CREAT', ...calmly) : flags(...calmly)
  const inRoot = struct({
    flags: [8, how],
    mode: [8, make ? 0o644 : 0],
    resolve: [8, flags('RESOLVE_IN_ROOT', 'RESOLVE_NO_MAGICLINKS')],
  })
  return step(chapter, `mount /etc/${name}`, [
    {
      name: 'openat2',
      args: [result('root'), `etc/${name}`, inRoot, lengthOf(2)],
      ignore: ['ENOENT', 'ELOOP'],
      result: 'file',
    },
    { ...bind(source, pathOf('file')), ignore: ['ENOENT'] },
    { ...close('file'), ignore: ['EBADF'] },
  ])
}

const calmly = ['O_RDONLY', 'O_NONBLOCK', 'O_CLOEXEC'] as const

function makeReadOnly(): Syscall[] {
  return step(chapter, 'make the root read-only', [
    {
      name: 'mount',
      args: [
        null,
        '/',
        null,
        flags('MS_REMOUNT', 'MS_BIND', 'MS_RDONLY'),
        null,
      ],
    },
  ])
}
