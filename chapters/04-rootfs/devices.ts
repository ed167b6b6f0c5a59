// /dev, in memory: six devices that every program expects, and a few links.
//
//   null zero full random urandom tty   nodes, by their numbers
//   pts      pseudo terminals of its own; ptmx is a link into it
//   shm      shared memory; mqueue: message queues of the ipc namespace
//   fd stdin stdout stderr              links into /proc/self/fd
//
// linux/Documentation/admin-guide/devices.txt, OCI runtime spec, default devices

import { result, type Syscall, step } from '../01-syscalls/syscall.ts'

import { mount } from './mount.ts'
import {
  close,
  expectFilesystem,
  openFolder,
  openInRoot,
  pathOf,
} from './target.ts'

const chapter = '04-rootfs'
export const tmpfsMagic = 0x01021994 // statfs(2)

// #region devices
// name, major, minor
const devices = [
  ['null', 1, 3],
  ['zero', 1, 5],
  ['full', 1, 7],
  ['random', 1, 8],
  ['urandom', 1, 9],
  ['tty', 5, 0],
] as const

const links = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
  ['ptmx', 'pts/ptmx'],
] as const

/** Mounts /dev in the folder `root` and fills it. */
export function mountDev(root: string): Syscall[] {
  return [
    ...step(chapter, 'mount /dev, in memory', [
      ...openFolder(root, 'dev', 'dev below'),
      mount({
        type: 'tmpfs',
        target: pathOf('dev below'),
        flags: ['MS_NOSUID', 'MS_NOEXEC', 'MS_STRICTATIME'],
        data: 'mode=755,size=65536k',
      }),
      close('dev below'),
      // what was opened lies below the mount now: open it again
      openInRoot(root, 'dev', 'dev'),
      ...expectFilesystem('dev', tmpfsMagic),
    ]),
    ...step(chapter, 'make the devices', devices.map(makeDevice)),
    ...step(chapter, 'make the links of /dev', links.map(makeLink)),
    ...devFilesystems.flatMap(mountInDev),
    ...step(chapter, 'close /dev', [close('dev')]),
  ]
}
// #endregion devices

const devFilesystems = [
  ['devpts', 'pts', 'newinstance,ptmxmode=0666,mode=0620,gid=5'],
  ['tmpfs', 'shm', 'mode=1777,size=65536k'],
  ['mqueue', 'mqueue', ''],
] as const

function makeDevice([
  name,
  major,
  minor,
]: (typeof devices)[number]): Syscall {
  // #region exercise-device
  const number = (major << 8) | minor
  return {
    name: 'mknodat',
    args: [result('dev'), name, 0o020000 | 0o666, number],
  }
  // #endregion exercise-device
}

function makeLink([name, to]: (typeof links)[number]): Syscall {
  return { name: 'symlinkat', args: [to, result('dev'), name] }
}

function mountInDev([
  type,
  name,
  data,
]: (typeof devFilesystems)[number]): Syscall[] {
  return step(chapter, `mount /dev/${name}`, [
    ...openFolder('dev', name, name),
    mount({
      type,
      target: pathOf(name),
      flags:
        name === 'pts'
          ? ['MS_NOSUID', 'MS_NOEXEC']
          : ['MS_NOSUID', 'MS_NODEV', 'MS_NOEXEC'],
      ...(data ? { data } : {}),
    }),
    close(name),
  ])
}
