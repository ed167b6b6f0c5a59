import { expect, test } from 'vitest'

import type { SpecSeccomp } from '../09-containers/spec.ts'

import { explainSeccomp } from './explain-seccomp.ts'
import { defaultSeccomp } from './seccomp.ts'

test('the default reads as what it is for', () => {
  const text = explainSeccomp(
    defaultSeccomp({
      capabilities: ['CAP_SYS_CHROOT'],
      architecture: 'x64',
    }),
  )
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      'filter of system calls: SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32',
      '    another root (1): chroot',
      '    ioctl: EPERM if argument 1, its lower half, is TIOCSTI or TIOCLINUX;',
      '      else allowed',
      '  ENOSYS: clone3',
      '  ENOSYS: what is newer than futex_waitv',
    ]),
  )
  expect(text).toMatch(
    /^ {2}EPERM: all others, as .*\n( {4}.*\n)*.* unshare /m,
  )
  const long = text.split('\n').filter((line) => line.length > 76)
  expect(long).toEqual([])
})

test('a profile of another kind is read as well', () => {
  const args = (op: string, value: number, valueTwo?: number) => [
    { index: 1, op, value, ...(valueTwo ? { valueTwo } : {}) },
  ]
  const some = (name: string, ...conditions: object[]) => ({
    names: [name],
    action: 'SCMP_ACT_ERRNO',
    errnoRet: 13,
    args: conditions,
  })
  const seccomp = {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
    syscalls: [
      { names: ['mount', 'umount2'], action: 'SCMP_ACT_ERRNO' },
      { names: ['bpf'], action: 'SCMP_ACT_ERRNO' },
      { names: ['reboot'], action: 'SCMP_ACT_KILL_PROCESS' },
      { names: ['ptrace', 'keyctl'], action: 'SCMP_ACT_ALLOW' },
      some('read', ...args('SCMP_CMP_GT', 5), ...args('SCMP_CMP_LE', 0x80)),
      some('read', ...args('SCMP_CMP_NE', 2)),
      some('write', ...args('SCMP_CMP_MASKED_EQ', 0xf0, 0x10)),
      some('write', ...args('SCMP_CMP_MASKED_EQ', 0xf00)),
      some('clone', ...args('SCMP_CMP_MASKED_EQ', 0x10020000)),
    ],
  } as SpecSeccomp
  expect(explainSeccomp(seccomp)).toBe(
    [
      'filter of system calls: SCMP_ARCH_AARCH64, SCMP_ARCH_ARM',
      '  allowed',
      '    trace an own process (1): ptrace',
      '    others (1): keyctl',
      '  by argument',
      '    read: errno 13 if argument 1 is more than 5 and argument 1 is at most',
      '      0x80 or argument 1 is not 2; else allowed',
      '    write: errno 13 if argument 1 & 0xf0 is 0x10 or argument 1 has none of',
      '      0xf00; else allowed',
      '    clone: errno 13 if argument 1 has none of CLONE_NEWNS, CLONE_NEWUSER;',
      '      else allowed',
      '  EPERM: mount umount2 bpf',
      '  killed: reboot',
      '  allowed: all others',
    ].join('\n'),
  )
})
