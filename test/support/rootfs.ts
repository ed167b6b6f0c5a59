// A root filesystem in two megabytes: busybox, its commands as links, and the
// few files that programs expect.

import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { fixture } from './fixtures.ts'

const busybox = '/bin/busybox' // Debian's busybox-static

/** One root for all tests of a run that only read it. */
export function busyboxRoot(): string {
  return fixture('busybox', makeBusyboxRoot)
}

/** Makes a root folder for a test that writes to its own. */
export function makeBusyboxRoot(root: string): void {
  for (const folder of folders) mkdirSync(join(root, folder))
  chmodSync(join(root, 'tmp'), 0o1777)
  chmodSync(join(root, 'root'), 0o700)
  copyFileSync(busybox, join(root, 'bin/busybox'))
  for (const applet of applets())
    symlinkSync('busybox', join(root, 'bin', applet))
  for (const [path, text] of Object.entries(files))
    writeFileSync(join(root, path), text)
}

const folders = [
  '',
  ...['bin', 'dev', 'etc', 'home', 'home/user', 'proc', 'root', 'run'],
  ...['sys', 'tmp', 'usr', 'usr/bin', 'var', 'var/tmp'],
]

const files = {
  'etc/passwd':
    'root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000::/home/user:/bin/sh\n',
  'etc/group': 'root:x:0:\nuser:x:1000:\naudio:x:29:user\n',
  'etc/os-release': 'ID=busybox\nNAME=BusyBox\n',
  'etc/hosts': '127.0.0.1 localhost\n::1 localhost\n',
}

function applets(): string[] {
  return execFileSync(busybox, ['--list'], { encoding: 'utf8' })
    .split('\n')
    .filter((name) => name !== '' && name !== 'busybox')
}
