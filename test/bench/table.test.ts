import { describe, expect, test } from 'vitest'

import { median } from './measure.ts'
import { formatTable, type Row, toldGoals } from './table.ts'

const rows: Row[] = [
  {
    title: 'run --rm busybox true',
    unit: 'ms',
    of: new Map([
      ['rocker', 33],
      ['podman', 158.4],
      ['docker', 150],
    ]),
  },
  {
    title: '50 health checks a second',
    unit: '%',
    of: new Map([
      ['rocker', 4.2],
      ['docker', 84],
    ]),
  },
  {
    title: 'of it, the program',
    unit: '%',
    of: new Map([['rocker', 2.1]]),
  },
  {
    title: 'pull, peak memory',
    unit: 'MB',
    of: new Map([['rocker', 151]]),
  },
]

describe('the table of the bench', () => {
  test('has each figure beside how many times rocker’s it is', () => {
    expect(formatTable(['rocker', 'podman'], rows).split('\n')).toEqual([
      '                                  rocker    podman',
      'run --rm busybox true (ms)     33.0 1.0×  158 4.8×',
      '50 health checks a second (%)   4.2 1.0×         -',
      'of it, the program (%)          2.1 1.0×         -',
      'pull, peak memory (MB)          151 1.0×         -',
    ])
  })

  test('says which goals are reached, where there is a peer', () => {
    expect(toldGoals(rows)).toEqual([
      "✓ run --rm busybox true: 0.21 of podman's, 0.33 wanted",
      "✗ run --rm busybox true: 0.22 of docker's, 0.20 wanted",
      '✗ pull: 151 MB of memory, less than 150 wanted',
      '✓ health checks: 4.2 % of a core, less than 5 wanted; the program alone takes 2.1',
    ])
  })
})

test.each([
  [[3], 3],
  [[5, 1, 3], 3],
  [[4, 1, 3, 2], 2.5],
])('the median of %j is %d', (values, middle) => {
  expect(median(values)).toBe(middle)
})
