// What the new process does, in its own namespaces.

import type { Syscall } from '../01-syscalls/syscall.ts'
import { execute } from '../02-process/execute.ts'
import { dieWithParent } from '../02-process/run-process.ts'

import { setHostname } from './hostname.ts'
import type { Launch } from './launch.ts'
import { loopbackUp } from './loopback.ts'
import { keepMounts, type Namespace, unshareCgroup } from './namespaces.ts'
import { waitAtGate } from './user-namespace.ts'

// #region inside
export function inside(launch: Launch): Syscall[] {
  const { argv, namespaces, hostname } = launch
  const has = (kind: Namespace) => namespaces.includes(kind)
  return [
    ...(has('user') ? waitAtGate() : []),
    ...unshareCgroup(namespaces),
    ...keepMounts(namespaces),
    ...(has('uts') ? setHostname(hostname) : []),
    ...(has('network') ? loopbackUp() : []),
    ...dieWithParent(),
    ...execute({ argv, env: ['PATH=/usr/bin:/bin:/usr/sbin:/sbin'] }),
  ]
}
// #endregion inside
