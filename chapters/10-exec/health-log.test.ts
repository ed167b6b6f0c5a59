// The notes of a monitor, read.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { usualRecord } from '../../test/support/written-container.ts'
import type { HealthCheck } from '../08-images/health-check.ts'

import { readHealth, readResults } from './health-log.ts'

const began = 1795326000
const startedAt = '2026-11-22T05:40:00.000000000Z'
const check: HealthCheck = {
  test: ['CMD', 'true'],
  ...{ interval: 0, timeout: 0, startPeriod: 0, startInterval: 0 },
  retries: 0,
}

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'health-log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** A record that begins so many seconds after the container. */
function record(after: number, rest: string, output = ''): string {
  const from = `${began + after}.000000001`
  return `${from} ${began + after}.5${'0'.repeat(8)} ${rest}\n${output}\n`
}

function read(different: Partial<Parameters<typeof readHealth>[1]> = {}) {
  const state = { status: 'running', startedAt, ...different } as const
  return readHealth(
    { folder, record: { ...usualRecord, health: check } },
    state,
  )
}

test('each result has its answer, its times and its bytes', () => {
  const text =
    record(1, '0 0 healthy 5', 'a\nb\n\n') +
    record(2, 'timeout 1 healthy 4+', '1 2\n') +
    record(3, '2@1:13 2 healthy 0')
  expect(readResults(Buffer.from(text))).toEqual([
    {
      start: '2026-11-22T05:40:01.000000001Z',
      end: '2026-11-22T05:40:01.500000000Z',
      answer: '0',
      failingStreak: 0,
      status: 'healthy',
      output: Buffer.from('a\nb\n\n'),
      hadMore: false,
    },
    expect.objectContaining({ answer: 'timeout', hadMore: true }),
    expect.objectContaining({ answer: '2@1:13', failingStreak: 2 }),
  ])
})

describe('what is damaged', () => {
  const whole = record(1, '0 0 healthy 5', 'hello')
  test.each([
    ['half a record', record(2, '0 0 healthy 5', 'hel')],
    ['half a line', '1795326002.000'],
    ['another word', record(2, '0 0 fine 0')],
    ['no time', record(2, '0 0 healthy 0').replace(/^\d+/, '9'.repeat(30))],
    ['a length that is none', record(2, '0 0 healthy 99999')],
    ['bytes', '\xff\0\xff\n\n'],
  ])('ends the list: %s', (_, text) => {
    const bytes = Buffer.from(whole + text, 'latin1')
    expect(readResults(bytes)).toHaveLength(1)
  })
})

describe('a container', () => {
  test('is as its last probe says, of which five are shown', () => {
    const older = [1, 2, 3].map((n) => record(n, `${n} ${n} starting 0`))
    const last = [4, 5, 6].map((n) => record(n, `${n} ${n} unhealthy 0`))
    writeFileSync(join(folder, 'health.1'), older.join(''))
    writeFileSync(join(folder, 'health'), last.join(''))
    const health = read()
    expect(health).toMatchObject({ status: 'unhealthy', failingStreak: 6 })
    expect(health?.log.map(({ answer }) => answer)).toEqual([
      ...['2', '3', '4', '5', '6'],
    ])
  })

  test('starts anew with each run; the results stay', () => {
    writeFileSync(join(folder, 'health'), record(-9, '1 7 unhealthy 0'))
    expect(read()).toMatchObject({ status: 'starting', failingStreak: 0 })
    expect(read()?.log).toHaveLength(1)
    expect(read({ status: 'paused' })?.status).toBe('starting')
  })

  test('is unhealthy when it has ended, as docker says', () => {
    writeFileSync(join(folder, 'health'), record(1, '0 0 healthy 0'))
    expect(read({ status: 'exited' })?.status).toBe('unhealthy')
  })

  test('has no health before its first run, or without a check', () => {
    expect(read({ startedAt: '0001-01-01T00:00:00Z' })).toBeUndefined()
    const state = { status: 'running', startedAt } as const
    for (const test of [[], ['NONE']]) {
      const record = { ...usualRecord, health: { ...check, test } }
      expect(readHealth({ folder, record }, state)).toBeUndefined()
    }
    expect(readHealth({ folder, record: usualRecord }, state)).toBe(
      undefined,
    )
  })
})
