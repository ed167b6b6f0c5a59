// Who may not have a new network namespace is told so, and is where it was.

import { spawnSync } from 'node:child_process'
import { readlinkSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { closeNamespace, makeNamespace } from './network-namespace.ts'

test('whoever makes one is where it was before', () => {
  const before = readlinkSync('/proc/thread-self/ns/net')
  closeNamespace(makeNamespace())
  expect(readlinkSync('/proc/thread-self/ns/net')).toBe(before)
})

test('who may not make one is told so', () => {
  const path = join(import.meta.dirname, 'network-namespace.ts')
  const script = `
    const { makeNamespace } = await import(${JSON.stringify(path)})
    try { makeNamespace() } catch ({ message }) { console.log(message) }`
  const node = [process.execPath, '--input-type=module', '-e', script]
  const words = ['--bounding-set', '-sys_admin', ...node]
  const { status, stdout } = spawnSync('setpriv', words, {
    encoding: 'utf8',
  })
  expect([status, stdout]).toEqual([
    0,
    'unshare(CLONE_NEWNET): EPERM (operation not permitted)\n',
  ])
})
