import { expect, test } from 'vitest'

import { formatCall } from '../01-syscalls/format-call.ts'
import { architecture } from '../01-syscalls/perform.ts'
import type { Struct } from '../01-syscalls/syscall.ts'

import { assemble } from './bpf.ts'
import { answerOf, callOf, judge } from './judge.ts'
import { defaultSeccomp, filtersToMake, installSeccomp } from './seccomp.ts'
import { seccompProgram } from './seccomp-program.ts'

test('a filter is one call with a struct sock_fprog', () => {
  const calls = installSeccomp({
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: ['SCMP_ARCH_X86_64'],
  })
  expect(calls.map(formatCall)).toEqual([
    expect.stringMatching(
      /^seccomp\(SECCOMP_SET_MODE_FILTER, 0, \{instructions=\d+, program=/,
    ),
  ])
})

test('the default lets a container do what it is for', () => {
  const seccomp = defaultSeccomp({ capabilities: [], architecture: 'x64' })
  const program = assemble(seccompProgram(seccomp))
  const calls = ['read', 'execve', 'unshare', 'mount', 'clone3']
  const answers = calls.map((name) =>
    answerOf(judge(program, callOf('SCMP_ARCH_X86_64', name)).value),
  )
  expect(answers).toEqual(['ALLOW', 'ALLOW', 1, 1, 38])
})

test('what is made beforehand is what docker lets a container have', () => {
  const docker = [
    ...['CHOWN', 'DAC_OVERRIDE', 'FSETID', 'FOWNER', 'MKNOD', 'NET_RAW'],
    ...['SETGID', 'SETUID', 'SETFCAP', 'SETPCAP', 'NET_BIND_SERVICE'],
    ...['SYS_CHROOT', 'KILL', 'AUDIT_WRITE'],
  ].map((name) => `CAP_${name}`)
  const seccomp = defaultSeccomp({
    capabilities: docker,
    architecture: architecture(),
  })
  const [[names = '', program] = []] = filtersToMake()
  expect(names.split(' ').toSorted()).toEqual(docker.toSorted())
  expect(Buffer.from(program ?? '', 'base64')).toEqual(
    Buffer.from(assemble(seccompProgram(seccomp))),
  )
})

test('a profile without architectures is for the own one', () => {
  const native = callOf(
    architecture() === 'x64' ? 'SCMP_ARCH_X86_64' : 'SCMP_ARCH_AARCH64',
    'read',
  )
  const [call] = installSeccomp({ defaultAction: 'SCMP_ACT_LOG' })
  const filter = call?.args[2] as Struct | undefined
  const program = filter?.fields[1]?.value as Uint8Array
  expect(answerOf(judge(program, native).value)).toBe('LOG')
})
