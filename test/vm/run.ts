// npm run test:vm: from nothing to a solved exercise in a virtual machine.
//
//   npm run test:vm                    all that meets the kernel, and up again
//   npm run test:vm -- --short         what is other on cgroup v2
//   npm run test:vm -- --report=FILE   the steps as JSON, for test/count.ts
//
// The box is built, or found built. libvirt, the machine and its network live
// in namespaces of their own, without a way out; the host is looked at before
// and after. ROCKER_LIBVIRT_DRIVER=kvm where the processor can do it. Where
// there are no packages to emulate one, all is skipped, and it says so.
//
// man 1 unshare, man 1 vagrant

import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'

import { changes, lookAtHost } from './host.ts'
import { asReport, Steps, timeTable } from './steps.ts'

const here = import.meta.dirname
const top = dirname(dirname(here))
const driver = process.env.ROCKER_LIBVIRT_DRIVER ?? 'qemu'
const minutesAtMost = { short: 45, long: 240 }

type Length = keyof typeof minutesAtMost

// that what runs in the machine does not need: it is sent over a slow line
const excluded = [
  ...['.git', 'dist', 'native/build', 'workshop', 'docs/.vitepress/cache'],
  ...['docs/.vitepress/dist', 'node_modules/node/node_modules/*/bin'],
  'node_modules/node/node_modules/*/include', // its licence is needed
  ...['@biomejs', '@typescript', '@algolia', '@shikijs', '@iconify-json']
    .concat('playwright-core', 'vitepress', 'shiki', 'mark.js')
    .map((name) => `node_modules/${name}`),
]

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { short: { type: 'boolean' }, report: { type: 'string' } },
  })
  const records = mkdtempSync(join(tmpdir(), 'rocker-vm-'))
  const steps = new Steps(join(records, 'steps'))
  try {
    const missing = missingPackages()
    if (missing) {
      console.log(`skipped: a virtual machine needs ${missing}`)
      steps.remember({ name: 'all of it', seconds: 0, status: 'skipped' })
    } else await tryAll(steps, values.short ? 'short' : 'long')
  } catch (error) {
    console.error(`\nnpm run test:vm: ${error}`)
    process.exitCode = 1
  } finally {
    console.log(`\n${timeTable(steps.all)}`)
    if (values.report) writeFileSync(values.report, asReport(steps.all))
    rmSync(records, { recursive: true })
  }
}

async function tryAll(steps: Steps, length: Length): Promise<void> {
  const before = lookAtHost()
  const box = await steps.step('the box is built, or found', findBox)
  const folder = mkdtempSync(join(dirname(dirname(box)), 'run-'))
  chmodSync(folder, 0o711) // qemu is a user of its own
  try {
    await steps.step('a virtual machine, from first to last', () =>
      inWorld({ folder, box, length, record: steps.path }),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await steps.step('the host is as it was', () => {
      const left = changes(before, lookAtHost())
      if (left.length > 0) throw new Error(`it has\n${left.join('\n')}`)
    })
  }
}

/** npm run test:vm has installed what this system has: what it has not. */
function missingPackages(): string {
  const provision = join(top, 'chapters/00-workshop/provision.sh')
  const args = [provision, '--missing', 'runtime', 'lab']
  return spawnSync('sh', args, { encoding: 'utf8' }).stdout.trim()
}

function findBox(): string {
  const output = execFileSync(join(here, 'make-box.sh'), {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return output.trim()
}

/** With its first process all that was started in there ends. */
function inWorld(lab: {
  readonly folder: string
  readonly box: string
  readonly length: Length
  readonly record: string
}): Promise<void> {
  const made = (name: string) => {
    mkdirSync(join(lab.folder, name), { mode: 0o711 })
    return join(lab.folder, name)
  }
  const namespaces = '--mount --net --pid --fork --kill-child'.split(' ')
  const world = [join(here, 'world.sh'), made('images')]
  const machine = [join(here, 'machine.ts'), lab.length, lab.record]
  const child = spawn(
    'unshare',
    [...namespaces, ...world, process.execPath, ...machine],
    {
      cwd: top,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: minutesAtMost[lab.length] * 60_000,
      killSignal: 'SIGKILL',
      env: {
        PATH: process.env.PATH,
        HOME: made('home'),
        TMPDIR: made('tmp'),
        VAGRANT_HOME: made('vagrant'),
        VAGRANT_DOTFILE_PATH: join(lab.folder, 'machine'),
        VAGRANT_CHECKPOINT_DISABLE: '1',
        VAGRANT_DEFAULT_PROVIDER: 'libvirt',
        ROCKER_BOX: 'rocker',
        ROCKER_BOX_URL: `file://${lab.box}`,
        ROCKER_LIBVIRT_DRIVER: driver,
        ROCKER_EXCLUDE: excluded.join(' '),
      },
    },
  )
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
