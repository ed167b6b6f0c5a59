// Detour: the host's disk, mounted from inside.
//
// A container that is not confined sees none of the host's files. But its root
// makes a file for the disk by its number, and mounts that: no name is needed.
// Then it is confined, and gets back what it lost, one piece after the other.
//
//   host-disk.ts IMAGE      prints how far each of them comes
//
// The disk is a small one that is made here, in the place of your own.

import { execFileSync } from 'node:child_process'
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { dataRoot } from '../../05-overlay/data-root.ts'
import { runWithVolumes } from '../../12-volumes/launch.ts'
import { readDeviceRule } from '../device-rules.ts'
import { runConfined } from '../launch.ts'

const [image = ''] = process.argv.slice(2)
const root = dataRoot()
const folder = mkdtempSync(join(tmpdir(), 'host-disk-'))
const disk = join(folder, 'disk')
const host = (program: string, ...args: string[]) =>
  execFileSync(program, args, { encoding: 'utf8', stdio: 'pipe' })

// #region detour
const attack = (minor: string) => `cd /tmp; mkdir host
try() { "$@" > /dev/null 2>&1 && echo -n ' yes ' || echo -n ' no  '; }
mounts() { mount -t ext4 disk host && echo mine >> host/secret &&
           umount host; }
writes() { true >> /proc/sys/kernel/core_pattern; }
try mknod disk b 7 ${minor}; try head -c 1 disk; try mounts; try writes
echo "$0"`

const usual = { privileged: false, add: [], drop: [] }
const admin = { ...usual, add: ['SYS_ADMIN'] }
const masked = { noNewPrivileges: false, unmasked: false }
const unmasked = { ...masked, unmasked: true }
const given = [readDeviceRule('b 7:* rw')]
const confined = {
  ...{ capabilities: usual, options: masked, devices: [] },
  ownUsers: false,
}
const both = { ...confined, devices: given, capabilities: admin }
const ways = {
  confined,
  '… with the device': { ...confined, devices: given },
  '… with CAP_SYS_ADMIN': { ...confined, capabilities: admin },
  '… with both': both,
  '… and nothing is masked': { ...both, options: unmasked },
}

async function runAll(minor: string): Promise<void> {
  const words = (name: string) => ['sh', '-c', attack(minor), name]
  const of = (name: string) => ({ image, words: words(name) })
  console.log('mknod read mount write')
  await runWithVolumes(root, of('not confined'), [])
  for (const [name, how] of Object.entries(ways))
    await runConfined(root, of(name), how)
}
// #endregion detour

mkdirSync(join(folder, 'files'))
writeFileSync(join(folder, 'files/secret'), "the host's secret\n")
host('mkfs.ext4', '-q', '-d', join(folder, 'files'), disk, '1M')
const device = host('losetup', '--find', '--show', disk).trim()
const held = openSync(device, 'r')
try {
  host('losetup', '--detach', device) // as soon as nobody has it open
  await runAll(device.replace(/\D+/, ''))
  process.stdout.write(host('debugfs', '-R', 'cat secret', disk))
} finally {
  closeSync(held)
  rmSync(folder, { recursive: true })
}
