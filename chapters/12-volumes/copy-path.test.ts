// What the end of a path means, and what docker makes of the rest.

import { expect, test } from 'vitest'

import { containerPath, hostPath } from './copy-path.ts'

test.each([
  ['/etc', '/etc', '', 'etc'],
  ['etc', '/etc', '', 'etc'],
  ['/etc/', '/etc', '/', 'etc'],
  ['/etc/.', '/etc', '/.', '.'],
  ['../../etc', '/etc', '', 'etc'],
  ['/a/../b//c', '/b/c', '', 'c'],
  ['/a/b/..', '/a', '', 'a'],
  ['/', '/', '', '.'],
  ['/.', '/', '', '.'],
  ['a:b', '/a:b', '', 'a:b'],
])('in a container %s is %s%s', (typed, path, ending, name) => {
  expect(containerPath(typed)).toEqual({ path, ending, name })
})

test('on the host a path begins at the working directory', () => {
  const here = process.cwd()
  expect(hostPath('x/').path).toBe(`${here}/x`)
  expect(hostPath('.')).toMatchObject({ path: here, ending: '/.' })
  expect(hostPath('/x')).toMatchObject({ path: '/x' })
})

test('an empty path is refused', () => {
  expect(() => containerPath('')).toThrow(/a path is empty/)
})
