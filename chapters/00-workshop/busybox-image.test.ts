// The image that npm start makes where there is no internet, as GNU tar sees
// it.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { expect, test } from 'vitest'

import { makeBusyboxRoot } from '../../test/support/rootfs.ts'

import { busyboxTar } from './busybox-image.ts'

test('the layer has what the folder has, and all of it is root’s', async () => {
  const listed = listing(await busyboxTar())
  const folder = mkdtempSync(join(tmpdir(), 'rocker-busybox-'))
  makeBusyboxRoot(join(folder, 'root'))
  const owner = ['--owner=root:0', '--group=:0', '--mtime=@0']
  const words = [...owner, '--sort=name', '-C', join(folder, 'root'), '-c']
  const expected = listing(execFileSync('tar', [...words, '.'], large))
  rmSync(folder, { recursive: true })
  expect(listed).toEqual(expected)
  expect(listed).toContainEqual(
    expect.stringMatching(/^drwxrwxrwt 0\/0 .* tmp\/$/),
  )
  expect(listed).toContainEqual(
    expect.stringMatching(/^l.* bin\/sh -> busybox$/),
  )
})

test('it is the same, byte by byte, each time', async () => {
  const first = await busyboxTar()
  await sleep(1100) // an archive counts time in seconds
  expect(first.equals(await busyboxTar())).toBe(true)
})

const large = { maxBuffer: 2 ** 28 }

/** Modes, owners, sizes, times, names and what links lead to. */
function listing(archive: Buffer): string[] {
  const options = ['--full-time', '--numeric-owner', '-tvf', '-']
  return `${execFileSync('tar', options, { ...large, input: archive })}`
    .trim()
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').replace(/ \.\/(?=.)/, ' '))
    .sort()
}
