// An error of a file that is copied names it, and says what helps.

import { expect, test } from 'vitest'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { copyError } from './copy-error.ts'

function nodeError(code: string): Error {
  return Object.assign(new Error(`${code}: it failed`), { code })
}

test.each([
  ['EROFS', /read-only there/],
  ['EBUSY', /something is mounted there/],
  ['ENOSPC', /make room/],
  ['EDQUOT', /make room/],
  ['EACCES', /it takes root/],
  ['EPERM', /lsattr/],
  ['EXDEV', /mount/],
  ['ELOOP', /circle/],
  ['ENOTDIR', /used as a folder/],
  ['ENAMETOOLONG', /4095 bytes/],
])('%s', (code, hint) => {
  const error = copyError('usr/caf\xe9', nodeError(code))
  expect(error.message).toMatch(
    new RegExp(`^copy usr/caf.: ${code} \\(.+\\)$`),
  )
  expect(error.hint).toMatch(hint)
})

test('the name is said once, by whoever was nearest', () => {
  const inner = copyError('a/b', nodeError('EIO'))
  expect(copyError('a', inner)).toBe(inner)
})

test('what rocker itself refuses keeps its words', () => {
  const cause = new RockerError('refused', 'it is strange', {
    hint: 'look',
  })
  expect(copyError('', cause)).toMatchObject({
    message: 'copy .: it is strange',
    hint: 'look',
    code: 'refused',
  })
})

test('what has no hint gets one', () => {
  const cause = new RockerError('refused', 'it is too deep')
  expect(copyError('a', cause).hint).toMatch(/takes from a stranger/)
})

test('a bug of ours stays one', () => {
  expect(() => copyError('x', new TypeError('no'))).toThrow(TypeError)
})
