import { describe, expect, test } from 'vitest'

import { leafOf } from './places.ts'

describe('a container at rocker/3f2a', () => {
  test.each([
    ['as it was made', '0::/rocker/3f2a\n', 'rocker/3f2a'],
    [
      'systemd, which has moved itself',
      '0::/rocker/3f2a/init.scope\n',
      'rocker/3f2a/init.scope',
    ],
    [
      'with v1 beside it',
      '9:pids:/rocker/3f2a/deeper\n0::/rocker/3f2a/leaf\n',
      'rocker/3f2a/leaf',
    ],
    ['with v1 alone', '9:pids:/rocker/3f2a/deeper\n', 'rocker/3f2a'],
    ['of which nothing is known', '', 'rocker/3f2a'],
    ['and another one', '0::/rocker/3f2a77/leaf\n', 'rocker/3f2a'],
    ['that is not where it was', '0::/../elsewhere\n', 'rocker/3f2a'],
    ['with a strange name', '0::/rocker/3f2a/a b\n', 'rocker/3f2a/a b'],
  ])('%s', (_, lines, expected) => {
    expect(leafOf('rocker/3f2a', lines)).toBe(expected)
  })
})
