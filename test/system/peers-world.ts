// A world of its own for a script that starts other engines beside rocker: its
// mounts, network and pids end with it, and its folders are removed. Where both
// versions of cgroups are mounted, it sees v1 alone, as older engines need it.
//
// man 1 unshare

import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { cgroupFolders } from '../support/cgroup-folders.ts'

/** Without /usr/local: it is the engines of this system that are compared. */
export const systemPath = '/usr/sbin:/usr/bin:/sbin:/bin'

const namespaces =
  '--mount --net --pid --fork --kill-child --mount-proc'.split(' ')

const enter = `
mount -t tmpfs -o mode=1777 shm /dev/shm &&
{ umount /sys/fs/cgroup/unified 2> /dev/null || true; } &&
busybox ip link set lo up &&
echo 1 > /proc/sys/net/ipv4/ip_forward &&
"$@"
exit $?`

/** Starts a script once more, with the word `inside`; answers its status. */
export function startInside(script: string): number {
  const folder = mkdtempSync(join(tmpdir(), 'peers-'))
  const cgroup = `rocker/peers-${process.pid}`
  const words = [process.execPath, script, 'inside']
  const { status } = spawnSync(
    'unshare',
    [...namespaces, 'sh', '-c', enter, 'sh', ...words],
    {
      env: {
        PATH: systemPath,
        TMPDIR: folder,
        HOME: folder,
        ROCKER_TEST: join(folder, 'fixtures'),
        ROCKER_ROOT: join(folder, 'root'),
        ROCKER_CONFIG: join(folder, 'daemon.json'),
        ROCKER_CGROUP: cgroup,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  )
  for (const { path } of cgroupFolders(cgroup)) removeFolder(path)
  rmSync(folder, { recursive: true, force: true })
  return status ?? 1
}

/** Listed with what lies in it, which may be gone by now. */
function removeFolder(path: string): void {
  try {
    rmdirSync(path)
  } catch {}
}
