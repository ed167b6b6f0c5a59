// The chapters' own command lines: what is the program's is not touched, and
// what is wrong gets a sentence.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

import { describe, expect, test } from 'vitest'

const rocker = join(import.meta.dirname, 'rocker.ts')
const typed = (...words: string[]) =>
  spawnSync(process.execPath, [rocker, ...words], { encoding: 'utf8' })

describe('the flags of a program are its own', () => {
  test.each([
    ['without --', ['run', 'sh', '-c', 'echo "$0 $1"', '-x', '--rm']],
    ['behind --', ['run', '--', 'sh', '-c', 'echo "$0 $1"', '-x', '--rm']],
  ])('%s', (_, words) => {
    expect(typed(...words)).toMatchObject({
      status: 0,
      stdout: '-x --rm\n',
      stderr: '',
    })
  })
})

test.each([
  ['no command', []],
  ['another command', ['walk', 'ls']],
  ['no program', ['run']],
  ['an unknown flag', ['run', '--what', 'ls']],
])('%s is one line, without a stack', (_, words) => {
  const { status, stdout, stderr } = typed(...words)
  expect({ status, stdout }).toEqual({ status: 125, stdout: '' })
  expect(stderr.trim().split('\n')).toHaveLength(1)
})
