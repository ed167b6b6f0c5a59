import { expect, test } from 'vitest'

import { RockerError } from '../01-syscalls/rocker-error.ts'

import { noCommand } from './no-command.ts'

function hintFor(line: string): string | undefined {
  try {
    noCommand(line.split(' '), false)
  } catch (error) {
    if (error instanceof RockerError) return error.hint
    throw error
  }
  return undefined
}

test.each([
  ['imges', 'did you mean images?'], // one is missing
  ['exxec', 'did you mean exec?'], // one too many
  ['inspekt', 'did you mean inspect?'], // another one
  ['satrt', 'did you mean start?'], // two in the wrong order
  ['image monut', 'did you mean image mount?'],
  ['frobnicate', 'rocker --help lists the commands'],
  [
    'swarm init',
    "docker's, which rocker leaves out: rocker works on one machine",
  ],
  [
    '-H tcp://a ps',
    "docker's, which rocker leaves out: rocker has no daemon: each command does its work itself",
  ],
  [
    '--tls ps',
    "docker's, which rocker leaves out: rocker has no daemon: each command does its work itself",
  ],
  ['--nosuch ps', 'rocker --help lists the flags before a command'],
])('who types %s is told: %s', (line, hint) => {
  expect(hintFor(line)).toBe(hint)
})
