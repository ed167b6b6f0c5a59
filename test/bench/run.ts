// What `npm run bench` starts: the bench in a world of its own, with its own
// mounts, network, pids and /dev/shm. With its first process all others end:
// a registry, Docker's daemon, and whatever a peer leaves running. On a machine
// with both versions of cgroups it sees v1 alone: crun 1.8 refuses both.
//
//   npm run bench                  the whole table
//   npm run bench -- containers    what runs, without the pulls
//   npm run bench -- pulls         the pulls alone
//   npm run bench -- health        health checks alone
//   npm run bench -- network       published ports alone
//   npm run bench -- quick         fewer rounds, and no health checks
//   npm run bench -- --save        notes the results for the docs, too
// man 1 unshare

import { spawn } from 'node:child_process'
import { mkdtempSync, rmdirSync, rmSync } from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { cgroupFolders } from '../support/cgroup-folders.ts'

import { debianLayer } from './images.ts'

const top = dirname(dirname(import.meta.dirname))
const namespaces =
  '--mount --net --pid --fork --kill-child --mount-proc'.split(' ')

// the last line is no exec: the shell stays pid 1, and waits for orphans
const enter = `
mount -t tmpfs -o mode=1777 shm /dev/shm &&
{ umount /sys/fs/cgroup/unified 2> /dev/null || true; } &&
busybox ip link set lo up &&
"$@"
exit $?`

async function run(): Promise<number> {
  if (process.getuid?.() !== 0)
    throw new Error(
      'the bench needs root: npm run bench asks for it by sudo',
    )
  debianLayer() // it may have to be made, and there is no network in there
  const folder = mkdtempSync('/var/tmp/rocker-bench-')
  const cgroup = `rocker/bench-${process.pid}`
  try {
    return await bench({ folder, cgroup })
  } finally {
    await removeCgroups(cgroup)
    rmSync(folder, { recursive: true, force: true })
  }
}

function bench({ folder, cgroup }: { folder: string; cgroup: string }) {
  const child = spawn(
    'unshare',
    [
      ...namespaces,
      ...['sh', '-c', enter, 'sh'],
      ...[process.execPath, join(import.meta.dirname, 'bench.ts')],
      ...process.argv.slice(2),
    ],
    { env: environment(folder, cgroup), stdio: 'inherit' },
  )
  process.on('SIGINT', () => {}) // the terminal sends it to all
  process.on('SIGTERM', () => child.kill())
  return new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) =>
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)),
    )
  })
}

/** The same for all: no proxy, no certificates, no configuration of a user. */
function environment(folder: string, cgroup: string): NodeJS.ProcessEnv {
  return {
    PATH: `${join(top, 'node_modules/.bin')}:/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin`,
    HOME: folder,
    TMPDIR: folder,
    ROCKER_ROOT: join(folder, 'rocker'),
    ROCKER_CONFIG: join(folder, 'daemon.json'),
    ROCKER_CGROUP: cgroup,
  }
}

/** What the peers leave of theirs; ours is gone. */
async function removeCgroups(cgroup: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    const left = cgroupFolders(cgroup).filter(({ path }) => !remove(path))
    if (left.length === 0) return
    await sleep(50)
  }
}

function remove(path: string): boolean {
  try {
    rmdirSync(path)
    return true
  } catch {
    return false // its last process is about to end
  }
}

process.exitCode = await run()
