import { expect, test } from 'vitest'

import { findCommand } from './find-command.ts'

test.each([
  ['images -q', 'images', 'images', ['-q']],
  ['image ls -q', 'images', 'image ls', ['-q']],
  ['image mount debian', 'image mount', 'image mount', ['debian']],
  ['container rm web', 'rm', 'container rm', ['web']],
  ['network rm front', 'network rm', 'network rm', ['front']],
  ['run ls', 'run', 'run', ['ls']],
  ['ps', 'ps', 'ps', []],
])('%s is the command %s', (line, command, name, rest) => {
  const { entry, ...found } = findCommand(line.split(' ')) ?? {}
  expect(entry?.name).toBe(command)
  expect(found).toEqual({ name, rest })
})

test.each(['image', 'imges', 'ls image', '', 'constructor'])(
  '%j is no command',
  (line) => {
    expect(findCommand(line.split(' '))).toBeUndefined()
  },
)
