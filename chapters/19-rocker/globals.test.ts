// The flags before the command.

import { expect, test } from 'vitest'

import { readGlobals } from './globals.ts'

const none = { root: undefined, debug: false, help: false, version: false }

test.each([
  ['', { words: [] }],
  ['run --rm x', { words: ['run', '--rm', 'x'] }],
  ['--root /a run', { root: '/a', words: ['run'] }],
  ['--root=/a run', { root: '/a', words: ['run'] }],
  ['--root=/a=b', { root: '/a=b', words: [] }],
  ['--debug run', { debug: true, words: ['run'] }],
  ['-D --root /a run', { debug: true, root: '/a', words: ['run'] }],
  ['--help', { help: true, words: [] }],
  ['-h run', { help: true, words: ['run'] }],
  ['help run', { help: true, words: ['run'] }],
  ['help', { help: true, words: [] }],
  ['-v', { version: true, words: [] }],
  ['--version', { version: true, words: [] }],
  ['run --root /a --debug', { words: ['run', '--root', '/a', '--debug'] }],
  ['--bogus run', { words: ['--bogus', 'run'] }],
])('rocker %s', (line, expected) => {
  const words = line.split(' ').filter((word) => word !== '')
  expect(readGlobals(words)).toEqual({ ...none, ...expected })
})

test.each([[['--root']], [['--root=']], [['--root', '']]])(
  '%j names no folder',
  (words) => {
    expect(() => readGlobals(words)).toThrow('--root needs a folder')
  },
)
