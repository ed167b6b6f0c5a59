// A namespace is a view: who is in it cannot name what lies outside of it.
//
//   pid      its own process numbers; the first one is its pid 1
//   mount    its own table of mounts
//   uts      its own hostname
//   ipc      its own message queues and shared memory
//   network  its own interfaces, addresses, ports
//   cgroup   its own cgroup is the root of what it sees
//   user     its own uids: root inside, somebody else outside
//   time     its own time since boot
//
// man 7 namespaces

import type { ConstantName } from '../01-syscalls/constants.ts'
import { RockerError } from '../01-syscalls/rocker-error.ts'
import { flags, type Syscall, step } from '../01-syscalls/syscall.ts'

const chapter = '03-namespaces'

// #region namespaces
export const namespaceFlags = {
  pid: 'CLONE_NEWPID',
  mount: 'CLONE_NEWNS',
  uts: 'CLONE_NEWUTS',
  ipc: 'CLONE_NEWIPC',
  network: 'CLONE_NEWNET',
  cgroup: 'CLONE_NEWCGROUP',
  user: 'CLONE_NEWUSER',
  time: 'CLONE_NEWTIME',
} as const satisfies Record<string, ConstantName>

export type Namespace = keyof typeof namespaceFlags

/** "network" → itself; what is no namespace is refused. */
export function readNamespace(name: string): Namespace {
  const kinds = Object.keys(namespaceFlags) as Namespace[]
  const kind = kinds.find((one) => one === name)
  if (kind) return kind
  throw new RockerError('bad-input', `use the namespace ${name}`, {
    hint: `it is one of ${kinds.join(', ')}`,
  })
}

/** The flags of clone3 for new namespaces. */
export function newNamespaces(kinds: readonly Namespace[]): ConstantName[] {
  // #region exercise-new-namespaces
  // a process must be in its cgroup first: its view starts where it stands
  const born = kinds.filter((kind) => kind !== 'cgroup')
  return born.map((kind) => namespaceFlags[kind])
  // #endregion exercise-new-namespaces
}

/** In the new process, once it is in its cgroup: that is its root now. */
export function unshareCgroup(kinds: readonly Namespace[]): Syscall[] {
  if (!kinds.includes('cgroup')) return []
  return step(chapter, 'see only the own cgroup', [
    { name: 'unshare', args: [flags('CLONE_NEWCGROUP')] },
  ])
}
// #endregion namespaces

/**
 * In the new process: a new mount namespace is a copy whose mounts stay tied to
 * the old ones. From here on what is mounted outside is seen inside, as before;
 * what is mounted inside is not seen outside.
 */
export function keepMounts(kinds: readonly Namespace[]): Syscall[] {
  if (!kinds.includes('mount')) return []
  return step(chapter, 'keep its mounts to itself', [
    {
      name: 'mount',
      args: [null, '/', null, flags('MS_REC', 'MS_SLAVE'), null],
    },
  ])
}
