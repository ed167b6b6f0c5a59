import { describe, expect, test } from 'vitest'

import type {
  SpecAction,
  SpecCondition,
  SpecSeccomp,
} from '../09-containers/spec.ts'

import { assemble } from './bpf.ts'
import { answerOf, callOf, judge } from './judge.ts'
import { seccompProgram } from './seccomp-program.ts'
import type { FilterArch } from './syscall-table.ts'

const x64 = 'SCMP_ARCH_X86_64'
const allX86 = [x64, 'SCMP_ARCH_X86', 'SCMP_ARCH_X32']

function says(
  seccomp: SpecSeccomp,
  name: string | number,
  args: readonly bigint[] = [],
  arch: FilterArch = x64,
): string | number {
  const program = assemble(seccompProgram(seccomp))
  return answerOf(judge(program, callOf(arch, name, args)).value)
}

const eperm = 1
const enosys = 38
const all = 2n ** 64n - 1n

function ifArgument(...args: SpecCondition[]): SpecSeccomp {
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    architectures: [x64],
    syscalls: [{ names: ['personality'], action: 'SCMP_ACT_ALLOW', args }],
  }
}

describe('an argument is compared as 64 bits', () => {
  const large = 0x1_0000_0005
  const near = [
    ...[0n, 1n, 4n, 5n, 6n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 32n + 4n],
    ...[2n ** 32n + 5n, 2n ** 32n + 6n, 2n ** 33n, 2n ** 63n, all],
  ]
  const operators: [
    SpecCondition['op'],
    (a: bigint, b: bigint) => boolean,
  ][] = [
    ['SCMP_CMP_EQ', (a, b) => a === b],
    ['SCMP_CMP_NE', (a, b) => a !== b],
    ['SCMP_CMP_LT', (a, b) => a < b],
    ['SCMP_CMP_LE', (a, b) => a <= b],
    ['SCMP_CMP_GT', (a, b) => a > b],
    ['SCMP_CMP_GE', (a, b) => a >= b],
  ]

  test.each(operators)('%s', (op, holds) => {
    for (const value of [0, 5, 2 ** 32, large])
      for (const index of [0, 5]) {
        const seccomp = ifArgument({ index, op, value })
        for (const given of near) {
          const args = Array.from({ length: 6 }, () => 7n)
          args[index] = given
          const expected = holds(given, BigInt(value)) ? 'ALLOW' : eperm
          expect([
            value,
            given,
            says(seccomp, 'personality', args),
          ]).toEqual([value, given, expected])
        }
      }
  })

  test.each([
    [0xff, 5],
    [0xff, 0x100],
    [0xffffffff, 5],
    [0xff_0000_00ff, 0x01_0000_0005],
    [0x1_0000_0000, 0],
    [0x1_0000_0000, 0x1_0000_0000],
    [0, 0],
    [0, 1],
  ])('SCMP_CMP_MASKED_EQ, the bits %i are %i', (value, valueTwo) => {
    const op = 'SCMP_CMP_MASKED_EQ'
    const seccomp = ifArgument({ index: 2, op, value, valueTwo })
    for (const given of near) {
      const isSo = (given & BigInt(value)) === BigInt(valueTwo)
      const args = [0n, 0n, given]
      expect([given, says(seccomp, 'personality', args)]).toEqual([
        given,
        isSo ? 'ALLOW' : eperm,
      ])
    }
  })
})

test('conditions of one rule have to hold together', () => {
  const seccomp = ifArgument(
    { index: 0, op: 'SCMP_CMP_GE', value: 3 },
    { index: 0, op: 'SCMP_CMP_LT', value: 5 },
    { index: 1, op: 'SCMP_CMP_NE', value: 1 },
  )
  const answers = [2n, 3n, 4n, 5n].map((first) =>
    says(seccomp, 'personality', [first, 0n]),
  )
  expect(answers).toEqual([eperm, 'ALLOW', 'ALLOW', eperm])
  expect(says(seccomp, 'personality', [3n, 1n])).toBe(eperm)
})

