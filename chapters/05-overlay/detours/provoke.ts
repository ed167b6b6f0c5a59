// Detour: refusals that no command line provokes, by the smallest plan.
//
//   provoke.ts overlay      upper and work lie on two filesystems
//   provoke.ts chroot       the root is no mount point
//   provoke.ts processes    a user may have no process more
//   provoke.ts arguments    a word that is longer than the kernel takes
//   provoke.ts circle       a folder that is a link to itself
//   provoke.ts nowhere      a folder where none can be made
//
// What they are answered, and the hint for it, is on the page of the errors.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { flags, type Syscall, struct } from '../../01-syscalls/syscall.ts'
import { printError } from '../../02-process/chapter-line.ts'
import { execute } from '../../02-process/execute.ts'
import { clone, waitFor } from '../../02-process/run-process.ts'
import { play } from '../../02-process/shim.ts'
import { newNamespaces } from '../../03-namespaces/namespaces.ts'
import { chdir, mount } from '../../04-rootfs/mount.ts'
import { enterFolder, isolateMounts } from '../../04-rootfs/root-folder.ts'
import { mountOverlay } from '../overlay.ts'

const folder = mkdtempSync(join(tmpdir(), 'provoke-'))
for (const name of ['lower', 'upper', 'work', 'merged'])
  mkdirSync(join(folder, name))
symlinkSync('circle', join(folder, 'circle'))

// #region detour
const top = { mode: 0o755, uid: 0, gid: 0 }
const nobody = 65534
const none = struct({ soft: [8, 0], hard: [8, 0] })

const plans: Readonly<Record<string, readonly Syscall[]>> = {
  overlay: child([
    ...isolateMounts(),
    mount({ type: 'tmpfs', target: `${folder}/work` }),
    ...mountOverlay({ lowers: [`${folder}/lower`], folder, top }),
  ]),
  chroot: child([
    chdir(folder),
    { name: 'chroot', args: ['.'] },
    ...isolateMounts(),
  ]),
  processes: [
    { name: 'setresuid', args: [nobody, nobody, nobody] },
    { name: 'prlimit64', args: [0, flags('RLIMIT_NPROC'), none, null] },
    ...clone({ child: [] }),
  ],
  arguments: child(
    execute({ argv: ['/bin/true', 'long '.repeat(40_000)], env: [] }),
  ),
  circle: child([chdir('/'), ...enterFolder(`${folder}/circle`)]),
  nowhere: child([chdir('/'), ...enterFolder('/proc/nowhere')]),
}

function child(calls: readonly Syscall[]): Syscall[] {
  const process = clone({ flags: newNamespaces(['mount']), child: calls })
  return [...process, ...waitFor()]
}

const main = plans[process.argv[2] ?? ''] ?? []
const { failure } = await play({ main, after: [] })
if (failure) printError(failure)
// #endregion detour

rmSync(folder, { recursive: true })
