// A machine that is short of something: rocker fails in a sentence, or not at
// all, and leaves nothing.

import { closeSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { ended, startBare } from '../support/bare-shim.ts'
import { type Snapshot, settled, snapshot } from '../support/snapshot.ts'

import { launchers, nextCommand, type Ready } from './launches.ts'

const [run] = launchers.filter(({ title }) => title === 'rocker run --rm')
const statuses = new Map<string, number>()

describe.each([
  ...[4, 5, 6, 7, 8, 9, 10, 12, 16, 64].map((n) => `ulimit -n ${n}`),
  'ulimit -f 0', // no file may grow: SIGXFSZ
  'ulimit -c 0; ulimit -s 64', // a small stack
  'ulimit -v 40000', // little memory
  'ulimit -l 0',
])('with %s', (limit) => {
  test('it runs, or fails with 125, and nothing is left', async () => {
    const before = await clean()
    const ready = run?.ready(['/bin/true'])
    if (!ready) throw new Error('there is no such launcher')
    const { status, stderr } = await bare(ready, limit)
    expect([0, 125, 126]).toContain(status)
    // the shim alone says nothing, or why it cannot start
    expect(stderr).toMatch(/^(shim: [^\n]*\n)?$/)
    statuses.set(limit, status)
    expect(await nextCommand()).toEqual([])
    expect(await settled(before)).toEqual(before)
  })
})

test('some of these limits were too tight, and some were not', () => {
  const seen = [...statuses.values()]
  expect(seen).toContain(0)
  expect(seen.some((status) => status !== 0)).toBe(true)
  expect(statuses.get('ulimit -n 64')).toBe(0)
})

/** The lock is not handed over: the shim is alone here. */
async function bare({ plan, made }: Ready, limit: string) {
  const result = await ended(startBare(plan, limit))
  if (made) closeSync(made.fd)
  return result
}

async function clean(): Promise<Snapshot> {
  expect(await nextCommand()).toEqual([])
  return snapshot()
}
