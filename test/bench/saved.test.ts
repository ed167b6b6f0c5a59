import { existsSync, readFileSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { type Saved, savedFile, withRows } from './saved.ts'
import type { Row } from './table.ts'

const about = {
  date: '2026-11-22',
  machine: {
    cpu: 'a processor',
    cores: 2,
    memoryGB: 8,
    kernel: '6.1.0',
    cgroups: 'v2',
  },
  versions: { rocker: '0.1.0', podman: '4.3.1' },
}

const row = (title: string, rocker: number): Row => ({
  title,
  unit: 'ms',
  of: new Map([
    ['rocker', rocker],
    ['podman', 158.41234],
  ]),
})

describe('the results that the docs show', () => {
  test('have three digits of each median', () => {
    expect(withRows(undefined, about, [row('run -d', 33.3333)])).toEqual({
      ...about,
      rows: [
        { title: 'run -d', unit: 'ms', of: { rocker: 33.3, podman: 158 } },
      ],
    })
  })

  test('keep a row until it is measured again', () => {
    const before = withRows(undefined, about, [row('a', 1), row('b', 2)])
    const { rows } = withRows(before, about, [row('b', 3)])
    expect(rows.map(({ title, of }) => [title, of.rocker])).toEqual([
      ['a', 1],
      ['b', 3],
    ])
  })

  test.each([
    { machine: { ...about.machine, kernel: '6.2.0' } },
    { versions: { ...about.versions, podman: '5.0.0' } },
  ])('are never of two machines or versions: %j', (other) => {
    const before = withRows(undefined, about, [row('a', 1)])
    const { rows } = withRows(before, { ...about, ...other }, [])
    expect(rows).toEqual([])
  })
})

// a reader's workshop has no docs
test.skipIf(!existsSync(savedFile))('the docs have such results', () => {
  const { date, machine, versions, rows }: Saved = JSON.parse(
    readFileSync(savedFile, 'utf8'),
  )
  expect(date).toMatch(/^\d{4}-\d\d-\d\d$/)
  expect(Object.keys(machine)).toEqual(Object.keys(about.machine))
  expect(Object.keys(versions)).toContain('rocker')
  expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length)
  for (const { title, unit, of } of rows) {
    expect([title, of.rocker]).toEqual([title, expect.any(Number)])
    expect(unit).toMatch(/^(ms|%|[kM]B|(1|MB)\/s)$/)
    for (const name of Object.keys(of))
      expect(Object.keys(versions)).toContain(name)
  }
})
