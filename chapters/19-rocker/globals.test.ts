// The flags before the command.

import { expect, test } from 'vitest'

import { globalOptions, readGlobals } from './globals.ts'

const none = { root: undefined, debug: false, help: false, version: false }

test.each([
  ['', { words: [] }],
  ['run --rm x', { words: ['run', '--rm', 'x'] }],
  ['--root /a run', { root: '/a', words: ['run'] }],
  ['--root=/a run', { root: '/a', words: ['run'] }],
  ['--root=/a=b', { root: '/a=b', words: [] }],
  ['--debug run', { debug: true, words: ['run'] }],
  ['-D --root /a run', { debug: true, root: '/a', words: ['run'] }],
  ['--log-level debug run', { debug: true, words: ['run'] }],
  ['--log-level=DEBUG run', { debug: true, words: ['run'] }],
  ['-l debug run', { debug: true, words: ['run'] }],
  ['-ldebug run', { debug: true, words: ['run'] }],
  ['-l=debug run', { debug: true, words: ['run'] }],
  ['-l info run', { words: ['run'] }],
  ['-l warn -l error -l fatal run', { words: ['run'] }],
  ['--log-level= run', { words: ['run'] }],
  ['-D -l info --root /a', { debug: true, root: '/a', words: [] }],
  ['run -l a=b', { words: ['run', '-l', 'a=b'] }],
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

test.each([
  [['--log-level'], '--log-level needs a level'],
  [['-l'], '--log-level needs a level'],
  [['-l', 'foo', 'ps'], 'unable to parse logging level: foo'],
  [['--log-level=debugs', 'ps'], 'unable to parse logging level: debugs'],
])('%j names no level', (words, sentence) => {
  expect(() => readGlobals(words)).toThrow(sentence)
})

test('all that is read is in the table that help is made from', () => {
  const values: Readonly<Record<string, string>> = {
    root: '/a',
    'log-level': 'info',
  }
  for (const { name, short } of globalOptions)
    for (const flag of [`--${name}`, ...(short ? [`-${short}`] : [])]) {
      const value = values[name] ? [values[name]] : []
      expect(readGlobals([flag, ...value, 'ps']).words).toEqual(['ps'])
    }
})
