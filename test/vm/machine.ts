// The life of the virtual machine: up, tried, destroyed, and up again.
//
// run.ts starts this where libvirt works. What is tried is in guest.sh, and is
// typed in one ssh session: each new one costs seconds without virtualisation.

import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

import { Steps } from './steps.ts'

const top = dirname(dirname(import.meta.dirname))
const [length = '', path = ''] = process.argv.slice(2)
const steps = new Steps(path)

async function main(): Promise<void> {
  try {
    await steps.step('vagrant up', () => vagrant('up'))
    await steps.step('dist/rocker is copied in', copyRocker)
    await steps.step('what is tried in it', tryIt)
  } finally {
    await steps.step('vagrant destroy', () => vagrant('destroy', '--force'))
  }
  if (length === 'short') return
  await steps.step('vagrant up again', () => vagrant('up'))
  await steps.step('vagrant destroy again', () =>
    vagrant('destroy', '--force'),
  )
}

function vagrant(...args: string[]): void {
  const { status, error } = spawnSync('vagrant', [...args, '--no-tty'], {
    stdio: 'inherit',
  })
  if (status !== 0)
    throw new Error(`vagrant ${args[0]}: ${error?.message ?? status}`)
}

/** Built here, as one that is downloaded: alone.sh is about this file. */
function copyRocker(): void {
  const file = openSync(join(top, 'dist/rocker'), 'r')
  const receive = 'cat > rocker && chmod 755 rocker'
  const ssh = ['ssh', '--command', receive, '--', '-T']
  const { status } = spawnSync('vagrant', ssh, {
    stdio: [file, 'inherit', 'inherit'],
  })
  closeSync(file)
  if (status !== 0) throw new Error(`vagrant ssh: ${status}`)
}

/** Shows what guest.sh says, and remembers its steps. */
async function tryIt(): Promise<void> {
  const script = `sh /vagrant/test/vm/guest.sh ${length}`
  const child = spawn('vagrant', ['ssh', '--command', script, '--', '-T'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  for await (const line of createInterface(child.stdout)) {
    console.log(line)
    const [, sign, seconds, name = ''] =
      /^-- (✓|✗) (\d+) s: (.+)$/.exec(line) ?? []
    if (sign)
      steps.remember({
        name: `  ${name}`,
        seconds: Number(seconds),
        status: sign === '✓' ? 'passed' : 'failed',
      })
  }
  const [status] = await ended
  if (status !== 0) throw new Error(`guest.sh: status ${status}`)
}

try {
  await main()
} catch (error) {
  console.error(`${error}`)
  process.exitCode = 1
}
