// What an upper folder says; the kernel's own are in the transcripts.

import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { perform } from '../01-syscalls/perform.ts'
import { flags } from '../01-syscalls/syscall.ts'

import { changes } from './changes.ts'

let folder: string
let upper: string
let lower: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'changes-'))
  upper = join(folder, 'upper')
  lower = join(folder, 'lower')
  for (const path of [upper, lower, join(lower, 'etc')]) mkdirSync(path)
  writeFileSync(join(lower, 'etc/motd'), 'hello')
  writeFileSync(join(lower, 'etc/hosts'), '127.0.0.1 localhost')
})
afterEach(() => rmSync(folder, { recursive: true }))

const found = () =>
  changes(upper, lower).map(({ kind, path }) => `${kind} ${path}`)

/** A device 0:0 may be made by anybody: it is none. */
function whiteout(path: string): void {
  perform({
    name: 'mknodat',
    args: [flags('AT_FDCWD'), join(upper, path), flags('S_IFCHR'), 0],
  })
}

describe('in an upper folder', () => {
  test('a file that no layer has was added', () => {
    writeFileSync(join(upper, 'new'), '')
    expect(found()).toEqual(['A /new'])
  })

  test('a file that one has was changed, and its folder too', () => {
    mkdirSync(join(upper, 'etc'))
    writeFileSync(join(upper, 'etc/motd'), 'bye')
    expect(found()).toEqual(['C /etc', 'C /etc/motd'])
  })

  test('a device 0:0 was deleted', () => {
    mkdirSync(join(upper, 'etc'))
    whiteout('etc/motd')
    expect(found()).toEqual(['C /etc', 'D /etc/motd'])
  })

  test('a folder that is gone is one line: nobody looks into it', () => {
    whiteout('etc')
    expect(found()).toEqual(['D /etc'])
  })

  test('a new folder is listed with what is in it, by name', () => {
    mkdirSync(join(upper, 'a/b'), { recursive: true })
    writeFileSync(join(upper, 'a/b/z'), '')
    writeFileSync(join(upper, 'a/b/c'), '')
    expect(found()).toEqual(['A /a', 'A /a/b', 'A /a/b/c', 'A /a/b/z'])
  })

  test('a link to a folder is a link', () => {
    symlinkSync('/etc', join(upper, 'link'))
    expect(found()).toEqual(['A /link'])
  })

  test("a folder in place of a link is new: the link's files are not its own", () => {
    symlinkSync('/etc', join(lower, 'link'))
    mkdirSync(join(upper, 'link'))
    writeFileSync(join(upper, 'link/passwd'), 'new')
    expect(found()).toEqual(['C /link', 'A /link/passwd'])
  })

  test('nothing is no change', () => {
    expect(found()).toEqual([])
  })
})
