// What this kernel can do: each thing is really tried, and leaves nothing.
//
// A version says little: distributions build features in and out, and what is
// around this machine (a container, a policy) may forbid what the kernel has.
//
// man 2 openat2, clone3, close_range, fsopen, mount_setattr

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, existsSync, openSync } from 'node:fs'
import { constants as numbers, release } from 'node:os'

import { perform } from '../01-syscalls/perform.ts'
import {
  flags,
  lengthOf,
  type Syscall,
  struct,
} from '../01-syscalls/syscall.ts'
import { SyscallError } from '../01-syscalls/syscall-error.ts'

import type { Need } from './need.ts'

const oldest = [5, 15] as const

/** The kernel's version, and what it can do. */
export async function kernelNeeds(): Promise<Need[]> {
  return [
    version(),
    ...namespaces(),
    tried('openat2', openat2),
    tried('clone3', clone3),
    tried('close_range', closeRange),
    tried('overlay', overlay),
    {
      ...tried('overlay lowerdir+', appendLayer),
      optional: 'images of more than 50 layers',
    },
    ...(await userNamespaces()),
  ]
}

// 6.1.0-18-amd64 → [6, 1]
function version(): Need {
  const [major = 0, minor = 0] = release().split('.').map(Number)
  const isNewEnough =
    major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
  return {
    name: 'Linux',
    met: isNewEnough,
    found: release(),
    help: `rocker needs Linux ${oldest.join('.')} or newer`,
  }
}

function namespaces(): Need[] {
  const wanted = ['mnt', 'uts', 'ipc', 'pid', 'net', 'cgroup']
  const lacking = wanted.filter(
    (name) => !existsSync(`/proc/self/ns/${name}`),
  )
  return [
    {
      name: 'namespaces',
      met: lacking.length === 0,
      found: wanted.filter((name) => !lacking.includes(name)).join(' '),
      help: `this kernel was built without ${lacking.join(', ')}`,
    },
  ]
}

/** Met where the attempt does not throw; else the error says why. */
function tried(name: string, attempt: () => void): Need {
  try {
    attempt()
    return { name, met: true, found: 'works' }
  } catch (error) {
    if (!(error instanceof SyscallError)) throw error
    const help =
      error.errnoName === 'EPERM'
        ? 'only root can try this: sudo npm run doctor'
        : 'needs a newer kernel, or one built with it'
    return { name, met: false, found: error.errnoName, help }
  }
}

function openat2(): void {
  const how = struct({
    flags: [8, flags('O_PATH', 'O_CLOEXEC')],
    mode: [8, 0],
    resolve: [8, flags('RESOLVE_IN_ROOT')],
  })
  const args = [flags('AT_FDCWD'), '/', how, lengthOf(2)]
  closeSync(perform({ name: 'openat2', args }).value)
}

// Arguments of no size make no process: a kernel that knows clone3 says EINVAL.
function clone3(): void {
  perform({ name: 'clone3', args: [null, 0], ignore: ['EINVAL'] })
}

function closeRange(): void {
  const unused = 1 << 29
  const args = [unused, unused, flags('CLOSE_RANGE_CLOEXEC')]
  perform({ name: 'close_range', args })
}

function overlay(): void {
  closeSync(openOverlay())
}

// Before Linux 6.5 overlay took any option, and read them later: what takes
// one that nobody knows says nothing about the others.
function appendLayer(): void {
  const fd = openOverlay()
  const set = (key: string): Syscall => ({
    name: 'fsconfig',
    args: [fd, flags('FSCONFIG_SET_STRING'), key, '/', 0],
    ignore: key === 'lowerdir+' ? [] : ['EINVAL'],
  })
  try {
    perform(set('lowerdir+'))
    const takesAny = perform(set('rocker')).value === 0
    if (takesAny)
      throw new SyscallError(set('lowerdir+'), numbers.errno.EINVAL)
  } finally {
    closeSync(fd)
  }
}

function openOverlay(): number {
  const args = ['overlay', flags('FSOPEN_CLOEXEC')]
  return perform({ name: 'fsopen', args }).value
}

/** Node has too many threads for a user namespace: a child makes one. */
async function userNamespaces(): Promise<Need[]> {
  const script = 'echo ready; read answer'
  const child = spawn(
    'unshare',
    ['--user', '--map-root-user', 'sh', '-c', script],
    { stdio: ['pipe', 'pipe', 'ignore'] },
  )
  const said = await Promise.race([
    once(child.stdout, 'data').then(() => true),
    once(child, 'exit').then(() => false),
    once(child, 'error').then(() => false),
  ])
  const needs = [
    {
      name: 'user namespaces',
      met: said,
      found: said ? 'works' : 'refused',
      help: 'see /proc/sys/user/max_user_namespaces, and AppArmor on Ubuntu',
      optional: '--userns',
    },
    {
      ...(said
        ? tried('id-mapped mounts', () => mapIds(child.pid ?? 0))
        : { name: 'id-mapped mounts', met: false, found: 'not tried' }),
      optional: 'id maps of images',
    },
  ]
  child.stdin.end('\n')
  return needs
}

function mapIds(pid: number): void {
  const namespace = openSync(`/proc/${pid}/ns/user`, constants.O_RDONLY)
  const tree = perform(openTree('/')).value
  try {
    const attributes = struct({
      set: [8, flags('MOUNT_ATTR_IDMAP')],
      clear: [8, 0],
      propagation: [8, 0],
      userNamespace: [8, namespace],
    })
    const args = [tree, '', flags('AT_EMPTY_PATH'), attributes, lengthOf(3)]
    perform({ name: 'mount_setattr', args })
  } finally {
    closeSync(tree)
    closeSync(namespace)
  }
}

function openTree(path: string): Syscall {
  const how = flags('OPEN_TREE_CLONE', 'OPEN_TREE_CLOEXEC')
  return { name: 'open_tree', args: [flags('AT_FDCWD'), path, how] }
}
