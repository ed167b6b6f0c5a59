// What of /proc and /sys a container does not see, or cannot write to.
//
//   a file     /dev/null stands over it
//   a folder   an empty one in memory stands over it, and is read-only
//
// Which /dev/null? The image may have put a link there, to a file that writes
// to the host (CVE-2025-31133): so it is the one that rocker has made itself,
// opened before anybody could change it, and looked at. And where? We stand in
// /proc, which was seen to be the kernel's: no name leads out of it.
//
// man 2 mount, man 5 proc

import { existsSync, readdirSync, statSync } from 'node:fs'

import { errnoNumber } from '../01-syscalls/errno.ts'
import {
  flags,
  inside,
  lengthOf,
  output,
  result,
  type Syscall,
  step,
  struct,
} from '../01-syscalls/syscall.ts'
import { expectNull } from '../02-process/streams.ts'
import { tmpfsMagic } from '../04-rootfs/devices.ts'
import { bind, chdir, type Mount, mount } from '../04-rootfs/mount.ts'
import { procMagic, sysfsMagic } from '../04-rootfs/system-mounts.ts'
import { close, expectFilesystem, pathOf } from '../04-rootfs/target.ts'

const chapter = '13-security'
const eperm = errnoNumber('EPERM')
const asBefore = ['MS_NOSUID', 'MS_NODEV', 'MS_NOEXEC'] as const

/** Both docker's and podman's. */
export const usualMaskedPaths: readonly string[] = [
  '/proc/acpi',
  '/proc/asound',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/sys/dev/block',
  '/sys/devices/virtual/powercap',
  '/sys/firmware',
  '/sys/fs/selinux',
]

/** On some machines each processor tells how hot it is. */
export function thermalPaths(folder = '/sys/devices/system/cpu'): string[] {
  if (!existsSync(`${folder}/cpu0/thermal_throttle`)) return []
  return readdirSync(folder)
    .filter((name) => /^cpu\d+$/.test(name))
    .map((name) => `${folder}/${name}/thermal_throttle`)
}

/** Docker's. */
export const usualReadonlyPaths: readonly string[] = [
  '/proc/bus',
  '/proc/fs',
  '/proc/irq',
  '/proc/sys',
  '/proc/sysrq-trigger',
]

// #region hold-null
/** In a new root, where /dev was just made: the null that masks are of. */
export function holdNull(): Syscall[] {
  const how = struct({
    flags: [8, flags('O_PATH', 'O_NOFOLLOW', 'O_CLOEXEC')],
    mode: [8, 0],
    resolve: [8, flags('RESOLVE_IN_ROOT', 'RESOLVE_NO_SYMLINKS')],
  })
  return step(chapter, 'hold /dev/null', [
    {
      name: 'openat2',
      args: [result('root'), 'dev/null', how, lengthOf(2)],
      result: 'mask',
    },
    ...expectNull(result('mask')),
  ])
}
// #endregion hold-null

/** What of a container's files is covered, and what is closed. */
export interface Covered {
  readonly masked: readonly string[]
  readonly readonly: readonly string[]
}

// #region cover-paths
/** By who stands in the container's root, when all its mounts are there. */
export function coverPaths({ masked, readonly }: Covered): Syscall[] {
  return Object.entries(trees).flatMap(([top, magic]) => {
    const below = (paths: readonly string[]) =>
      paths.flatMap((path) =>
        path.startsWith(`${top}/`) ? [path.slice(top.length + 1)] : [],
      )
    const calls = [
      ...maskAll(top, below(masked)),
      ...below(readonly).flatMap((path) => closePath(top, path)),
    ]
    if (calls.length === 0) return []
    const back = step(chapter, 'go back to /', [chdir('/')])
    return [...standIn(top, magic), ...calls, ...back]
  })
}
// #endregion cover-paths

const trees = { '/proc': procMagic, '/sys': sysfsMagic } as const

/** All names are looked up from here: none leads elsewhere. */
function standIn(top: string, magic: number): Syscall[] {
  const how = struct({
    flags: [8, flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC')],
    mode: [8, 0],
    resolve: [8, flags('RESOLVE_NO_SYMLINKS')],
  })
  return step(chapter, `stand in ${top}`, [
    {
      name: 'openat2',
      args: [flags('AT_FDCWD'), top, how, lengthOf(2)],
      result: 'tree',
    },
    ...expectFilesystem('tree', magic),
    { name: 'fchdir', args: [result('tree')] },
    close('tree'),
  ])
}

/** Of --privileged: what is written to /sys reaches the machine. */
export function openSys(): Syscall[] {
  const how = flags('MS_REMOUNT', ...asBefore)
  return step(chapter, 'let it write to /sys', [
    { name: 'mount', args: [null, '/sys', null, how, null] },
  ])
}

/** What is not there needs no mask; the kernel's trees are the host's too. */
function maskAll(top: string, paths: readonly string[]): Syscall[] {
  const kinds = Map.groupBy(paths, (path) => isFolder(`${top}/${path}`))
  const [files = [], folders = []] = [kinds.get(false), kinds.get(true)]
  return [
    ...files.flatMap((path) => maskFile(top, path)),
    ...folders.flatMap((path) => maskFolder(top, path, folders[0])),
  ]
}

function maskFile(top: string, path: string): Syscall[] {
  return step(chapter, `mask ${top}/${path}`, [
    bind(pathOf('mask'), path),
    ...expectNull(flags('AT_FDCWD'), path),
  ])
}

/** One folder in memory is enough for them all. */
function maskFolder(top: string, path: string, first = path): Syscall[] {
  return step(chapter, `mask ${top}/${path}`, [
    path === first ? mount(emptyFolder(path)) : bind(first, path),
    { name: 'statfs', args: [path, output('statfs', 120)] },
    { name: 'expect', args: [inside('statfs', 0, 8), tmpfsMagic, eperm] },
  ])
}

function emptyFolder(target: string): Mount {
  const closed = [
    'MS_RDONLY',
    'MS_NOSUID',
    'MS_NODEV',
    'MS_NOEXEC',
  ] as const
  return { type: 'tmpfs', target, flags: closed, data: 'mode=555' }
}

/** It stands over itself, and can only be read there. */
function closePath(top: string, path: string): Syscall[] {
  if (isFolder(`${top}/${path}`) === undefined) return []
  const how = flags('MS_REMOUNT', 'MS_BIND', 'MS_RDONLY', ...asBefore)
  return step(chapter, `make ${top}/${path} read-only`, [
    bind(path, path),
    { name: 'mount', args: [null, path, null, how, null] },
  ])
}

/** false is a file; undefined: it is not there. */
function isFolder(path: string): boolean | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory()
  } catch {
    return undefined // behind a folder that is not ours to read
  }
}
