// Detour: new namespaces without the shim, from Node itself.
//
// unshare(CLONE_NEWPID) changes nothing for the caller: its next child becomes
// pid 1 of the new namespace. Node asks for a thread, and the kernel refuses: a
// thread of this process cannot live in another pid namespace. A new user
// namespace is refused at once, because Node already has many threads.
//
//   unshare-in-node.ts      prints what works, and how the rest breaks

import { Worker } from 'node:worker_threads'

import { perform } from '../../01-syscalls/perform.ts'
import { flags } from '../../01-syscalls/syscall.ts'
import { type Namespace, namespaceFlags } from '../namespaces.ts'

// #region detour
function tryUnshare(kind: Namespace): void {
  try {
    perform({ name: 'unshare', args: [flags(namespaceFlags[kind])] })
    console.log(`unshare ${kind}: works, for this one thread`)
  } catch (error) {
    console.log(`unshare ${kind}: ${(error as Error).message}`)
  }
}

for (const kind of ['uts', 'user', 'pid'] as const) tryUnshare(kind)
try {
  new Worker('', { eval: true }).on('error', () => {})
  console.log('a thread: works')
} catch (error) {
  console.log(`a thread: ${(error as Error).message}`)
}
// #endregion detour
