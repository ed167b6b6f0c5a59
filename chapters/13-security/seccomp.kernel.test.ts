// What the kernel answers under the filter, and what the interpreter of the
// book says that it would.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

import {
  answersIn,
  probes,
  type Wanted,
  word,
} from '../../test/support/filter-probes.ts'
import { played } from '../../test/support/played.ts'
import { program } from '../../test/support/programs.ts'
import { architecture } from '../01-syscalls/perform.ts'
import { execute } from '../02-process/execute.ts'
import { clone, waitFor } from '../02-process/run-process.ts'
import type { SpecSeccomp } from '../09-containers/spec.ts'

import { assemble } from './bpf.ts'
import { answerOf, callOf, judge } from './judge.ts'
import { defaultSeccomp, installSeccomp } from './seccomp.ts'
import { seccompProgram } from './seccomp-program.ts'
import { callNumbers, type FilterArch, x32Bit } from './syscall-table.ts'

const folder = mkdtempSync(join(tmpdir(), 'seccomp-'))
afterAll(() => rmSync(folder, { recursive: true }))

const calls = program('calls')
const isX64 = architecture() === 'x64'
const native = isX64 ? 'SCMP_ARCH_X86_64' : 'SCMP_ARCH_AARCH64'
const ways: readonly (readonly [string, FilterArch])[] = isX64
  ? [
      ['n', 'SCMP_ARCH_X86_64'],
      ['i', 'SCMP_ARCH_X86'],
      ['x', 'SCMP_ARCH_X32'],
    ]
  : [['n', native]]
const usual = ['CAP_CHOWN', 'CAP_SYS_CHROOT']
const seccomp = defaultSeccomp({
  capabilities: usual,
  architecture: architecture(),
})

describe('each number', () => {
  // a filter that lets nothing through: so anything can be asked
  const let_ = 4000
  const harmless: SpecSeccomp = {
    ...seccomp,
    syscalls: (seccomp.syscalls ?? []).map((rule) =>
      rule.action === 'SCMP_ACT_ALLOW'
        ? { ...rule, action: 'SCMP_ACT_ERRNO', errnoRet: let_ }
        : rule,
    ),
  }
  const bytes = assemble(seccompProgram(harmless))
  const someArguments = [
    [0n, 0n],
    [2n, 0x5412n],
    [38n, 0x1_0000_5412n],
    [0x10000011n, 0x541cn],
    [0x1_0000_0002n, 0xffff_ffff_8004_5430n],
  ]

  test.each(ways)('%s of %s', (way, arch) => {
    const file = join(folder, `filter-${way}`)
    writeFileSync(file, bytes)
    const first = way === 'x' ? x32Bit : 0
    const numbers = [
      ...Array.from({ length: 600 }, (_, i) => first + i),
      ...[first + 1000, first + 0x3fffffff],
    ]
    // i386 has 32 bits of each argument
    const shown = way === 'i' ? 0xffffffffn : 2n ** 64n - 1n
    // uretprobe and uprobe: new kernels ask no filter about them
    const unasked = arch === 'SCMP_ARCH_X86_64' ? [335, 336] : []
    const asked = numbers.filter((number) => !unasked.includes(number))
    const wanted = asked.flatMap((number) =>
      someArguments.map(
        (args): Wanted => ({
          ...{ way, arch, number },
          args: args.map((value) => value & shown),
        }),
      ),
    )
    const printed = execFileSync(
      calls,
      ['--filter', file, ...wanted.map(word)],
      { encoding: 'utf8' },
    )
    const answers = answersIn(printed)
    const wrong = wanted.flatMap((one, i) => {
      const call = callOf(one.arch, one.number, one.args)
      const says = answerOf(judge(bytes, call).value)
      return answers[i] === -says ? [] : [[word(one), says, answers[i]]]
    })
    expect(answers).toHaveLength(wanted.length)
    expect(wrong).toEqual([])
  })
})

describe('a process that the shim makes', () => {
  const here = probes.filter(([name]) => callNumbers(native).has(name))
  const wanted = here.map(
    ([name, args]): Wanted => ({
      ...{ way: 'n', arch: native, args },
      number: callNumbers(native).get(name) ?? 0,
    }),
  )
  const i386 = (name: string, ...args: bigint[]): Wanted => ({
    ...{ way: 'i', arch: 'SCMP_ARCH_X86', args },
    number: callNumbers('SCMP_ARCH_X86').get(name) ?? 0,
  })
  const others = isX64
    ? [
        i386('socketcall', 1n, 0xdead0000n),
        i386('socket', 38n, 5n, 0n),
        i386('unshare', 0x10000000n),
        i386('mount', 0xdead0000n),
        i386('clone', 0x10000011n),
        { ...i386('read'), number: 9999 },
        { way: 'n', arch: native, number: 9999, args: [] } as const,
        { way: 'x', arch: native, number: 165, args: [] } as const,
      ]
    : []

  const run = async (asked: readonly Wanted[], filtered: boolean) => {
    const argv = [calls, ...asked.map(word)]
    const { status, stdout, stderr } = await played({
      main: [
        ...clone({
          child: [
            ...(filtered ? installSeccomp(seccomp) : []),
            ...execute({ argv, env: [] }),
          ],
        }),
        ...waitFor(),
      ],
      after: [],
    })
    expect([status, stderr]).toEqual([0, ''])
    return answersIn(stdout)
  }

  test('is told what the table says, for each probe', async () => {
    const answers = await run([...wanted, ...others], true)
    const got = here.map(([name, args, answer], i) => {
      const errno = -(answers[i] ?? 0)
      const isRefused = errno === 1 || errno === 38
      const said = answer === 'ALLOW' && !isRefused ? 'ALLOW' : errno
      return [name, args, said, answer]
    })
    expect(got).toEqual(
      here.map(([name, args, answer]) => [name, args, answer, answer]),
    )
    expect(answers.slice(here.length)).toEqual(
      isX64 ? [-1, -1, -1, -1, -1, -38, -38, -1] : [],
    )
  })

  test('has another answer from the kernel itself', async () => {
    const refused = here.flatMap(([name, , answer], i) => {
      const one = wanted[i]
      // a terminal of whoever runs this would not be there any more
      return one && answer === 1 && name !== 'vhangup'
        ? [{ name, one }]
        : []
    })
    const answers = await run(
      refused.map(({ one }) => one),
      false,
    )
    const same = refused.filter((_, i) => answers[i] === -1)
    expect(same.map(({ name }) => name)).toEqual([])
  })
})
