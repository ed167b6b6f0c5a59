// What a container sees below /sys/fs/cgroup: its own cgroups, and read-only.
//
//   v1   a folder in memory, in it one for each hierarchy
//   v2   its cgroup alone
//
// Each is the container's own folder of the host's tree, mounted once more: what
// is above it has no name in there, whether or not it has a cgroup namespace.
// The file that a hierarchy of v1 executes when a cgroup is empty stands in its
// root, and is nowhere to be seen (CVE-2022-0492).
//
// linux/Documentation/admin-guide/cgroup-v1

import { basename } from 'node:path'

import {
  flags,
  lengthOf,
  result,
  type Syscall,
  step,
  struct,
  text,
} from '../01-syscalls/syscall.ts'
import { tmpfsMagic } from '../04-rootfs/devices.ts'
import { bind, mount } from '../04-rootfs/mount.ts'
import {
  close,
  expectFilesystem,
  openFrom,
  openInRoot,
  pathOf,
} from '../04-rootfs/target.ts'
import { cgroupOf, ownCgroups } from '../09-containers/cgroup-part.ts'
import type { Container } from '../09-containers/container.ts'
import type { SpecMount } from '../09-containers/spec.ts'

const at = 'sys/fs/cgroup'
const safe = [
  'MOUNT_ATTR_NOSUID',
  'MOUNT_ATTR_NODEV',
  'MOUNT_ATTR_NOEXEC',
] as const

/** How it stands in config.json. */
export function cgroupMount(access: 'ro' | 'rw'): SpecMount {
  return {
    destination: `/${at}`,
    type: 'cgroup',
    source: 'cgroup',
    options: ['nosuid', 'noexec', 'nodev', 'relatime', access],
  }
}

/** In a new root, while the host's files are still there. */
export function mountCgroups(container: Container): Syscall[] {
  const wanted = container.spec.mounts.find(({ type }) => type === 'cgroup')
  if (!wanted) return []
  const { version, roots } = ownCgroups(container)
  const name = cgroupOf(container)
  const closed = wanted.options.includes('ro')
  return step('13-security', `mount /${at}`, [
    openInRoot('root', at, 'cgroups'),
    ...(version === 2
      ? [bind(`${roots[0]}/${name}`, pathOf('cgroups'))]
      : [
          mount({ type: 'tmpfs', target: pathOf('cgroups'), data }),
          ...lookAgain(),
          ...expectFilesystem('cgroups', tmpfsMagic),
          ...roots.flatMap((root) => mountHierarchy(root, name)),
        ]),
    ...lookAgain(),
    protect(closed),
    ...(isCovered(container) ? [] : [close('cgroups')]),
  ])
}

/**
 * Whoever is given the host's /sys does not get its cgroups with it: when that
 * stands in its place, the container's own come to theirs once more.
 */
export function moveCgroups(container: Container): Syscall[] {
  if (!isCovered(container)) return []
  const empty = [
    'MOVE_MOUNT_F_EMPTY_PATH',
    'MOVE_MOUNT_T_EMPTY_PATH',
  ] as const
  const [from, to] = [result('cgroups'), result('here')]
  return step('13-security', `move the cgroups to /${at}`, [
    openFrom(flags('AT_FDCWD'), '/', 'top'),
    openFrom(result('top'), at, 'here'),
    { name: 'move_mount', args: [from, '', to, '', flags(...empty)] },
    ...['cgroups', 'here', 'top'].map(close),
  ])
}

function isCovered({ spec }: Container): boolean {
  const has = (check: (mount: SpecMount) => boolean) =>
    spec.mounts.some(check)
  return (
    has(({ type }) => type === 'cgroup') &&
    has(({ type, source, destination, options }) => {
      const ofHost = type === 'bind' && source === destination
      const isAbove = `/${at}`.startsWith(`${destination}/`)
      return ofHost && isAbove && !reachesOut(options)
    })
  )
}

/** Whether what is mounted in it appears on the host, too. */
export function reachesOut(options: readonly string[]): boolean {
  return options.some((word) => /^r?shared$/.test(word))
}

/** "/sys/fs/cgroup/cpu,cpuacct" has two names more. */
function mountHierarchy(root: string, name: string): Syscall[] {
  const folder = basename(root)
  const controllers = folder.split(',')
  const target = text`/proc/self/fd/${result('cgroups')}/${folder}`
  return [
    { name: 'mkdirat', args: [result('cgroups'), folder, 0o755] },
    bind(`${root}/${name}`, target),
    ...(controllers.length > 1 ? controllers : []).map(
      (controller): Syscall => ({
        name: 'symlinkat',
        args: [folder, result('cgroups'), controller],
      }),
    ),
  ]
}

const data = 'mode=755,size=64k'

/** What was opened lies below the mount now. */
function lookAgain(): Syscall[] {
  return [close('cgroups'), openInRoot('root', at, 'cgroups')]
}

/** All of it at once, with all that is mounted in it. */
function protect(closed: boolean): Syscall {
  const attributes = closed
    ? flags('MOUNT_ATTR_RDONLY', ...safe)
    : flags(...safe)
  const how = struct({
    attr_set: [8, attributes],
    attr_clr: [8, 0],
    propagation: [8, 0],
    userns_fd: [8, 0],
  })
  return {
    name: 'mount_setattr',
    args: [
      result('cgroups'),
      '',
      flags('AT_EMPTY_PATH', 'AT_RECURSIVE'),
      how,
      lengthOf(3),
    ],
  }
}
