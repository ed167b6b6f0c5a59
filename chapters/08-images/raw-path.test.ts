import { describe, expect, test } from 'vitest'

import {
  cleanPath,
  escapes,
  join,
  nameOf,
  parentOf,
  pathBytes,
  printable,
  rawPath,
} from './raw-path.ts'

test('any bytes become a path and the same bytes again', () => {
  const bytes = Buffer.from(Array.from({ length: 255 }, (_, i) => i + 1))
  expect(pathBytes(rawPath(bytes)).equals(bytes)).toBe(true)
})

describe('a name of an archive is a path in the layer', () => {
  test.each([
    ['usr/bin/x', 'usr/bin/x'],
    ['./usr//bin/', 'usr/bin'],
    ['/etc', 'etc'],
    ['../../x', 'x'],
    ['a/../../b/../c', 'c'],
    ['', ''],
    ['.', ''],
    ['/', ''],
    ['..', ''],
    ['...', '...'],
    [' ', ' '],
  ])('%j is %j', (name, path) => {
    expect(cleanPath(name)).toBe(path)
  })

  test.each([
    ['n'.repeat(256), /longer than 255 bytes/],
    ['d/'.repeat(1025), /deeper than 1024 folders/],
    ['a\0b', /NUL/],
  ])('%.20j… is refused', (name, message) => {
    expect(() => cleanPath(name)).toThrow(message)
  })
})

test.each([
  ['a', false],
  ['/a', false],
  ['a/..', false],
  ['a/./../b', false],
  ['..', true],
  ['a/../../a', true],
  ['/../a', true],
  ['//..', true],
])('whether %j climbs above its root: %s', (name, expected) => {
  expect(escapes(name)).toBe(expected)
})

test('a path has a parent and a name', () => {
  expect([parentOf('a/b/c'), nameOf('a/b/c')]).toEqual(['a/b', 'c'])
  expect([parentOf('a'), nameOf('a')]).toEqual(['', 'a'])
  expect([join('', 'a'), join('a/b', 'c')]).toEqual(['a', 'a/b/c'])
})

test('what a person sees of a path does nothing to their terminal', () => {
  expect(printable('a\x1b[2Jb\n')).toBe('a\\u001b[2Jb\\n')
  expect(printable(rawPath(Buffer.from('é\u009b')))).toBe('é\\u009b')
  expect(printable('n'.repeat(300))).toHaveLength(81)
  expect(printable('')).toBe('""')
})
