// Which containers ps lists; each answer is docker 20.10's.

import { describe, expect, test } from 'vitest'

import { usualRecord } from '../../test/support/written-container.ts'
import { dataRoot } from '../05-overlay/data-root.ts'
import type { Readable } from '../09-containers/container-list.ts'
import type { ContainerRecord } from '../09-containers/record.ts'
import type { Status } from '../09-containers/state.ts'

import {
  filterContainers,
  readContainerFilters,
} from './container-filters.ts'

function listed(
  name: string,
  status: Status,
  more: Partial<ContainerRecord> & { exitCode?: number } = {},
): Readable {
  const { exitCode = 0, ...record } = more
  return {
    id: more.id ?? name.padEnd(64, '0'),
    container: { record: { ...usualRecord, name, ...record } } as never,
    state: { status, exitCode } as never,
  }
}

const layers = { base: ['/l/base'], app: ['/l/top', '/l/base'] }
const all = [
  listed('rst', 'exited', { exitCode: 2, created: '2026-11-22T05:05:00Z' }),
  listed('oth', 'paused', {
    image: 'other:1',
    layers: ['/l/else'],
    created: '2026-11-22T05:04:00Z',
  }),
  listed('made', 'created', {
    layers: layers.app,
    created: '2026-11-22T05:03:00Z',
    mounts: [
      {
        ...{ type: 'volume', name: 'data', driver: 'local' },
        ...{ source: '/r/volumes/data/_data', destination: '/x' },
        ...{ mode: 'z', writable: true, propagation: '' },
      },
    ],
  }),
  listed('done', 'exited', {
    exitCode: 3,
    layers: layers.base,
    created: '2026-11-22T05:02:00Z',
  }),
  listed('web', 'running', {
    labels: { a: 'b', c: '', img: 'yes' },
    network: 'host',
    created: '2026-11-22T05:01:00Z',
    id: `5a5d${'0'.repeat(60)}`,
  }),
]

function names(...conditions: readonly string[]): string {
  const filters = readContainerFilters(conditions)
  return filterContainers(filters, {
    root: dataRoot('/nowhere'),
    listed: all,
    layersOf: (image) =>
      ({ busybox: layers.base, e1a5: layers.base, app: layers.app })[image],
  })
    .map(({ container }) => container.record.name)
    .join(' ')
}

describe('one condition', () => {
  test.each([
    ['id=5a5d', 'web'],
    ['id=a5d', ''],
    ['id=', ''],
    ['name=o', 'oth done'],
    ['name=^/web', 'web'],
    ['name=^web$', 'web'],
    ['name=/w', 'web'],
    ['name=', 'rst oth made done web'],
    ['name=[', ''],
    ['label=a', 'web'],
    ['label=a=b', 'web'],
    ['label=a=c', ''],
    ['label=c=', 'web'],
    ['label=', ''],
    ['label=toString', ''],
    ['exited=3', 'done'],
    ['exited=0', ''],
    ['status=exited', 'rst done'],
    ['status=paused', 'oth'],
    ['status=created', 'made'],
    ['status=dead', ''],
    ['network=host', 'web'],
    ['network=none', 'rst oth made done'],
    ['ancestor=busybox', 'made done'],
    ['ancestor=e1a5', 'made done'],
    ['ancestor=app', 'made'],
    ['ancestor=other:1', 'oth'],
    ['ancestor=nothere', ''],
    ['volume=/x', 'made'],
    ['volume=data', 'made'],
    ['volume=dat', ''],
    ['publish=80/tcp', ''],
    ['expose=80', ''],
    ['health=none', 'rst oth made done web'],
    ['health=healthy', ''],
  ])('%s', (condition, found) => {
    expect(names(condition)).toBe(found)
  })
})

describe('several conditions', () => {
  test.each([
    [
      'of one kind: either',
      ['status=exited', 'status=created'],
      'rst made done',
    ],
    ['exit codes: either', ['exited=3', 'exited=2'], 'rst done'],
    ['labels: all', ['label=a', 'label=img'], 'web'],
    ['labels that exclude each other', ['label=a=b', 'label=a=c'], ''],
    ['of two kinds: both', ['name=o', 'status=exited'], 'done'],
  ])('%s', (_, conditions, found) => {
    expect(names(...conditions)).toBe(found)
  })
})

test('only a status speaks of those that do not run', () => {
  expect(readContainerFilters(['status=exited']).all).toBe(true)
  expect(readContainerFilters(['exited=0', 'name=x']).all).toBe(false)
})

test.each([
  'foo=bar',
  'is-task=true',
  'name',
  '=x',
  'toString=x',
  'exited=x',
  'exited=',
  'status=foo',
  'health=foo',
  'publish=abc',
])('%s is refused', (condition) => {
  expect(() => names(condition)).toThrow(/^read the filter/)
})
