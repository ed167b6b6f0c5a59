import { describe, expect, test } from 'vitest'

import { formatCall } from '../01-syscalls/format-call.ts'

import { mountDev } from './devices.ts'

const lines = (name: string) =>
  mountDev('root')
    .map(formatCall)
    .filter((line) => line.startsWith(`${name}(`))

describe('a device', () => {
  // linux/Documentation/admin-guide/devices.txt
  test.each([
    ['null', 1, 3],
    ['zero', 1, 5],
    ['full', 1, 7],
    ['random', 1, 8],
    ['urandom', 1, 9],
    ['tty', 5, 0],
  ])('%s is made as %i:%i, for everybody', (name, major, minor) => {
    const made = lines('mknodat').find((line) => line.includes(`"${name}"`))
    const number = major * 256 + minor
    expect(made).toBe(`mknodat({dev}, "${name}", 020666, ${number})`)
  })

  test('is one of six: none of them is a disk', () => {
    expect(lines('mknodat')).toHaveLength(6)
  })
})

test('a process finds its own streams in /dev', () => {
  expect(lines('symlinkat')).toContain(
    'symlinkat("/proc/self/fd/1", {dev}, "stdout")',
  )
})
