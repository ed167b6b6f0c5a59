import { describe, expect, test } from 'vitest'

import { formatCall } from '../01-syscalls/format-call.ts'

import { mountOverlay, type Overlay } from './overlay.ts'

const overlay: Overlay = {
  lowers: ['/layers/top', '/layers/middle', '/layers/base'],
  folder: '/c',
  top: { mode: 0o755, uid: 0, gid: 0 },
}

/** What mount is given as its data, with the names of results in braces. */
function options(
  lowers: readonly string[],
  more: Partial<Overlay> = {},
): Record<string, string> {
  const mount = mountOverlay({ ...overlay, ...more, lowers }).find(
    ({ name }) => name === 'mount',
  )
  const data = mount?.args[4]
  if (typeof data !== 'object' || data === null || !('parts' in data))
    return {}
  const words = data.parts.map((part) =>
    typeof part === 'string' ? part : `{${part.of}}`,
  )
  return Object.fromEntries(
    words
      .join('')
      .split(',')
      .map((option) => option.split('=') as [string, string]),
  )
}

describe('the options of an overlay', () => {
  test('name the layers by their descriptors, the topmost first', () => {
    expect(options(overlay.lowers).lowerdir).toBe(
      '{layer 0}:{layer 1}:{layer 2}',
    )
  })

  test('have no colon where there is one layer', () => {
    expect(options(['/layers/base']).lowerdir).toBe('{layer 0}')
  })

  test('name the folders that are written to', () => {
    expect(options(overlay.lowers)).toMatchObject({
      upperdir: '{upper}',
      workdir: '{work}',
    })
  })

  test('are no others', () => {
    expect(Object.keys(options(overlay.lowers))).toHaveLength(3)
  })

  test('spare the disk where nothing is kept', () => {
    const { lowers } = overlay
    expect(options(lowers, { volatile: true })).toHaveProperty('volatile')
  })
})

test('each folder is opened before the mount, and closed after it', () => {
  const lines = mountOverlay(overlay).map(formatCall)
  const at = lines.findIndex((line) => line.startsWith('mount('))
  const names = ['layer 0', 'layer 1', 'layer 2', 'upper', 'work']
  for (const name of names) {
    const opened = lines.findIndex((line) =>
      line.startsWith(`${name} = openat(`),
    )
    expect(opened).toBeGreaterThanOrEqual(0)
    expect(opened).toBeLessThan(at)
    expect(lines.indexOf(`close({${name}})`)).toBeGreaterThan(at)
  }
})
