// A path in a container is looked up there, whatever its links say.

import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterEach, beforeEach, expect, test } from 'vitest'

import { openAt, openIn, readLink, type Tree, using } from './copy-tree.ts'

let base = ''
let tree: Tree & { readonly root: number }

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'copy-tree-'))
  mkdirSync(join(base, 'root/etc'), { recursive: true })
  writeFileSync(join(base, 'root/etc/passwd'), 'inside')
  writeFileSync(join(base, 'secret'), 'outside')
  const links = {
    up: '../../../../../../../../etc/passwd',
    absolute: '/etc/passwd',
    out: '../secret',
    away: join(base, 'secret'),
    circle: 'circle',
    folder: '/etc',
  }
  for (const [name, target] of Object.entries(links))
    symlinkSync(target, join(base, 'root', name))
  const root = openSync(join(base, 'root'), constants.O_DIRECTORY)
  tree = { root, name: 'box:' }
})

afterEach(() => {
  closeSync(tree.root)
  rmSync(base, { recursive: true })
})

/** What is in the file that a path leads to. */
function content(path: string, where: Tree = tree): string | undefined {
  const fd = openIn(where, path)
  if (fd === undefined) return undefined
  return using(fd, () => readFileSync(`/proc/self/fd/${fd}`, 'utf8'))
}

test.each([
  ['/etc/passwd', 'inside'],
  ['/up', 'inside'],
  ['/absolute', 'inside'],
  ['/folder/passwd', 'inside'],
  ['/../../../../../etc/passwd', 'inside'],
  ['/out', undefined],
  ['/away', undefined],
  ['/../secret', undefined],
  ['/nothing', undefined],
])('%s is %s', (path, expected) => {
  expect(content(path)).toBe(expected)
})

test('on the host the same links lead out', () => {
  const host: Tree = { name: '' }
  expect(content(join(base, 'root/out'), host)).toBe('outside')
  expect(content(join(base, 'root/away'), host)).toBe('outside')
})

test.each([
  ['/circle', /ELOOP .*/],
  ['/etc/passwd/x', /ENOTDIR/],
  [`/${'n/'.repeat(2500)}`, /ENAMETOOLONG/],
])('%s is refused', (path, message) => {
  expect(() => openIn(tree, path)).toThrow(message)
})

test('a link of /proc is not followed in a container', () => {
  const root = openSync('/', constants.O_DIRECTORY)
  using(root, () => {
    const inside = { root, name: 'box:' }
    for (const path of ['/proc/self/exe', '/proc/self/root/etc'])
      expect(() => openIn(inside, path)).toThrow(/look up box:.*ELOOP/)
  })
})

test('a link can be opened as the link that it is', () => {
  for (const fd of [
    openIn(tree, '/up', 'parents'),
    openAt(tree.root, 'up'),
  ])
    using(fd ?? -1, (link) => {
      expect(fstatSync(link).isSymbolicLink()).toBe(true)
      expect(readLink(link)).toMatch(/^\.\.\/.*passwd$/)
    })
})
