// A lock between processes, and what becomes of it when one is killed.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { isLocked, tryLock } from './lock.ts'

let folder = ''
let path = ''

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lock-'))
  path = join(folder, 'lock')
})

afterEach(() => rmSync(folder, { recursive: true }))

describe('a lock', () => {
  test('is held by one, until it is given back', () => {
    const lock = tryLock(path)
    expect(lock).toBeDefined()
    expect(tryLock(path)).toBeUndefined()
    lock?.release()
    const again = tryLock(path)
    expect(again).toBeDefined()
    again?.release()
  })

  test('is only looked at: nothing is made, and nothing held', () => {
    expect(isLocked(path)).toBe(false)
    expect(existsSync(path)).toBe(false)
    const lock = tryLock(path)
    expect(isLocked(path)).toBe(true)
    lock?.release()
    expect(isLocked(path)).toBe(false)
  })

  test('is a file for its owner alone', () => {
    tryLock(path)?.release()
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  test('is freed when its holder is killed', async () => {
    const holder = await otherProcess()
    expect(tryLock(path)).toBeUndefined()
    holder.kill('SIGKILL')
    await once(holder, 'exit')
    const lock = tryLock(path)
    expect(lock).toBeDefined()
    lock?.release()
  })

  test('is no link to somewhere else', () => {
    symlinkSync(join(folder, 'victim'), path)
    expect(() => tryLock(path)).toThrow('ELOOP')
    expect(existsSync(join(folder, 'victim'))).toBe(false)
  })
})

/** A Node of its own that holds the lock until it ends. */
async function otherProcess(): Promise<ChildProcess> {
  const module = JSON.stringify(join(import.meta.dirname, 'lock.ts'))
  const script = `
    const { tryLock } = await import(${module})
    if (tryLock(${JSON.stringify(path)})) console.log('held')
    setInterval(() => {}, 1000)`
  const child = spawn(
    process.execPath,
    ['--input-type=module', '--eval', script],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [line] = await once(child.stdout, 'data')
  expect(`${line}`).toBe('held\n')
  return child
}
