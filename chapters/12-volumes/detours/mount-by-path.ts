// Detour: a volume is mounted where a path leads, and an image has a link there.
//
// mount(2) takes a path, and follows every link on the way. As long as the host
// is the root, "../host" leads to the host. What is opened by openat2 as if the
// image were all there is stays in it.
//
//   mount-by-path.ts      prints where the volume was seen, either way
//
// CVE-2017-1002101, CVE-2021-30465

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { flags, type Syscall } from '../../01-syscalls/syscall.ts'
import { execute } from '../../02-process/execute.ts'
import { clone, waitFor } from '../../02-process/run-process.ts'
import { play } from '../../02-process/shim.ts'
import { newNamespaces } from '../../03-namespaces/namespaces.ts'
import { bind, chdir } from '../../04-rootfs/mount.ts'
import { isolateMounts } from '../../04-rootfs/root-folder.ts'
import { placeMount } from '../inside.ts'

const folder = mkdtempSync(join(tmpdir(), 'mount-by-path-'))
const volume = join(folder, 'volume')
const folders = ['volume/file', 'host', 'image/host']
for (const name of folders)
  mkdirSync(join(folder, name), { recursive: true })
symlinkSync('../host', join(folder, 'image/data'))

// #region detour
const tree = flags('OPEN_TREE_CLONE', 'OPEN_TREE_CLOEXEC')
const data = {
  ...{ source: volume, destination: '/data' },
  ...{ type: 'bind', options: ['rbind'] },
}

const ways: Readonly<Record<string, readonly Syscall[]>> = {
  path: [bind('volume', 'image/data')],
  descriptor: [
    {
      name: 'open_tree',
      args: [flags('AT_FDCWD'), volume, tree],
      result: 'mount',
    },
    chdir('image'), // which is the root for openat2
    ...placeMount(data, 'mount'),
    chdir('..'),
  ],
}

for (const [name, way] of Object.entries(ways)) {
  const argv = ['/bin/sh', '-c', `echo by ${name}: host/* image/host/*`]
  const child = [
    ...isolateMounts(),
    chdir(folder),
    ...way,
    ...execute({ argv, env: [] }),
  ]
  const process = clone({ flags: newNamespaces(['mount']), child })
  await play({ main: [...process, ...waitFor()], after: [] })
}
// #endregion detour

rmSync(folder, { recursive: true })
