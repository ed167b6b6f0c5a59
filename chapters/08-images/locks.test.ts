import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import {
  type StoreSandbox,
  storeSandbox,
} from '../../test/support/store-sandbox.ts'
import { tryLock } from '../01-syscalls/lock.ts'

import {
  changeStore,
  removeFreeLocks,
  takeLock,
  withStoreLock,
} from './locks.ts'

let sandbox: StoreSandbox
beforeEach(() => {
  sandbox = storeSandbox()
})
afterEach(() => sandbox[Symbol.asyncDispose]())

describe('a lock', () => {
  test('is held by one at a time, by each in turn, and then its file is gone', async () => {
    let inside = 0
    let turns = 0
    const enter = async () => {
      const lock = await takeLock(sandbox.root, 'blob-a')
      expect(++inside).toBe(1)
      await new Promise(setImmediate)
      inside--
      turns++
      lock.release()
    }
    await Promise.all(Array.from({ length: 20 }, enter))
    expect(turns).toBe(20)
    expect(readdirSync(sandbox.root.locks)).toEqual([])
  })

  test('of another name is another lock', async () => {
    const a = await takeLock(sandbox.root, 'a')
    const b = await takeLock(sandbox.root, 'b', { timeoutMs: 0 })
    a.release()
    b.release()
  })

  test('that stays held is named with its holder', async () => {
    const lock = await takeLock(sandbox.root, 'blob-a')
    await expect(
      takeLock(sandbox.root, 'blob-a', { timeoutMs: 20 }),
    ).rejects.toThrow(
      expect.objectContaining({
        code: 'busy',
        message: `lock ${join(sandbox.root.locks, 'blob-a')}`,
        hint: `process ${process.pid} has it`,
      }),
    )
    lock.release()
  })

  test('is not waited for any longer when the user gives up', async () => {
    const lock = await takeLock(sandbox.root, 'blob-a')
    const stop = new AbortController()
    const waiting = takeLock(sandbox.root, 'blob-a', {
      signal: stop.signal,
    })
    setTimeout(() => stop.abort(), 10)
    await expect(waiting).rejects.toThrow(/abort/)
    lock.release()
  })

  test('file of somebody who died is removed, and that of a living one stays', async () => {
    const path = (name: string) => join(sandbox.root.locks, name)
    writeFileSync(path('dead'), '')
    const lock = tryLock(path('alive'))
    removeFreeLocks(sandbox.root)
    expect(readdirSync(sandbox.root.locks)).toEqual(['alive'])
    lock?.release()
  })
})

describe('the store', () => {
  test('is changed by one at a time; what was put aside goes afterwards', async () => {
    let aside = ''
    await changeStore(sandbox.root, (scratch) => {
      aside = scratch
      writeFileSync(join(scratch, 'rubbish'), '')
      expect(tryLock(join(sandbox.root.images, 'lock'))).toBeUndefined()
    })
    expect(existsSync(aside)).toBe(false)
    expect(sandbox.left()).toEqual([])
  })

  test('is free again when the work fails', async () => {
    const fail = () => {
      throw new Error('no')
    }
    await expect(changeStore(sandbox.root, fail)).rejects.toThrow('no')
    await expect(withStoreLock(sandbox.root, () => 1)).resolves.toBe(1)
    expect(sandbox.left()).toEqual([])
  })
})
