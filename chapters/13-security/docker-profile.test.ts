import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import { RockerError } from '../01-syscalls/rocker-error.ts'
import type { SpecSeccomp } from '../09-containers/spec.ts'

import { assemble } from './bpf.ts'
import { readDockerProfile } from './docker-profile.ts'
import type { ReadFor } from './docker-profile-where.ts'
import { answerOf, callOf, judge } from './judge.ts'
import { seccompProgram } from './seccomp-program.ts'

const folder = mkdtempSync(join(tmpdir(), 'docker-profile-'))
afterAll(() => rmSync(folder, { recursive: true }))

const hint =
  "it takes docker's form of a profile; seccomp=unconfined filters nothing"
const somebody: ReadFor = {
  capabilities: ['CAP_CHOWN', 'CAP_SYS_CHROOT'],
  architecture: 'x64',
  kernel: '5.15.0-91-generic',
}
const path = join(folder, 'profile.json')

function read(profile: unknown, reader = somebody): SpecSeccomp {
  const isText = typeof profile === 'string'
  writeFileSync(path, isText ? profile : JSON.stringify(profile))
  return readDockerProfile(path, reader)
}

const allow = 'SCMP_ACT_ALLOW'
const rule = (more: object = {}) => ({
  names: ['read'],
  action: allow,
  ...more,
})
const profile = (...syscalls: object[]) => ({
  defaultAction: 'SCMP_ACT_ERRNO',
  syscalls,
})
const equal = { index: 0, value: 8, op: 'SCMP_CMP_EQ' }

test('a profile says what docker makes of it', () => {
  const spec = read({
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 13,
    archMap: [
      {
        architecture: 'SCMP_ARCH_X86_64',
        subArchitectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
      },
      {
        architecture: 'SCMP_ARCH_AARCH64',
        subArchitectures: ['SCMP_ARCH_ARM'],
      },
      { architecture: 'SCMP_ARCH_RISCV64', subArchitectures: null },
    ],
    flags: ['SECCOMP_FILTER_FLAG_LOG'],
    syscalls: [
      { name: 'read', action: allow, args: [], comment: 'old' },
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
      { names: ['bdflush'], action: 'SCMP_ACT_ERRNO', errno: 'EACCES' },
      {
        names: ['clone'],
        action: allow,
        args: [{ index: 0, value: 2114060288, op: 'SCMP_CMP_MASKED_EQ' }],
        includes: {},
        excludes: { caps: ['CAP_SYS_ADMIN'] },
      },
      { names: ['personality'], action: allow, args: [equal] },
    ],
  })
  expect(spec).toEqual({
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 13,
    architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
    syscalls: [
      { names: ['read'], action: allow },
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
      { names: ['bdflush'], action: 'SCMP_ACT_ERRNO', errnoRet: 13 },
      {
        names: ['clone'],
        action: allow,
        args: [
          {
            index: 0,
            value: 2114060288,
            valueTwo: 0,
            op: 'SCMP_CMP_MASKED_EQ',
          },
        ],
      },
      { names: ['personality'], action: allow, args: [equal] },
    ],
  })
})

test('without a word about architectures it is for this one alone', () => {
  expect(read(profile()).architectures).toEqual(['SCMP_ARCH_X86_64'])
  const arm = { ...somebody, architecture: 'arm64' } as const
  expect(read(profile(), arm).architectures).toEqual(['SCMP_ARCH_AARCH64'])
  const listed = { ...profile(), architectures: ['SCMP_ARCH_X86'] }
  expect(read(listed).architectures).toEqual([
    'SCMP_ARCH_X86_64',
    'SCMP_ARCH_X86',
  ])
})

describe('a rule holds', () => {
  test.each<[string, object, boolean]>([
    ['always', {}, true],
    ['with a capability', { includes: { caps: ['CAP_CHOWN'] } }, true],
    [
      'with all of them',
      { includes: { caps: ['CAP_CHOWN', 'CAP_SYS_TIME'] } },
      false,
    ],
    [
      'without any of them',
      { excludes: { caps: ['CAP_CHOWN', 'CAP_SYS_TIME'] } },
      false,
    ],
    ['without another', { excludes: { caps: ['CAP_SYS_TIME'] } }, true],
    ['on this machine', { includes: { arches: ['amd64', 'x32'] } }, true],
    ['not on others', { includes: { arches: ['s390x'] } }, false],
    ['on all but this', { excludes: { arches: ['amd64'] } }, false],
    ['on an old kernel', { includes: { minKernel: '4.8' } }, true],
    ['on this kernel', { includes: { minKernel: '5.15' } }, true],
    ['on a newer kernel', { includes: { minKernel: '5.16' } }, false],
    ['on a far newer kernel', { includes: { minKernel: '6.1' } }, false],
    ['up to this kernel', { excludes: { minKernel: '5.4' } }, false],
    ['before the next', { excludes: { minKernel: '5.100' } }, true],
    ['by nothing', { includes: null, excludes: null, args: null }, true],
  ])('%s', (_, more, holds) => {
    expect(read(profile(rule(more))).syscalls).toHaveLength(holds ? 1 : 0)
  })
})

