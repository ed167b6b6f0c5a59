// What the bench counts as the memory of a container.

import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { expect, test } from 'vitest'

import { minders } from './minders.ts'

test('all that were started by a name are counted, and nothing else', async () => {
  const argv0 = '/some/where/minder-of-the-bench'
  const all = [1, 2].map(() => spawn('sleep', ['60'], { argv0 }))
  const others = spawn('sleep', ['60'])
  await Promise.all([...all, others].map((one) => once(one, 'spawn')))
  const { kilobytes, count } = minders('minder-of-the-bench')
  expect(count).toBe(2)
  expect(kilobytes).toBeGreaterThan(0)
  expect(minders('nobody')).toEqual({ kilobytes: 0, count: 0 })
  for (const one of [...all, others]) one.kill()
})
