// The fixtures that other tests stand on do what they say.

import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { program } from './programs.ts'
import { busyboxRoot } from './rootfs.ts'

const text = (command: string, args: readonly string[]) =>
  execFileSync(command, args, { encoding: 'utf8' })

test('the busybox root runs a shell, and has its commands and users', () => {
  const script = 'whoami; cat /etc/os-release; ls -d /tmp /proc'
  expect(text('chroot', [busyboxRoot(), '/bin/sh', '-c', script])).toBe(
    'root\nID=busybox\nNAME=BusyBox\n/proc\n/tmp\n',
  )
  expect(statSync(join(busyboxRoot(), 'tmp')).mode & 0o7777).toBe(0o1777)
})

test('a fixture is made once', () => {
  expect(busyboxRoot()).toBe(busyboxRoot())
  expect(program('probe')).toBe(program('probe'))
})

test('the probe sees what it was given', () => {
  const script = 'trap "" PIPE; exec "$@" 7</dev/null'
  const seen = text('sh', ['-c', script, 'sh', program('probe'), 'one two'])
  expect(seen).toMatch(/^ignored: 13$/m)
  expect(seen).toMatch(/^descriptors: 0 1 2\b.* 7\b/m)
  expect(seen).toMatch(/^argument: one two$/m)
})
