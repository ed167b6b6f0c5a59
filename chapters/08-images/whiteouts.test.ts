// Which names of an archive say that something is gone, and what.

import { describe, expect, test } from 'vitest'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import type { Entry, EntryType } from './layer-entry.ts'
import { whiteoutOf } from './whiteouts.ts'

const entry = (name: string, type: EntryType = 'file'): Entry => ({
  ...{ type, name, target: '', mode: 0o644, uid: 0, gid: 0, size: 0 },
  ...{ seconds: 0, nanoseconds: 0, major: 0, minor: 0, xattrs: [] },
})
const meant = (path: string, type: EntryType = 'file') =>
  whiteoutOf(entry(path, type), path)

describe('a name in an archive', () => {
  test.each([
    ['.wh.motd', 'motd'],
    ['etc/.wh.motd', 'motd'],
    ['a/b/.wh..hidden', '.hidden'],
    ['etc/.wh....', '...'],
  ])('%s hides %s', (path, name) => {
    expect(meant(path)).toEqual({ kind: 'hidden', name })
  })

  test.each(['.wh..wh..opq', 'etc/.wh..wh..opq'])(
    '%s hides all that its folder had',
    (path) => {
      expect(meant(path)).toEqual({ kind: 'opaque' })
    },
  )

  test.each(['motd', 'wh.motd', '.whale', 'a.wh.b', '.wh.a/b'])(
    '%s hides nothing',
    (path) => {
      expect(meant(path)).toBeUndefined()
    },
  )

  test('hides nothing where it is a folder', () => {
    expect(meant('.wh.motd', 'folder')).toBeUndefined()
  })

  test.each([
    ['its own folder', '.wh..'],
    ['the folder above', 'etc/.wh...'],
    ['nothing', '.wh.'],
    ["aufs' bookkeeping", '.wh..wh.plnk'],
  ])('that would hide %s is refused', (_, path) => {
    expect(() => meant(path)).toThrow(RockerError)
  })
})
