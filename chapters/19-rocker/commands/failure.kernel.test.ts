// What the shim executes when a call of a plan has failed.

import { spawnSync } from 'node:child_process'
import { mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { rockerCommand } from '../../../test/support/cli.ts'
import { architecture } from '../../01-syscalls/perform.ts'
import { step } from '../../01-syscalls/syscall.ts'
import { encode } from '../../02-process/encode.ts'

const enoent = '2'
const gone = '4194304' // no pid is that large

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rocker-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function failure(...more: readonly string[]) {
  const main = step('10-exec', 'open the cgroup of the container', [
    { name: 'chdir', args: ['/'] },
  ])
  const path = join(folder, 'plan')
  writeFileSync(path, encode({ main, after: [] }, { arch: architecture() }))
  const [command = '', ...words] = rockerCommand(folder)
  const place = ['0', '0', enoent, '3']
  return spawnSync(command, [...words, 'exec-failure', ...place, ...more], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', openSync(path, 'r')],
  })
}

test('a container that ended meanwhile is why', () => {
  const { status, stderr } = failure('web', gone)
  expect(stderr).toBe(
    'rocker: execute in web: it ended meanwhile\n' +
      '  hint: rocker start starts it again\n',
  )
  expect(status).toBe(1)
})

test('of one that lives the call is told', () => {
  const { status, stderr } = failure('web', `${process.pid}`)
  expect(stderr).toContain('open the cgroup of the container: ENOENT')
  expect(status).toBe(126)
})