describe('of several rules', () => {
  const on = (value: number): SpecCondition[] => [
    { index: 0, op: 'SCMP_CMP_EQ', value },
  ]
  const seccomp: SpecSeccomp = {
    defaultAction: 'SCMP_ACT_ERRNO',
    architectures: [x64],
    syscalls: [
      { names: ['ioctl', 'read'], action: 'SCMP_ACT_ALLOW' },
      {
        names: ['ioctl'],
        action: 'SCMP_ACT_ERRNO',
        errnoRet: 22,
        args: on(1),
      },
      { names: ['ioctl'], action: 'SCMP_ACT_KILL_PROCESS', args: on(2) },
      { names: ['ioctl'], action: 'SCMP_ACT_LOG', args: on(2) },
      { names: ['read'], action: 'SCMP_ACT_KILL' },
    ],
  }
  test.each([
    ['any may hold', 'ioctl', 1n, 22],
    ['the first that holds counts', 'ioctl', 2n, 'KILL_PROCESS'],
    ['one without conditions comes last', 'ioctl', 3n, 'ALLOW'],
    ['without conditions the first one counts', 'read', 0n, 'ALLOW'],
    ['none may be about a call', 'write', 0n, eperm],
  ])('%s', (_, name, first, answer) => {
    expect(says(seccomp, name, [first])).toBe(answer)
  })
})

describe('what is not named', () => {
  const with_ = (defaultAction: SpecAction, defaultErrnoRet?: number) => ({
    defaultAction,
    ...(defaultErrnoRet === undefined ? {} : { defaultErrnoRet }),
    architectures: allX86,
    syscalls: [
      { names: ['read', 'openat2'], action: 'SCMP_ACT_ALLOW' } as const,
    ],
  })
  test.each<[SpecSeccomp, string | number, string | number]>([
    [with_('SCMP_ACT_ERRNO'), 'write', eperm],
    [with_('SCMP_ACT_ERRNO', 13), 'write', 13],
    [with_('SCMP_ACT_KILL'), 'write', 'KILL_THREAD'],
    [with_('SCMP_ACT_ALLOW'), 'write', 'ALLOW'],
    [with_('SCMP_ACT_ERRNO'), 400, eperm], // nobody has this number
    [with_('SCMP_ACT_ERRNO'), 438, enosys], // newer than openat2
    [with_('SCMP_ACT_KILL'), 438, enosys],
    [with_('SCMP_ACT_KILL'), 0x3fffffff, enosys],
    [with_('SCMP_ACT_KILL'), 0x4fffffff, enosys],
    [with_('SCMP_ACT_KILL'), 0xffffffff, enosys],
    [with_('SCMP_ACT_ALLOW'), 9999, 'ALLOW'],
    [with_('SCMP_ACT_LOG'), 9999, 'LOG'],
  ])('%# %s', (seccomp, call, answer) => {
    expect(says(seccomp, call)).toBe(answer)
  })

  test('newer than what is refused is newer, too', () => {
    const seccomp = {
      ...with_('SCMP_ACT_ERRNO'),
      syscalls: [
        {
          names: ['clone3'],
          action: 'SCMP_ACT_ERRNO',
          errnoRet: 2,
        } as const,
      ],
    }
    expect([says(seccomp, 'clone3'), says(seccomp, 'openat2')]).toEqual([
      2,
      enosys,
    ])
  })
})

