// npm run test:vm: from nothing to a solved exercise in a virtual machine.
//
//   npm run test:vm              all that meets the kernel, and up again
//   npm run test:vm -- --short   chapter 6 and one of each of the others
//
// The box is built, or found built. libvirt, the machine and its network live
// in namespaces of their own, without a way out; the host is looked at before
// and after. ROCKER_LIBVIRT_DRIVER=kvm where the processor can do it.
//
// man 1 unshare, man 1 vagrant

import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

import { changes, lookAtHost } from './host.ts'
import { step, timeTable } from './steps.ts'

const here = import.meta.dirname
const driver = process.env.ROCKER_LIBVIRT_DRIVER ?? 'qemu'

// that what runs in the machine does not need: it is sent over a slow line
const excluded = [
  ...['.git', 'dist', 'native/build', 'workshop', 'docs/.vitepress/cache'],
  ...['docs/.vitepress/dist', 'node_modules/node/node_modules'],
  ...['@biomejs', '@typescript', '@algolia', '@shikijs', '@iconify-json']
    .concat('playwright-core', 'vitepress', 'shiki', 'mark.js')
    .map((name) => `node_modules/${name}`),
]

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { short: { type: 'boolean' } } })
  const before = lookAtHost()
  const box = await step('the box is built, or found', findBox)
  const folder = mkdtempSync(join(dirname(dirname(box)), 'run-'))
  chmodSync(folder, 0o711) // qemu is a user of its own
  try {
    await inWorld(folder, box, values.short ? 'short' : 'long')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  const left = changes(before, lookAtHost())
  if (left.length > 0)
    throw new Error(`the host is not as it was:\n${left.join('\n')}`)
  console.log('\nthe host is as it was')
}

function findBox(): string {
  const output = execFileSync(join(here, 'make-box.sh'), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return output.trim()
}

/** With its first process all that was started in there ends. */
function inWorld(
  folder: string,
  box: string,
  length: string,
): Promise<void> {
  const made = (name: string) => {
    mkdirSync(join(folder, name), { mode: 0o711 })
    return join(folder, name)
  }
  const command = [process.execPath, join(here, 'machine.ts'), length]
  const namespaces = '--mount --net --pid --fork --kill-child'.split(' ')
  const world = [join(here, 'world.sh'), made('images'), ...command]
  const child = spawn('unshare', [...namespaces, ...world], {
    cwd: dirname(dirname(here)),
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      PATH: process.env.PATH,
      HOME: made('home'),
      TMPDIR: made('tmp'),
      VAGRANT_HOME: made('vagrant'),
      VAGRANT_DOTFILE_PATH: join(folder, 'machine'),
      VAGRANT_CHECKPOINT_DISABLE: '1',
      VAGRANT_DEFAULT_PROVIDER: 'libvirt',
      ROCKER_BOX: 'rocker',
      ROCKER_BOX_URL: `file://${box}`,
      ROCKER_LIBVIRT_DRIVER: driver,
      ROCKER_EXCLUDE: excluded.join(' '),
    },
  })
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => child.kill('SIGKILL'))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) =>
      code === 0
        ? resolve()
        : reject(new Error(`the machine ended with ${signal ?? code}`)),
    )
  })
}

await main()
console.log(`\n${timeTable()}`)
