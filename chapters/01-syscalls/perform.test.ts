// System calls from Node, and what is refused before the kernel is asked.

import { closeSync, openSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'

import { describe, expect, test } from 'vitest'

import { perform } from './perform.ts'
import {
  flags,
  inside,
  lengthOf,
  output,
  result,
  type Syscall,
  struct,
  text,
} from './syscall.ts'
import { SyscallError } from './syscall-error.ts'

describe('perform', () => {
  test('returns what the kernel returns', () => {
    expect(perform({ name: 'getpid', args: [] }).value).toBe(process.pid)
  })

  test('hands over a pointer, flags and a structure', () => {
    const how = struct({
      flags: [8, flags('O_PATH', 'O_DIRECTORY', 'O_CLOEXEC')],
      mode: [8, 0],
      resolve: [8, 0],
    })
    const args = [flags('AT_FDCWD'), tmpdir(), how, lengthOf(2)]
    const fd = perform({ name: 'openat2', args }).value
    expect(fd).toBeGreaterThan(2)
    closeSync(fd)
  })

  test('reads what the kernel writes', () => {
    const { output: out } = perform({
      name: 'uname',
      args: [output('names', 390)],
    })
    const name = out('names').subarray(65, 130).toString()
    expect(name.slice(0, name.indexOf('\0'))).toBe(hostname())
  })

  test('puts a text together, and measures it', () => {
    const fd = perform({
      name: 'memfd_create',
      args: ['x', flags('MFD_CLOEXEC')],
    }).value
    const args = [fd, text`a ${'b'} c`, lengthOf(1)]
    expect(perform({ name: 'write', args }).value).toBe(5)
    const read = perform({
      name: 'pread64',
      args: [fd, output('back', 5), lengthOf(1), 0],
    })
    expect(read.output('back').toString()).toBe('a b c')
    closeSync(fd)
  })

  test('throws what the kernel says', () => {
    const close: Syscall = { name: 'close', args: [-1] }
    expect(() => perform(close)).toThrow(SyscallError)
    expect(() => perform(close)).toThrow(
      'close(-1): EBADF (bad file descriptor)',
    )
  })

  test('answers minus the errno where that is to be ignored', () => {
    const call: Syscall = { name: 'close', args: [-1], ignore: ['EBADF'] }
    expect(perform(call).value).toBe(-9)
  })

  test('an errno that is not to be ignored is thrown', () => {
    const call: Syscall = { name: 'close', args: [-1], ignore: ['EIO'] }
    expect(() => perform(call)).toThrow('EBADF')
  })

  test('a large pointer argument survives many calls', () => {
    const fd = openSync('/dev/null', 'w')
    const bytes = new Uint8Array(1 << 20)
    for (let i = 0; i < 50; i++)
      expect(
        perform({ name: 'write', args: [fd, bytes, lengthOf(1)] }).value,
      ).toBe(1 << 20)
    closeSync(fd)
  })
})

describe('perform refuses', () => {
  test.each<[string, Syscall, RegExp]>([
    ['what only the shim does', { name: 'wait', args: [] }, /for the shim/],
    [
      'a child',
      { name: 'clone3', args: [], child: [] },
      /clone3 is for the shim/,
    ],
    [
      'an earlier result: there is none',
      { name: 'close', args: [result('fd')] },
      /no earlier result/,
    ],
    [
      'a piece of its own output',
      { name: 'pipe2', args: [output('p', 8), inside('p', 0)] },
      /no earlier results/,
    ],
  ])('%s', (_, call, message) => {
    expect(() => perform(call)).toThrow(message)
  })

  test('an output that the call does not have', () => {
    const { output: out } = perform({ name: 'getpid', args: [] })
    expect(() => out('x')).toThrow('getpid has no output x')
  })
})
