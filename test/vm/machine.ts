// The life of the virtual machine: up, tried, destroyed, and up again.
//
// run.ts starts this where libvirt works. What is tried is in guest.sh, and is
// typed in one ssh session: each new one costs seconds without virtualisation.

import { spawnSync } from 'node:child_process'

import { step, timeTable } from './steps.ts'

const isShort = process.argv[2] === 'short'

async function main(): Promise<void> {
  await step('vagrant up', () => vagrant('up'))
  try {
    const script = `sh /vagrant/test/vm/guest.sh ${isShort ? 'short' : ''}`
    await step('what is tried in it', () =>
      vagrant('ssh', '--no-tty', '--command', script),
    )
  } finally {
    await step('vagrant destroy', () => vagrant('destroy', '--force'))
  }
  if (isShort) return
  await step('vagrant up again', () => vagrant('up'))
  await step('vagrant destroy again', () => vagrant('destroy', '--force'))
}

function vagrant(...args: string[]): void {
  const { status } = spawnSync('vagrant', args, { stdio: 'inherit' })
  if (status !== 0) throw new Error(`vagrant ${args[0]}: status ${status}`)
}

try {
  await main()
} finally {
  console.log(`\n${timeTable()}`)
}
