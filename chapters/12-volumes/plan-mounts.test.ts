import { describe, expect, test } from 'vitest'

import { dataRoot } from '../05-overlay/data-root.ts'
import type { MountPoint } from '../09-containers/record.ts'

import { readMounts } from './mounts-option.ts'
import { planMounts } from './plan-mounts.ts'

const root = dataRoot('/nowhere')
const id = 'f'.repeat(64)

interface Asked {
  readonly volume?: readonly string[]
  readonly tmpfs?: readonly string[]
  readonly others?: readonly MountPoint[]
  readonly image?: readonly string[]
}

/** "/x data", "/y memory", in their order. */
function planned(asked: Asked): string[] {
  const { volume = [], tmpfs = [], others = [], image = [] } = asked
  const typed = readMounts({ volume, tmpfs, mount: [] })
  return planMounts(root, id, { typed, others, image }).map(
    ({ spec, point }) => {
      const what = point ? point.name || point.source : 'memory'
      return `${spec.destination} ${what.replace(/^f{60}/, 'f…')}`
    },
  )
}

const other = (name: string, destination: string): MountPoint => ({
  ...{ type: 'volume', name, source: `/v/${name}`, destination },
  ...{ driver: 'local', mode: 'z', writable: true, propagation: '' },
})

describe('a container gets', () => {
  test('what is above before what is below', () => {
    const volume = ['deep:/a/b/c', 'top:/a', 'other:/z', 'mid:/a/b']
    expect(planned({ volume })).toEqual([
      ...['/a top', '/z other', '/a/b mid', '/a/b/c deep'],
    ])
  })

  test('what was typed, then another container’s, then the image’s', () => {
    expect(
      planned({
        volume: ['mine:/x'],
        others: [other('theirs', '/x'), other('shared', '/y')],
        image: ['/x', '/y', '/z'],
      }),
    ).toEqual(['/x mine', '/y shared', '/z f…0002'])
  })

  test('memory where the image wants a volume', () => {
    expect(planned({ tmpfs: ['/x'], image: ['/x'] })).toEqual(['/x memory'])
  })

  test('of a volume without a name and one with a name the latter', () => {
    expect(planned({ volume: ['/x', 'data:/x', '/x'] })).toEqual([
      '/x data',
    ])
  })

  test('volumes that are called after it, where nobody named them', () => {
    expect(planned({ volume: ['/x', '/y'] })).toEqual([
      ...['/x f…0000', '/y f…0001'],
    ])
  })
})

test.each([
  [{ volume: ['data:/x', 'other:/x'] }],
  [{ volume: ['data:/x', '/srv:/x/'] }],
  [{ volume: ['data:/x'], tmpfs: ['/x'] }],
])('two mounts of one target are refused: %j', (asked) => {
  expect(() => planned(asked)).toThrow(/two mounts have this target/)
})
