import { spawnSync } from 'node:child_process'

import { expect, test } from 'vitest'

import { parseStat, processStat } from './process-stat.ts'

const rest = `1 ${'0 '.repeat(17)}1234567 2322432`

test.each([
  ['4242 (sh) S ', { pid: 4242, state: 'S', startTicks: 1234567 }],
  ['7 (a) b) (c) D ', { pid: 7, state: 'D', startTicks: 1234567 }],
  ['7 () Z ', { pid: 7, state: 'Z', startTicks: 1234567 }],
])('%j', (begin, stat) => {
  expect(parseStat(`${begin}${rest}`)).toEqual(stat)
})

test.each(['', '\n', '4242', '4242 (sh) S 1 2 3', 'x (sh) S '])(
  '%j is no such line',
  (line) => {
    expect(parseStat(line === 'x (sh) S ' ? `${line}${rest}` : line)).toBe(
      undefined,
    )
  },
)

test('a process that is gone has none', () => {
  const { pid } = spawnSync('true')
  expect(processStat(pid)).toBe(undefined)
  expect(processStat(process.pid)?.pid).toBe(process.pid)
})
