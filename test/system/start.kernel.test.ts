// npm start, where there is no way to the internet.

import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

import { expect, test } from 'vitest'

import { patience } from '../support/patience.ts'
import { settled, snapshot } from '../support/snapshot.ts'

const program = join(
  import.meta.dirname,
  '../../chapters/00-workshop/start.ts',
)

const ownFolders = () =>
  readdirSync('/var/tmp').filter((name) => name.startsWith('rocker-start-'))

test('npm start pulls an image, runs it, and leaves nothing', async () => {
  const before = { ...(await snapshot()), folders: ownFolders() }
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program],
    {
      encoding: 'utf8',
    },
  )
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  for (const line of [
    /^\$ rocker pull 127\.0\.0\.1:\d+\/busybox$/m,
    /^box$/m, // its hostname
    /^ {4}1 root {5}ps$/m, // pid 1
    /^etc$/m, // its files
    /^67108864$/m, // its limit
    /^exit code 137$/m, // above the limit
    /^exit code 42$/m,
  ])
    expect(stdout).toMatch(line)
  const { folders, ...host } = before
  expect(await settled(host)).toEqual(host)
  expect(ownFolders()).toEqual(folders)
})

test('npm start | cat ends too', () => {
  const { status, stdout } = spawnSync(
    'sh',
    ['-c', '"$0" "$1" 2>&1 | cat', process.execPath, program],
    { encoding: 'utf8', timeout: 60_000 * patience },
  )
  expect(status).toBe(0)
  expect(stdout).toMatch(/^exit code 42$/m)
})
