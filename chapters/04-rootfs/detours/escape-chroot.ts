// Detour: the way out of a chroot, and where it leads after pivot_root.
//
// The root of a process is one pointer, its working directory another. Whoever
// moves the first below the second stands outside, and can walk up: ".." ends
// only at the root, and that is never met.
//
//   escape-chroot.ts ./rootfs       prints "/*" as seen after the attempt
//
// man 2 chroot

import { rmdirSync } from 'node:fs'
import { resolve } from 'node:path'

import { flags, type Syscall } from '../../01-syscalls/syscall.ts'
import { execute } from '../../02-process/execute.ts'
import { clone, waitFor } from '../../02-process/run-process.ts'
import { play } from '../../02-process/shim.ts'
import { newNamespaces } from '../../03-namespaces/namespaces.ts'
import { chdir } from '../mount.ts'
import { pivotRoot } from '../pivot-root.ts'
import { bindRoot, isolateMounts } from '../root-folder.ts'

const rootfs = resolve(process.argv[2] ?? 'rootfs')

// #region detour
const wayOut: Syscall[] = [
  { name: 'mkdirat', args: [flags('AT_FDCWD'), 'inner', 0o755] },
  { name: 'chroot', args: ['inner'] }, // the current folder stays outside
  ...Array.from({ length: 30 }, () => chdir('..')),
  { name: 'chroot', args: ['.'] },
]

async function tryFrom(name: string, jail: Syscall[]): Promise<void> {
  console.log(`${name}:`)
  const argv = ['/bin/sh', '-c', 'echo /*']
  const child = [...jail, ...wayOut, ...execute({ argv, env: [] })]
  const process = clone({ flags: newNamespaces(['mount']), child })
  const { failure } = await play({
    main: [...process, ...waitFor()],
    after: [],
  })
  if (failure) console.log(failure.message)
  rmdirSync(`${rootfs}/inner`)
}

await tryFrom('chroot', [chdir(rootfs), { name: 'chroot', args: ['.'] }])
await tryFrom('pivot_root', [
  ...isolateMounts(),
  ...bindRoot(rootfs),
  chdir(rootfs),
  ...pivotRoot(),
])
// #endregion detour
