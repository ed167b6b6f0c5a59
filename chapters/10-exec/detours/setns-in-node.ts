// Detour: into a container without the shim, from Node itself.
//
// setns(2) moves one thread. Files belong to all threads of a process together,
// so the kernel refuses a mount namespace to a process of many. And the pids: it
// is only the children who get new ones. So Node stands in the doorway: with the
// container's hostname and network, and with the files of the host.
//
//   setns-in-node.ts PID      of a container's process, as the host counts

import { spawnSync } from 'node:child_process'
import { hostname } from 'node:os'

import { perform } from '../../01-syscalls/perform.ts'
import { flags } from '../../01-syscalls/syscall.ts'
import {
  type Namespace,
  namespaceFlags,
} from '../../03-namespaces/namespaces.ts'

const pid = Number(process.argv[2])
const pidfd = perform({ name: 'pidfd_open', args: [pid, 0] }).value

// #region detour
function tryJoin(kind: Namespace): void {
  try {
    const kinds = flags(namespaceFlags[kind])
    perform({ name: 'setns', args: [pidfd, kinds] })
    console.log(`setns ${kind}: works, for this one thread`)
  } catch (error) {
    console.log(`setns ${kind}: ${(error as Error).message}`)
  }
}

const kinds = ['uts', 'ipc', 'network', 'cgroup', 'pid', 'mount'] as const
for (const kind of kinds) tryJoin(kind)
console.log(`the hostname is ${hostname()}`)

const script = 'echo $$ $(readlink /proc/self)'
const { stdout } = spawnSync('sh', ['-c', script], { encoding: 'utf8' })
const [own, seen] = stdout.trim().split(' ')
console.log(`a child is ${own}, and finds itself as ${seen} in /proc`)
// #endregion detour
