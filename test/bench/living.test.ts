import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Contender } from './contenders.ts'
import { inTurn, livingRows } from './living.ts'
import { type Row, toldGoals } from './table.ts'

const folder = mkdtempSync(join(tmpdir(), 'living-'))

afterAll(() => rmSync(folder, { recursive: true }))

/** One that writes down what it was told to do. */
function scribe(name: string): Contender {
  const log = join(folder, name)
  const write = (...words: readonly string[]) => [
    ...['sh', '-c', 'for word; do echo "$word"; done >> "$0"'],
    ...[log, ...words],
  ]
  return {
    name,
    living: {
      minder: '',
      start: (container) => write(`start ${container}`),
      exec: (container) => write(`exec ${container}`),
      end: (containers) => write(...containers.map((one) => `end ${one}`)),
    },
    list: write('list'),
  }
}

function written(name: string, word: string): string[] {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n')
  return lines.filter((line) => line.startsWith(word))
}

describe('containers that live, in the bench', () => {
  let rows: Row[]

  beforeAll(async () => {
    const names = ['rocker', 'podman', 'docker']
    const node = { name: 'node', list: ['true'] }
    const here = [...names.map(scribe), node]
    rows = await livingRows(here, { living: 2, crowd: 1 })
  })

  test('have a row each for start, exec, crowd, list and end', () => {
    expect(rows.map(({ title, of }) => [title, of.size])).toEqual([
      ['run -d', 3],
      ['exec true', 3],
      ['run -d, 20 at once', 3],
      ['memory per container', 0],
      ['ps, 20 running', 4],
      ['rm -f, running', 3],
    ])
  })

  test('have goals, each with its row', () => {
    const goals = toldGoals(rows).map((line) => /^. (.*): /.exec(line)?.[1])
    expect(goals).toEqual([
      'run -d',
      'run -d',
      'exec true',
      'exec true',
      'run -d, 20 at once',
      'ps, 20 running',
      'rm -f, running',
    ])
  })

  test.each(['rocker', 'podman'])(
    'all that %s has started is ended',
    (name) => {
      const started = written(name, 'start').map((line) => line.slice(6))
      const ended = written(name, 'end').map((line) => line.slice(4))
      expect(started).toHaveLength(2 + 20 + 20)
      expect(ended.sort()).toEqual(started.sort())
    },
  )

  test('are listed while twenty run', () => {
    const lines = readFileSync(join(folder, 'rocker'), 'utf8').split('\n')
    const before = lines.slice(0, lines.indexOf('list'))
    const count = (word: string) =>
      before.filter((line) => line.startsWith(word)).length
    expect(count('start') - count('end')).toBe(20)
  })
})

test.each([
  [0, 'abc'],
  [1, 'bca'],
  [2, 'cab'],
  [3, 'abc'],
])('in round %d the order is %s', (round, order) => {
  expect(inTurn(['a', 'b', 'c'], round).join('')).toBe(order)
})
