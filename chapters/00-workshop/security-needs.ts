// What chapter 13 needs of this kernel: a filter of system calls, few devices,
// and users of one's own. Each is tried, and leaves nothing.
//
// man 2 seccomp, bpf, mount_setattr, man 7 user_namespaces

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync } from 'node:fs'
import { release } from 'node:os'

import { perform } from '../01-syscalls/perform.ts'
import {
  flags,
  lengthOf,
  result,
  type Syscall,
  struct,
} from '../01-syscalls/syscall.ts'
import { findCgroups } from '../06-cgroups/cgroup.ts'
import { attachProgram } from '../13-security/device-program.ts'

import { isSince } from './kernel-needs.ts'
import { dataPath } from './machine-needs.ts'
import type { Need } from './need.ts'
import { tried } from './tried.ts'

/** `run` wants the first two, unless it is told otherwise. */
export async function securityNeeds(): Promise<Need[]> {
  return [filter(), devices(), ...(await userNamespaces())]
}

// A filter that is nowhere cannot be read: a kernel that has them says EFAULT.
function filter(): Need {
  const args = [flags('SECCOMP_SET_MODE_FILTER'), 0, null]
  const ask = () =>
    void perform({ name: 'seccomp', args, ignore: ['EFAULT'] })
  return tried(
    'seccomp filter',
    ask,
    'a kernel with CONFIG_SECCOMP_FILTER has it; else --security-opt seccomp=unconfined',
  )
}

/** v1 has a controller of them; v2 asks a program, that is loaded here. */
function devices(): Need {
  const name = 'devices'
  const { controllers, unified } = findCgroups()
  if (controllers.devices)
    return { name, met: true, found: controllers.devices }
  if (unified)
    return tried(
      name,
      loadProgram,
      'a kernel with CONFIG_CGROUP_BPF has it; else --privileged',
    )
  return {
    name,
    met: false,
    found: 'missing',
    help: 'mount -t cgroup -o devices none /sys/fs/cgroup/devices',
    optional: 'keeping devices from containers',
  }
}

function loadProgram(): void {
  const [load] = attachProgram([], result('cgroup'))
  if (load) closeSync(perform(load).value)
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
    },
    said
      ? tried('id-mapped mounts', () => mapIds(child.pid ?? 0), mappable)
      : {
          name: 'id-mapped mounts',
          met: false,
          found: 'not tried',
          help: 'they take a user namespace',
        },
    mappedLayers(),
  ]
  child.stdin.end('\n')
  return needs.map((need) => ({ ...need, optional: '--userns auto' }))
}

const mappable =
  'the data root takes them on ext4 and xfs from Linux 5.12, on btrfs from 5.15, on tmpfs from 6.3'

/** Whether overlay takes a layer that is such a mount. */
function mappedLayers(): Need {
  const met = isSince(5, 19)
  return {
    name: 'id-mapped layers',
    met,
    found: met ? 'since Linux 5.19' : `Linux ${release()}`,
    help: 'overlay takes id-mapped mounts as layers from Linux 5.19',
  }
}

function mapIds(pid: number): void {
  const namespace = openSync(`/proc/${pid}/ns/user`, constants.O_RDONLY)
  const tree = perform(openTree(dataPath())).value
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