describe('another architecture', () => {
  const only = (...architectures: string[]): SpecSeccomp => ({
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures,
    syscalls: [{ names: ['socket'], action: 'SCMP_ACT_ERRNO' }],
  })

  test.each([
    ['SCMP_ARCH_X86_64', eperm],
    ['SCMP_ARCH_X86', eperm],
    ['SCMP_ARCH_X32', eperm],
    ['SCMP_ARCH_AARCH64', 'KILL_PROCESS'],
  ] as const)('has its own numbers: %s', (arch, answer) => {
    expect(says(only(...allX86), 'socket', [], arch)).toBe(answer)
  })

  test('which the profile does not name is killed', () => {
    const native = only(x64)
    expect(says(native, 'read', [], 'SCMP_ARCH_X86')).toBe('KILL_PROCESS')
    expect(says(native, 'read', [], 'SCMP_ARCH_X32')).toBe('KILL_PROCESS')
    const x32 = only('SCMP_ARCH_X32')
    expect(says(x32, 'read')).toBe('KILL_PROCESS')
    expect(says(x32, 'read', [], 'SCMP_ARCH_X32')).toBe('ALLOW')
  })

  test('which has no table here is killed, too', () => {
    const arm = only('SCMP_ARCH_AARCH64', 'SCMP_ARCH_MIPS')
    expect(says(arm, 'socket', [], 'SCMP_ARCH_AARCH64')).toBe(eperm)
    expect(says(arm, 'socket')).toBe('KILL_PROCESS')
  })
})

describe('a call of i386 that stands for many', () => {
  const i386 = (
    seccomp: Omit<SpecSeccomp, 'architectures'>,
    call: string,
    first: bigint,
  ) =>
    says(
      { ...seccomp, architectures: allX86 },
      call,
      [first],
      'SCMP_ARCH_X86',
    )
  const some = {
    defaultAction: 'SCMP_ACT_ERRNO',
    syscalls: [
      { names: ['bind', 'msgrcv'], action: 'SCMP_ACT_ALLOW' },
      {
        names: ['socket'],
        action: 'SCMP_ACT_ALLOW',
        args: [{ index: 0, op: 'SCMP_CMP_EQ', value: 1 }],
      },
    ],
  } as const

  test.each([
    ['socketcall', 2n, 'ALLOW'], // bind
    ['socketcall', 3n, eperm], // connect
    ['socketcall', 1n, eperm], // socket: its family lies in memory
    ['ipc', 12n, 'ALLOW'],
    ['ipc', 0x1000cn, 'ALLOW'], // with a version
    ['ipc', 13n, eperm],
  ] as const)(
    '%s(%i) is answered as what it means',
    (call, first, answer) => {
      expect(i386(some, call, first)).toBe(answer)
    },
  )

  test('may be allowed as a whole', () => {
    const { syscalls } = some
    const whole = {
      names: ['socketcall'],
      action: 'SCMP_ACT_ALLOW',
    } as const
    const more = { ...some, syscalls: [...syscalls, whole] }
    expect(i386(more, 'socketcall', 1n)).toBe('ALLOW')
  })

  test('is refused with what it means', () => {
    const without = {
      defaultAction: 'SCMP_ACT_ALLOW',
      syscalls: [{ names: ['socket'], action: 'SCMP_ACT_ERRNO' }],
    } as const
    expect(i386(without, 'socketcall', 1n)).toBe(eperm)
    expect(i386(without, 'socketcall', 2n)).toBe('ALLOW')
  })
})

test('an errno is from the rule, or from the profile', () => {
  const seccomp: SpecSeccomp = {
    defaultAction: 'SCMP_ACT_ALLOW',
    defaultErrnoRet: 13,
    architectures: [x64],
    syscalls: [
      { names: ['read'], action: 'SCMP_ACT_ERRNO' },
      { names: ['write'], action: 'SCMP_ACT_ERRNO', errnoRet: 5 },
      { names: ['open'], action: 'SCMP_ACT_TRACE', errnoRet: 3 },
      { names: ['close'], action: 'SCMP_ACT_TRAP', errnoRet: 3 },
    ],
  }
  const calls = ['read', 'write', 'open', 'close']
  expect(calls.map((name) => says(seccomp, name))).toEqual([
    ...[13, 5, 'TRACE', 'TRAP'],
  ])
})
