// What is mounted in a container, besides its own files.
//
//   outside   open_tree     the source, as a mount that has no place yet
//             mount_setattr read-only, slave, …
//   inside    openat2       where it goes, in a root that strangers made
//             move_mount    from the one descriptor onto the other
//
// Between the two nothing is looked up twice. What the path leads to is opened
// once, as if the root were all there is; the mount goes onto what was opened.
// A link that is put there in time comes too late (CVE-2021-30465).
//
// man 2 open_tree, man 2 move_mount

import { existsSync } from 'node:fs'
import { dirname } from 'node:path'

import type { ConstantName } from '../01-syscalls/constants.ts'
import { flags, type Syscall, step } from '../01-syscalls/syscall.ts'
import { close } from '../04-rootfs/target.ts'
import type { Container } from '../09-containers/container.ts'
import { etcFiles } from '../09-containers/hosts.ts'
import type { Part } from '../09-containers/part.ts'
import type { SpecMount } from '../09-containers/spec.ts'

import { describeMounts } from './describe-mounts.ts'
import { placeMount } from './inside.ts'
import { setAttributes } from './mount-attributes.ts'
import { openTmpfs, resizeShm } from './tmpfs.ts'
import { volumeEventCalls } from './volume-events.ts'
import { volumeFolder } from './volume-store.ts'

const chapter = '12-volumes'

// #region volumes-part
export const volumesPart: Part = {
  name: 'volumes',
  inside(container) {
    const mounts = mountsOf(container)
    const names = mounts.map((_, i) => `mount ${i}`)
    return {
      before: mounts.flatMap((mount, i) =>
        openMount(container, mount, `mount ${i}`),
      ),
      child: [
        ...resizeShm(container.spec.mounts),
        ...mounts.flatMap((mount, i) => placeMount(mount, `mount ${i}`)),
      ],
      meanwhile: [
        ...step(chapter, 'let go of the mounts', names.map(close)),
        ...volumeEventCalls(container, 'mount'),
      ],
      after: [
        ...volumeEventCalls(container, 'unmount'),
        ...forgetLinks(container),
      ],
    }
  },
  describe: describeMounts,
}

/** First a container has its root, then what is mounted in it. */
export function withVolumes(parts: readonly Part[]): Part[] {
  return parts.flatMap((part) =>
    part.name === 'read-only' ? [volumesPart, part] : [part],
  )
}
// #endregion volumes-part

// they come with the root: chapter 4 has /sys, chapter 13 the cgroups
const ofKernel = ['cgroup', 'sysfs']

/** Those that are made here; over a new /etc its three files come again. */
function mountsOf({ folder, spec }: Container): SpecMount[] {
  const own = spec.mounts.filter(
    ({ source, type }) => source !== 'shm' && !ofKernel.includes(type),
  )
  const coversEtc = own.some(({ destination }) => destination === '/etc')
  if (!coversEtc || dirname(spec.root.path) !== folder) return own
  const files = etcFiles
    .map((name) => ({ name, destination: `/etc/${name}` }))
    .filter((file) =>
      own.every((one) => one.destination !== file.destination),
    )
    .map(({ name, destination }) => ({
      destination,
      type: 'bind',
      source: `${folder}/${name}`,
      options: ['rbind', 'rprivate'],
    }))
  return [...own, ...files]
}

// #region open-mount
/** By the monitor, where the host's files are still to be seen. */
function openMount(
  { record }: Container,
  { source, destination, type, options }: SpecMount,
  as: string,
): Syscall[] {
  if (type === 'tmpfs')
    return step(chapter, `make memory for ${destination}`, [
      ...openTmpfs(options, as),
    ])
  const makesSource = record.mounts?.some(
    (point) => point.destination === destination && point.makesSource,
  )
  const at = flags('AT_FDCWD')
  const deep: ConstantName[] = options.includes('bind')
    ? []
    : ['AT_RECURSIVE']
  // #region exercise-open-mount
  const how = flags('OPEN_TREE_CLONE', 'OPEN_TREE_CLOEXEC', ...deep)
  return step(chapter, `open ${source} for ${destination}`, [
    ...(makesSource ? makeFolders(source) : []),
    { name: 'open_tree', args: [at, source, how], result: as },
    ...setAttributes(as, options),
  ])
  // #endregion exercise-open-mount
}
// #endregion open-mount

/** As docker does for -v; what is there already stays as it is. */
function makeFolders(path: string): Syscall[] {
  if (existsSync(path)) return []
  const parts = path.split('/').filter(Boolean)
  return parts.map((_, i) => ({
    name: 'mkdirat',
    args: [flags('AT_FDCWD'), `/${parts.slice(0, i + 1).join('/')}`, 0o755],
    ignore: ['EEXIST', 'EROFS'],
  }))
}

/** Nameless volumes go with a container of --rm, and so do their links. */
function forgetLinks(container: Container): Syscall[] {
  const { root, record } = container
  if (!record.autoRemove) return []
  const names = (record.mounts ?? []).filter(({ nameless }) => nameless)
  const unlinks = names.map(
    ({ name }): Syscall => ({
      name: 'unlinkat',
      args: [flags('AT_FDCWD'), volumeFolder(root, name), 0],
      ignore: ['ENOENT', 'EISDIR'], // somebody else has it by now
    }),
  )
  return [
    ...step(chapter, 'forget its volumes', unlinks),
    ...volumeEventCalls(container, 'destroy'),
  ]
}
