// The tables came from headers once: these may not change any more.

import { existsSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { cValues } from '../../test/support/c-values.ts'
import { kernelCalls } from '../01-syscalls/numbers.ts'

import { callNumbers, x32Bit } from './syscall-table.ts'

test('chapter 1 has the same numbers', () => {
  const x64 = callNumbers('SCMP_ARCH_X86_64')
  const arm64 = callNumbers('SCMP_ARCH_AARCH64')
  const same = Object.keys(kernelCalls).map((name) => [
    name,
    [x64.get(name), arm64.get(name)],
  ])
  expect(Object.fromEntries(same)).toEqual(kernelCalls)
})

test('the numbers of a table go up, and none is twice', () => {
  for (const arch of [
    'SCMP_ARCH_X86_64',
    'SCMP_ARCH_X86',
    'SCMP_ARCH_X32',
    'SCMP_ARCH_AARCH64',
    'SCMP_ARCH_ARM',
  ] as const) {
    const numbers = [...callNumbers(arch).values()]
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b))
  }
})

test.each([
  ['read', x32Bit],
  ['ioctl', x32Bit + 514],
  ['pwritev2', x32Bit + 547],
  ['mseal', x32Bit + 462],
  ['uselib', undefined],
])('x32 has its own number of %s', (name, number) => {
  expect(callNumbers('SCMP_ARCH_X32').get(name)).toBe(number)
})

// asm/unistd.h of linux-libc-dev-armhf-cross
test.each([
  ['read', 3],
  ['mmap2', 192],
  ['socket', 281],
  ['sync_file_range2', 341],
  ['rseq', 398],
  ['clock_gettime64', 403],
  ['openat2', 437],
  ['set_tls', 0xf0005],
  ['socketcall', undefined],
])('32-bit ARM has its own number of %s', (name, number) => {
  expect(callNumbers('SCMP_ARCH_ARM').get(name)).toBe(number)
})

const headers = [
  ['SCMP_ARCH_X86_64', 'asm/unistd_64.h'],
  ['SCMP_ARCH_X86', 'asm/unistd_32.h'],
] as const
const has = existsSync('/usr/include/x86_64-linux-gnu/asm/unistd_32.h')

describe.skipIf(!has)(
  `the headers${has ? '' : ' of x86 are not here:'}`,
  () => {
    test.each(headers)('have the numbers of %s', (arch, header) => {
      const table = [...callNumbers(arch)].filter(
        ([name]) => !/^(uretprobe|uprobe)$/.test(name),
      )
      const old = table.filter(([, number]) => number <= 450) // Linux 6.1
      const values = cValues(
        [header],
        old.map(([name]) => `__NR_${name}`),
      )
      const known = old.map(([name, number]) => [
        `__NR_${name}`,
        BigInt(number),
      ])
      expect(Object.fromEntries(values)).toEqual(Object.fromEntries(known))
    })
  },
)
