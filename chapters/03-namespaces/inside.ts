// What the new process does, in its own namespaces.

import type { Syscall } from '../01-syscalls/syscall.ts'
import { execute } from '../02-process/execute.ts'
import { setHostname } from './hostname.ts'
import { loopbackUp } from './loopback.ts'
import { type Namespace, unshareCgroup } from './namespaces.ts'
import { waitAtGate } from './user-namespace.ts'

// #region inside
export function inside(
  argv: readonly string[],
  namespaces: readonly Namespace[],
  hostname: string,
): Syscall[] {
  const has = (kind: Namespace) => namespaces.includes(kind)
  return [
    ...(has('user') ? waitAtGate() : []),
    ...unshareCgroup(namespaces),
    ...(has('uts') ? setHostname(hostname) : []),
    ...(has('network') ? loopbackUp() : []),
    ...execute({ argv, env: ['PATH=/usr/bin:/bin:/usr/sbin:/sbin'] }),
  ]
}
// #endregion inside
