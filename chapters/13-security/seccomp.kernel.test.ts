// What the kernel answers under the filter, and what the interpreter of the
// book says that it would.

import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { afterAll, describe, expect, test } from 'vitest'

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

interface Wanted {
  readonly way: string
  readonly arch: FilterArch
  readonly number: number
  readonly args: readonly bigint[]
}

/** `n:272:268435456` */
function word({ way, number, args }: Wanted): string {
  return [way, number & ~x32Bit, args.join()]
    .filter((x) => x !== '')
    .join(':')
}

function answersIn(stdout: string): number[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.split(' ')[1]))
}

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

// 64 bits of nothing that lies anywhere
const nowhere = 0xdead0000n
const none = -1n

type Probe = readonly [
  name: string,
  args: readonly bigint[],
  answer: 'ALLOW' | 1 | 38,
]

// the probe of SECURITY's table, and what else a container should not do
const probes: readonly Probe[] = [
  ['unshare', [0x10000000n], 1], // CLONE_NEWUSER
  ['unshare', [0x20000n], 1], // CLONE_NEWNS
  ['clone', [0x10000011n], 1],
  ['clone', [0x20000011n], 1],
  ['clone3', [nowhere, 88n], 38],
  ['setns', [none, 0n], 1],
  ['mount', [nowhere, nowhere, nowhere], 1],
  ['umount2', [nowhere, 0n], 1],
  ['pivot_root', [nowhere, nowhere], 1],
  ['fsopen', [nowhere, 0n], 1],
  ['fsconfig', [none], 1],
  ['fsmount', [none], 1],
  ['fspick', [none, nowhere, 0n], 1],
  ['move_mount', [none, nowhere, none, nowhere], 1],
  ['open_tree', [none, nowhere, 0n], 1],
  ['mount_setattr', [none, nowhere, 0n, nowhere, 32n], 1],
  ['keyctl', [0n, 0n], 1],
  ['add_key', [nowhere], 1],
  ['request_key', [nowhere], 1],
  ['bpf', [0n, nowhere, 48n], 1],
  ['perf_event_open', [nowhere], 1],
  ['userfaultfd', [0n], 1],
  ['io_uring_setup', [1n, nowhere], 1],
  ['io_uring_enter', [none], 1],
  ['io_uring_register', [none], 1],
  ['kexec_load', [0n, 999n], 1],
  ['kexec_file_load', [none, none], 1],
  ['init_module', [nowhere, 8n, nowhere], 1],
  ['finit_module', [none, nowhere, 0n], 1],
  ['delete_module', [nowhere, 0n], 1],
  ['reboot', [1n, 1n, 1n], 1],
  ['swapon', [nowhere, 0n], 1],
  ['swapoff', [nowhere], 1],
  ['acct', [nowhere], 1],
  ['quotactl', [0n, nowhere], 1],
  ['quotactl_fd', [none], 1],
  ['open_by_handle_at', [none, nowhere, 0n], 1],
  ['settimeofday', [nowhere, 0n], 1],
  ['clock_settime', [0n, nowhere], 1],
  ['syslog', [99n], 1],
  ['vhangup', [], 1],
  ['sethostname', [nowhere, 1n], 1],
  ['setdomainname', [nowhere, 1n], 1],
  ['kcmp', [1n, 1n, 99n], 1],
  ['pidfd_getfd', [none, 0n, 0n], 1],
  ['process_madvise', [none], 1],
  ['personality', [0x40000n], 1], // ADDR_NO_RANDOMIZE
  ['mbind', [1n], 1],
  ['set_mempolicy', [99n], 1],
  ['get_mempolicy', [nowhere], 1],
  ['set_mempolicy_home_node', [1n], 1],
  ['move_pages', [0n, 1n, nowhere], 1],
  ['migrate_pages', [0n, 1n, nowhere], 1],
  ['fanotify_init', [0xffffn], 1],
  ['lookup_dcookie', [0n, nowhere, 1n], 1],
  ['nfsservctl', [0n], 1],
  ['lsm_list_modules', [nowhere, nowhere, 0n], 1],
  ['socket', [38n, 5n, 0n], 1], // AF_ALG
  ['socket', [40n, 1n, 0n], 1], // AF_VSOCK
  ['socket', [0x1_0000_0026n, 5n, 0n], 1],
  ['ioctl', [0n, 0x5412n, nowhere], 1], // TIOCSTI
  ['ioctl', [0n, 0x541cn, nowhere], 1], // TIOCLINUX
  ['ioctl', [0n, 0xffffffff_00005412n, nowhere], 1],
  ['open_tree_attr', [none], 38],
  ['socket', [1n, 1n, 0n], 'ALLOW'],
  ['socket', [2n, 2n, 0n], 'ALLOW'],
  ['socket', [16n, 3n, 0n], 'ALLOW'],
  ['ioctl', [none, 0x5413n], 'ALLOW'],
  ['personality', [0xffffffffn], 'ALLOW'],
  ['clone', [17n], 'ALLOW'],
  ['mknodat', [none, nowhere, 0o020600n, 0x103n], 'ALLOW'],
  ['ptrace', [99n, 1n], 'ALLOW'],
  ['process_vm_readv', [1n, 0n, 99999n], 'ALLOW'],
  ['seccomp', [99n], 'ALLOW'],
  ['landlock_create_ruleset', [nowhere, 8n, 0n], 'ALLOW'],
  ['memfd_create', [nowhere, 0n], 'ALLOW'],
  ['chroot', [nowhere], 'ALLOW'],
  ['openat2', [none, nowhere, nowhere, 1n], 'ALLOW'],
  ['getpid', [], 'ALLOW'],
]

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
        i386('socketcall', 1n, nowhere),
        i386('socket', 38n, 5n, 0n),
        i386('unshare', 0x10000000n),
        i386('mount', nowhere),
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
      const isLet = errno !== 1 && errno !== 38
      return [name, args, isLet ? 'ALLOW' : errno, answer]
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