describe('refused with its place', () => {
  const condition = (more: object) =>
    profile(rule({ args: [{ ...equal, ...more }] }))
  test.each<[string, unknown]>([
    ['read the seccomp profile FILE: not JSON', '{"defaultAction": '],
    ['read the seccomp profile FILE: not an object', '[]'],
    ['read defaultAction of FILE: not a text', {}],
    [
      'read defaultAction of FILE: "ALLOW" is unknown',
      { defaultAction: 'ALLOW' },
    ],
    [
      'read DefaultAction of FILE: there is only defaultAction, defaultErrno, defaultErrnoRet, architectures, archMap, syscalls, flags, listenerPath, listenerMetadata',
      { DefaultAction: allow },
    ],
    [
      'read listenerPath of FILE: rocker asks no listener',
      { ...profile(), listenerPath: '/run/listener' },
    ],
    [
      'read archMap of FILE: there are architectures as well',
      {
        ...profile(),
        architectures: ['SCMP_ARCH_X86'],
        archMap: [{ architecture: 'SCMP_ARCH_X86_64' }],
      },
    ],
    ['read syscalls of FILE: not a list', { ...profile(), syscalls: {} }],
    [
      'read syscalls[0] of FILE: it names no call',
      profile({ action: allow }),
    ],
    [
      'read syscalls[1] of FILE: it has a name and names',
      profile(rule(), rule({ name: 'write' })),
    ],
    [
      'read syscalls[0].names of FILE: not a text',
      profile(rule({ names: ['read', 7] })),
    ],
    [
      'read syscalls[0].action of FILE: "SCMP_ACT_PERMIT" is unknown',
      profile(rule({ action: 'SCMP_ACT_PERMIT' })),
    ],
    [
      'read syscalls[0].action of FILE: rocker asks no listener',
      profile(rule({ action: 'SCMP_ACT_NOTIFY' })),
    ],
    [
      'read syscalls[0].errnoRet of FILE: it is no whole number up to 4095',
      profile(rule({ errnoRet: -1 })),
    ],
    [
      'read syscalls[0].errno of FILE: "EWHAT" is no errno',
      profile(rule({ errno: 'EWHAT' })),
    ],
    [
      'read include of syscalls[0] of FILE: there is only name, names, action, errno, errnoRet, args, comment, includes, excludes',
      profile(rule({ include: {} })),
    ],
    [
      'read capabilities of syscalls[0].includes of FILE: there is only caps, arches, minKernel',
      profile(rule({ includes: { capabilities: [] } })),
    ],
    [
      'read minKernel of syscalls[0].includes of FILE: "4" is not 5.15',
      profile(rule({ includes: { minKernel: '4' } })),
    ],
    [
      'read index of syscalls[0].args[0] of FILE: it is no whole number up to 5',
      condition({ index: 6 }),
    ],
    [
      'read value of syscalls[0].args[0] of FILE: it is no whole number up to 9007199254740991',
      condition({ value: 2 ** 53 }),
    ],
    [
      'read value of syscalls[0].args[0] of FILE: it is no whole number up to 9007199254740991',
      condition({ value: '8' }),
    ],
    [
      'read syscalls[0].args[0] of FILE: "SCMP_CMP_IS" is unknown',
      condition({ op: 'SCMP_CMP_IS' }),
    ],
    [
      'read val of syscalls[0].args[0] of FILE: there is only index, value, valueTwo, op',
      condition({ val: 8 }),
    ],
  ])('%s', (message, wrong) => {
    expect(() => read(wrong)).toThrow(
      new RockerError('damaged', message.replace('FILE', path), { hint }),
    )
  })

  test('a rule that does not hold here is looked at all the same', () => {
    const elsewhere = rule({ action: 'X', includes: { arches: ['s390x'] } })
    expect(() => read(profile(elsewhere))).toThrow('"X" is unknown')
  })

  test('a file that is not there', () => {
    const none = join(folder, 'none.json')
    expect(() => readDockerProfile(none, somebody)).toThrow(
      `read the seccomp profile ${none}`,
    )
    expect(() => readDockerProfile(folder, somebody)).toThrow(
      `read the seccomp profile ${folder}`,
    )
  })
})

const podmans = '/usr/share/containers/seccomp.json'
const title = `podman's own profile${existsSync(podmans) ? '' : ` needs ${podmans}`}`

test.skipIf(!existsSync(podmans))(title, () => {
  const seccomp = readDockerProfile(podmans, somebody)
  const program = assemble(seccompProgram(seccomp))
  const says = (name: string, ...args: bigint[]) =>
    answerOf(judge(program, callOf('SCMP_ARCH_X86_64', name, args)).value)
  expect(says('read')).toBe('ALLOW')
  expect(says('chroot')).toBe('ALLOW') // it has the capability
  expect(says('bpf')).toBe(1)
  expect(says('personality', 8n)).toBe('ALLOW')
  expect(says('personality', 9n)).toBe(38)
  expect(says('socket', 16n, 3n, 9n)).toBe(22) // not the audit's
})
