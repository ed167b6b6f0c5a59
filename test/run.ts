// What `npm test` starts: vitest in a world of its own.
//
//   npm test                          everything
//   npm test -- chapters/04-rootfs    vitest's own arguments
//
// The world has its own mounts, network, pids, /dev/shm and folders. Its root
// is shared, as systemd makes it: so a mount that leaks out of a container is
// seen here, and never reaches the host. With its first process all others
// end. There is no way out to the internet from here.
//
// man 1 unshare, man 7 mount_namespaces

import { spawn } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'

import { debianLayer } from './bench/images.ts'
import { cgroupFolders } from './support/cgroup-folders.ts'

const top = dirname(import.meta.dirname)

// the last line is no exec: the shell stays pid 1, and waits for orphans
const enter = `
mount --make-rshared / &&
mount -t tmpfs -o mode=1777 shm /dev/shm &&
busybox ip link set lo up &&
echo 1 > /proc/sys/net/ipv4/ip_forward && # else the first network says so
"$@"
exit $?`

const namespaces =
  '--mount --net --pid --fork --kill-child --mount-proc'.split(' ')

async function run(): Promise<number> {
  if (process.getuid?.() !== 0)
    throw new Error('the tests need root: npm test asks for it by sudo')
  prepareDebian()
  const base = mkdtempSync(
    join(process.env.TMPDIR ?? '/var/tmp', 'rocker-test-'),
  )
  chmodSync(base, 0o711) // a container's user has to find its files
  const cgroup = `rocker/test-${process.pid}`
  try {
    return await vitest(environment(base, cgroup))
  } finally {
    for (const { path } of cgroupFolders(cgroup)) rmdirSync(path)
    rmSync(base, { recursive: true, force: true })
  }
}

/** Made once, and before there is no way out to its packages any more. */
function prepareDebian(): void {
  const paths = process.argv
    .slice(2)
    .filter((word) => !word.startsWith('-'))
  if (paths.length > 0 && !paths.some((path) => path.includes('system')))
    return
  try {
    debianLayer()
  } catch (error) {
    console.error(`npm test: there is no Debian image: ${error}`)
  }
}

function environment(base: string, cgroup: string): NodeJS.ProcessEnv {
  const folder = (name: string) => {
    mkdirSync(join(base, name), { mode: 0o755 })
    return join(base, name)
  }
  const config = join(base, 'daemon.json')
  writeFileSync(config, '{"bridge":"none"}') // who wants a network asks for it
  return {
    ...kept(process.env),
    PATH: [
      join(top, 'node_modules/.bin'),
      '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ].join(':'),
    TMPDIR: folder('tmp'),
    ROCKER_ROOT: join(base, 'root'),
    ROCKER_CGROUP: cgroup,
    ROCKER_CONFIG: config,
    ROCKER_TEST: folder('fixtures'),
  }
}

/** A proxy, a locale or a certificate of this machine is no test's business. */
function kept(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names =
    /^(HOME|USER|LOGNAME|SHELL|TERM|COLORTERM|NO_COLOR|FORCE_COLOR|CI|LANG)$|^(ROCKER|VITEST)_/
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => names.test(name)),
  )
}

function vitest(env: NodeJS.ProcessEnv): Promise<number> {
  const command = [
    process.execPath,
    join(top, 'node_modules/vitest/vitest.mjs'),
    ...['run', '--config', join(top, 'test/vitest.config.ts')],
    ...process.argv.slice(2),
  ]
  const child = spawn(
    'unshare',
    [...namespaces, 'sh', '-c', enter, 'sh', ...command],
    { env, stdio: 'inherit' },
  )
  // the terminal sends SIGINT to all; the others are for this process alone
  process.on('SIGINT', () => {})
  for (const name of ['SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => child.kill(name))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) =>
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)),
    )
  })
}

process.exitCode = await run()
