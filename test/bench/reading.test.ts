import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, expect, test } from 'vitest'

import type { Contender } from './contenders.ts'
import { readingRows } from './reading.ts'

const folder = mkdtempSync(join(tmpdir(), 'reading-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** One that writes down what it was told to do. */
function scribe(name: string): Contender {
  const write = (...words: readonly string[]) => [
    ...['sh', '-c', 'echo "$@" >> "$0"', join(folder, name), ...words],
  ]
  return {
    name,
    living: {
      minder: '',
      start: (one, _, words = []) => write('start', one, ...words),
      exec: (one) => write('exec', one),
      end: (all) => write('end', ...all),
    },
    reading: {
      images: write('images'),
      inspect: (one) => write('inspect', one),
      logs: (one, ...flags) => write('logs', ...flags, one),
    },
  }
}

test('what only looks has a row each, on a container that has said all', async () => {
  const here = [scribe('rocker'), scribe('docker'), { name: 'crun' }]
  const rows = await readingRows(here, 2)
  expect(rows.map(({ title, of }) => [title, of.size])).toEqual([
    ['images', 2],
    ['inspect', 2],
    ['logs, 1000 lines', 2],
  ])
  for (const name of ['rocker', 'docker'])
    expect(readFileSync(join(folder, name), 'utf8').split('\n')).toEqual([
      ...['start said busybox seq 1000', 'logs -f said'],
      ...['images', 'images', 'inspect said', 'inspect said'],
      ...['logs said', 'logs said', 'end said', ''],
    ])
})
