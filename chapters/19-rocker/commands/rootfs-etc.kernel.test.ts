// A folder as a root, in a network: its files of /etc know where it is, and stay
// as they are.

import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { LiveContainers } from '../../../test/support/live-containers.ts'
import { makeBusyboxRoot } from '../../../test/support/rootfs.ts'

let live: LiveContainers
let files: string

beforeEach(() => {
  live = new LiveContainers()
  files = join(live.root, 'files')
  makeBusyboxRoot(files)
})
afterEach(() => live[Symbol.asyncDispose]())

const hosts = (network: string) =>
  live.out(
    ...['run', '--rm', '--network', network, '--hostname', 'box'],
    ...['--rootfs', files, 'sh', '-c', 'cat /etc/hosts 2>/dev/null; true'],
  )

test('a file that it has is its own in a network, and no other', async () => {
  mkdirSync(join(files, 'etc'), { recursive: true })
  writeFileSync(join(files, 'etc/hosts'), 'of the folder\n')
  expect(await hosts('none')).toBe('of the folder\n')
  expect(await hosts('bridge')).toMatch(/^172\S+\s+box/m)
  expect(readFileSync(join(files, 'etc/hosts'), 'utf8')).toBe(
    'of the folder\n',
  )
})

test('what it does not have is not made', async () => {
  rmSync(join(files, 'etc'), { recursive: true, force: true })
  expect(await hosts('bridge')).toBe('')
  expect(readdirSync(files)).not.toContain('etc')
})
