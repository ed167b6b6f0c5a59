// The tables of numbers are typed by hand: the headers of the machine know.

import { existsSync } from 'node:fs'

import { describe, expect, test } from 'vitest'

import { cValues } from '../../test/support/c-values.ts'

import { type ConstantName, constant, constants } from './constants.ts'
import { errnoName, errnoNumber, errnoSentence } from './errno.ts'
import {
  type Architecture,
  type KernelCall,
  kernelCalls,
  shimCalls,
  syscallNumber,
} from './numbers.ts'
import { architecture } from './perform.ts'

const arm64Headers = '/usr/aarch64-linux-gnu/include/asm/fcntl.h'

// which header knows a constant; a new family needs a line here
const headersOf: readonly [RegExp, readonly string[]][] = [
  [/^CLONE_/, ['linux/sched.h']],
  [/^SIG/, ['signal.h']],
  [/^(P_PID|W)/, ['sys/wait.h']],
  [/^(O|AT|F|FD)_/, ['linux/fcntl.h']],
  [/^RESOLVE_/, ['linux/openat2.h']],
  [/^S_IF/, ['sys/stat.h']],
  [/^RENAME_/, ['linux/fs.h']],
  [/^(MS|FSOPEN|FSCONFIG|FSMOUNT)_/, ['linux/mount.h']],
  [/^(MOUNT_ATTR|MOVE_MOUNT)_/, ['linux/mount.h']],
  [/^OPEN_TREE_/, ['asm/fcntl.h', 'linux/mount.h']],
  [/^MNT_/, ['sys/mount.h']],
  [/^CLOSE_RANGE_/, ['linux/close_range.h']],
  [/^LOCK_/, ['sys/file.h']],
  [/^MFD_/, ['linux/memfd.h']],
  [/^RLIMIT_/, ['sys/resource.h']],
  [/^PR_/, ['linux/prctl.h']],
  [/^SECBIT_/, ['linux/securebits.h']],
  [/^KEYCTL_/, ['linux/keyctl.h']],
  [/^SECCOMP_/, ['linux/seccomp.h']],
  [/^BPF_/, ['linux/bpf.h']],
  [/^(AF|SOCK|SOL|SO|SCM|MSG)_/, ['sys/socket.h']],
  [/^NETLINK_/, ['linux/netlink.h']],
  [/^(PROT|MAP)_/, ['sys/mman.h']],
  [/^SIOC/, ['linux/sockios.h']],
  [/^IFF_/, ['net/if.h']],
  [/^(TC|TIOC)/, ['sys/ioctl.h']],
]

describe('a system call has the number of the headers', () => {
  const names = Object.keys(kernelCalls) as KernelCall[]
  const machine = cValues(
    ['asm/unistd.h'],
    names.map((name) => `__NR_${name}`),
  )
  const generic = cValues(
    ['asm-generic/unistd.h'],
    names.map((name) => `__NR_${name}`),
    ['__ARCH_WANT_SYS_CLONE3'], // as arm64 does
  )

  test.each(names)('%s', (name) => {
    expect(syscallNumber(name, architecture())).toBe(
      Number(machine.get(`__NR_${name}`)),
    )
    expect(syscallNumber(name, 'arm64')).toBe(
      Number(generic.get(`__NR_${name}`)),
    )
  })

  test('and what only the shim knows has a number that no kernel has', () => {
    const largest = Math.max(...[...machine.values()].map(Number))
    for (const number of Object.values(shimCalls))
      expect(number).toBeGreaterThan(largest * 10)
    expect(syscallNumber('wait', 'x64')).toBe(shimCalls.wait)
  })
})

describe('a constant has the value of the headers', () => {
  const names = Object.keys(constants) as ConstantName[]
  const values = new Map(
    headersOf.flatMap(([family, headers]) => {
      const some = names.filter((name) => family.test(name))
      return some.length ? [...cValues(headers, some)] : []
    }),
  )

  test.each(names)('%s', (name) => {
    expect(BigInt(constant(name, architecture()))).toBe(values.get(name))
  })

  test.skipIf(!existsSync(arm64Headers))(
    `on arm64 too (${arm64Headers} is needed)`,
    () => {
      const differing = names.filter((name) => name.startsWith('O_'))
      const arm64 = cValues([arm64Headers], differing)
      for (const name of differing)
        expect([name, BigInt(constant(name, 'arm64'))]).toEqual([
          name,
          arm64.get(name),
        ])
    },
  )

  test.each<[ConstantName, Architecture, bigint]>([
    ['O_DIRECTORY', 'x64', 0o200000n],
    ['O_DIRECTORY', 'arm64', 0o40000n],
    ['O_NOFOLLOW', 'x64', 0o400000n],
    ['O_NOFOLLOW', 'arm64', 0o100000n],
    ['O_PATH', 'arm64', 0o10000000n],
  ])('%s on %s', (name, arch, value) => {
    expect(BigInt(constant(name, arch))).toBe(value)
  })
})

describe('an errno', () => {
  const names = Array.from({ length: 134 }, (_, i) => errnoName(i)).filter(
    (name) => !name.startsWith('errno '),
  )
  const values = cValues(['errno.h'], names)

  test.each(names)('%s has the number of the headers', (name) => {
    expect(errnoNumber(name as 'EIO')).toBe(Number(values.get(name)))
    expect(errnoName(errnoNumber(name as 'EIO'))).toBe(name)
  })

  test('without a name here stays a number', () => {
    expect(errnoName(4095)).toBe('errno 4095')
    expect(errnoSentence(4095)).toBe('errno 4095')
  })

  test('is a sentence for people', () => {
    expect(errnoSentence(2)).toBe('ENOENT (no such file or directory)')
  })

  test('none has the number 0, which would be no error at all', () => {
    expect(errnoName(0)).toBe('errno 0')
  })
})
