import { describe, expect, test } from 'vitest'

import type { SpecCondition, SpecSeccomp } from '../09-containers/spec.ts'

import { assemble } from './bpf.ts'
import { answerOf, callOf, judge } from './judge.ts'
import { defaultSeccomp } from './seccomp.ts'
import { groups } from './seccomp-groups.ts'
import { seccompProgram } from './seccomp-program.ts'
import {
  armPrivate,
  callNumbers,
  type FilterArch,
  x32Bit,
} from './syscall-table.ts'

const eperm = 1
const enosys = 38
const arches = {
  x64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
} as const
const everywhere = [...arches.x64, ...arches.arm64]
const usual = ['CAP_CHOWN', 'CAP_NET_RAW', 'CAP_SYS_CHROOT']

interface Filter {
  readonly seccomp: SpecSeccomp
  readonly program: Uint8Array
}

function filterWith(
  capabilities: readonly string[],
  arch: FilterArch,
): Filter {
  const isArm = arches.arm64.some((one) => one === arch)
  const architecture = isArm ? 'arm64' : 'x64'
  const seccomp = defaultSeccomp({ capabilities, architecture })
  return { seccomp, program: assemble(seccompProgram(seccomp)) }
}

const filters = Object.fromEntries(
  everywhere.map((arch) => [arch, filterWith(usual, arch)]),
)

function says(
  arch: FilterArch,
  call: string | number,
  args: readonly bigint[] = [],
  { program } = filters[arch] as Filter,
): string | number {
  return answerOf(judge(program, callOf(arch, call, args)).value)
}

/** What the table means, without a program. */
function meant(
  { syscalls = [] }: SpecSeccomp,
  name: string | undefined,
  args: readonly bigint[],
): string | number {
  const about = syscalls.filter(({ names }) => names.includes(name ?? ''))
  const holding = about.find(({ args: conditions }) =>
    conditions?.every((condition) => holds(condition, args)),
  )
  const rule = holding ?? about.find((one) => !one.args)
  if (!rule) return eperm
  return rule.action === 'SCMP_ACT_ALLOW'
    ? 'ALLOW'
    : (rule.errnoRet ?? eperm)
}

function holds(
  { index, op, value, valueTwo = 0 }: SpecCondition,
  args: readonly bigint[],
): boolean {
  const given = args[index] ?? 0n
  if (op === 'SCMP_CMP_EQ') return given === BigInt(value)
  return (
    op === 'SCMP_CMP_MASKED_EQ' &&
    (given & BigInt(value)) === BigInt(valueTwo)
  )
}

const someArguments: readonly (readonly bigint[])[] = [
  [0n, 0n],
  [1n, 0x5412n],
  [8n, 0x5413n],
  [17n, 0x541cn],
  [38n, 0xffffffff_00005412n],
  [0x7e020011n, 0x1_0000_541cn],
  [0x20008n, 0n],
  [0xffffffffn, 0n],
  [0xffffffff_ffffffffn, 0n],
  [0x1_0000_0002n, 0n],
  [16n, 3n, 9n],
  [16n, 3n, 0x1_0000_0009n],
  [16n, 3n, 8n],
]

const widening = [...new Set(groups.flatMap(({ needs = [] }) => needs))]
const containers = [
  [],
  usual,
  ...widening.map((one) => [one]),
  ['CAP_NET_ADMIN'],
  [...widening, 'CAP_NET_ADMIN'],
]

describe.each(containers)('with %s', (...capabilities) => {
  test.each(everywhere)(
    'each number of %s gets what the table says',
    (arch) => {
      const filter = filterWith(capabilities, arch)
      const names = new Map<number, string>()
      for (const [name, number] of callNumbers(arch))
        names.set(number, name)
      const { syscalls = [] } = filter.seccomp
      const isNamed = (name: string) =>
        syscalls.some((rule) => rule.names.includes(name))
      const newest = Math.max(
        ...[...names]
          .filter(([, name]) => isNamed(name))
          .map(([one]) => one)
          .filter((one) => one < armPrivate || one >= x32Bit),
      )
      const first = arch === 'SCMP_ARCH_X32' ? x32Bit : 0
      const depends = new Set<string | undefined>(
        syscalls.filter(({ args }) => args).flatMap(({ names }) => names),
      )
      const wrong: unknown[] = []
      for (let number = first; number < first + 700; number++) {
        const name = names.get(number)
        if (name === 'socketcall' || name === 'ipc') continue
        const some = depends.has(name) ? someArguments : [[]]
        for (const args of some) {
          const answer = says(arch, number, args, filter)
          const expected =
            number > newest ? enosys : meant(filter.seccomp, name, args)
          if (answer !== expected) wrong.push([number, name, args, answer])
        }
      }
      expect(wrong).toEqual([])
    },
  )
})

test.each([
  ['arm_fadvise64_64', 'ALLOW'],
  ['sync_file_range2', 'ALLOW'],
  ['set_tls', 'ALLOW'],
  ['cacheflush', 'ALLOW'],
  ['usr26', eperm],
  ['mount', eperm],
  ['unshare', eperm],
  [armPrivate - 1, enosys],
  [armPrivate + 99, enosys],
])('32-bit ARM: %s gets %s', (call, answer) => {
  expect(says('SCMP_ARCH_ARM', call)).toBe(answer)
})

test.each(everywhere)('on %s what is newer is not there', (arch) => {
  const first = arch === 'SCMP_ARCH_X32' ? x32Bit : 0
  const numbers = [700, 9999, x32Bit - 1].map((number) => first + number)
  expect(
    [...numbers, 0xffffffff].map((number) => says(arch, number)),
  ).toEqual(Array(4).fill(enosys))
})

// docker 29's profile, call by call: what it lets through without a condition
// is all but these, and the capabilities that let it through are the same
describe('what docker refuses is refused', () => {
  test.each(everywhere)('always, on %s', (arch) => {
    const never = [
      ...['_sysctl', 'add_key', 'bdflush', 'create_module', 'ftime'],
      ...['get_kernel_syms', 'idle', 'io_uring_enter', 'io_uring_setup'],
      ...['io_uring_register', 'kexec_file_load', 'kexec_load', 'keyctl'],
      ...['migrate_pages', 'move_pages', 'nfsservctl', 'oldstat', 'profil'],
      ...['pivot_root', 'query_module', 'readdir', 'request_key', 'sysfs'],
      ...['swapoff', 'swapon', 'uselib', 'userfaultfd', 'ustat', 'vm86'],
      ...['vm86old', 'vserver', 'security', 'signal', 'sigaction'],
    ]
    const all = filterWith([...widening, 'CAP_NET_ADMIN'], arch)
    const here = never.filter((name) => callNumbers(arch).has(name))
    expect(here.length).toBeGreaterThan(10)
    expect(
      here.filter((name) => says(arch, name, [], all) !== eperm),
    ).toEqual([])
  })

  test.each<[string, readonly string[]]>([
    [
      'CAP_SYS_ADMIN',
      [
        ...['mount', 'umount2', 'fsopen', 'fsconfig', 'fsmount', 'fspick'],
        ...['open_tree', 'move_mount', 'mount_setattr', 'unshare', 'setns'],
        ...['sethostname', 'setdomainname', 'quotactl', 'quotactl_fd'],
        ...['fanotify_init', 'lookup_dcookie', 'lsm_get_self_attr'],
        ...['lsm_set_self_attr', 'lsm_list_modules', 'bpf', 'syslog'],
        'perf_event_open',
      ],
    ],
    ['CAP_BPF', ['bpf']],
    ['CAP_PERFMON', ['perf_event_open']],
    ['CAP_SYSLOG', ['syslog']],
    ['CAP_SYS_CHROOT', ['chroot']],
    [
      'CAP_SYS_PTRACE',
      [
        ...['kcmp', 'pidfd_getfd', 'process_madvise'],
        ...['process_vm_readv', 'process_vm_writev'],
      ],
    ],
    ['CAP_DAC_READ_SEARCH', ['open_by_handle_at', 'name_to_handle_at']],
    ['CAP_SYS_MODULE', ['init_module', 'finit_module', 'delete_module']],
    ['CAP_SYS_TIME', ['settimeofday', 'clock_settime']],
    [
      'CAP_SYS_NICE',
      [
        ...['get_mempolicy', 'mbind', 'set_mempolicy'],
        'set_mempolicy_home_node',
      ],
    ],
    ['CAP_SYS_PACCT', ['acct']],
    ['CAP_SYS_TTY_CONFIG', ['vhangup']],
    ['CAP_SYS_BOOT', ['reboot']],
  ])('but with %s', (capability, names) => {
    const without = widening.filter((one) => one !== capability)
    for (const arch of everywhere) {
      const none = filterWith([], arch)
      const rest = filterWith(without, arch)
      const one = filterWith([capability], arch)
      for (const name of names) {
        const answers = [none, one].map((filter) =>
          says(arch, name, [], filter),
        )
        // what is newer than all that is let through is not even there
        expect([eperm, enosys]).toContain(answers[0])
        expect([arch, name, answers[1]]).toEqual([arch, name, 'ALLOW'])
        const isShared =
          /^(bpf|syslog|perf_event_open|name_to_handle_at)$/.test(name)
        const others = says(arch, name, [], rest)
        if (isShared) expect([name, others]).toEqual([name, 'ALLOW'])
        else expect([eperm, enosys]).toContain(others)
      }
    }
  })
})

describe.each(everywhere)('on %s', (arch) => {
  test.each([
    ['a socket of the network', 2n, 'ALLOW'],
    ['one of IPv6', 10n, 'ALLOW'],
    ['a netlink socket', 16n, 'ALLOW'],
    ['a packet socket', 17n, 'ALLOW'],
    ['AF_ALG', 38n, eperm],
    ['AF_VSOCK', 40n, eperm],
    ['AF_ALG, with more in the upper half', 0x1_0000_0026n, eperm],
    ['AF_INET, with more in the upper half', 0x1_0000_0002n, eperm],
    ['a family that nobody has', 99n, eperm],
    ['AF_CAN, whose module would be loaded', 29n, eperm],
  ])('%s', (_, family, answer) => {
    expect(says(arch, 'socket', [family])).toBe(answer)
  })

  test.each([
    ['routes', 0n, 'ALLOW'],
    ['what happens to devices', 15n, 'ALLOW'],
    ['the audit', 9n, 22],
    ['the audit, with more in the upper half', 0x1_0000_0009n, 22],
  ])('netlink about %s', (_, protocol, answer) => {
    expect(says(arch, 'socket', [16n, 3n, protocol])).toBe(answer)
    const audits = filterWith(['CAP_AUDIT_CONTROL'], arch)
    expect(says(arch, 'socket', [16n, 3n, protocol], audits)).toBe('ALLOW')
  })

  test('who configures the network has more families, but not these', () => {
    const filter = filterWith([...widening, 'CAP_NET_ADMIN'], arch)
    const answers = [29n, 44n, 38n, 40n].map((family) =>
      says(arch, 'socket', [family], filter),
    )
    expect(answers).toEqual(['ALLOW', 'ALLOW', eperm, eperm])
  })

  test.each([
    ['TIOCSTI', 0x5412n, eperm],
    ['TIOCLINUX', 0x541cn, eperm],
    ['TIOCSTI, as musl would extend its sign', -0xffffabeen, eperm],
    ['TIOCSTI, with more in the upper half', 0x7_0000_5412n, eperm],
    ['the size of the terminal', 0x5413n, 'ALLOW'],
    ['what has the highest bit', 0xffffffff_80045430n, 'ALLOW'],
  ])('ioctl %s', (_, request, answer) => {
    expect(says(arch, 'ioctl', [0n, request])).toBe(answer)
  })

  test.each([
    ['a thread', 0x3d0f00n, 'ALLOW'],
    ['a process', 17n, 'ALLOW'],
    ...[17, 25, 26, 27, 28, 29, 30].map(
      (bit) =>
        [`namespace 1 << ${bit}`, 17n | (1n << BigInt(bit)), 1] as const,
    ),
  ] as const)('clone of %s', (_, flags, answer) => {
    expect(says(arch, 'clone', [flags])).toBe(answer)
  })

  test('clone3 is not there, so that programs take clone', () => {
    expect(says(arch, 'clone3')).toBe(enosys)
    const admin = filterWith(['CAP_SYS_ADMIN'], arch)
    expect(says(arch, 'clone3', [], admin)).toBe('ALLOW')
    expect(says(arch, 'clone', [0x10000000n], admin)).toBe('ALLOW')
  })

  test.each([
    [0n, 'ALLOW'],
    [8n, 'ALLOW'],
    [0x20000n, 'ALLOW'],
    [0xffffffffn, 'ALLOW'],
    [0x40000n, eperm], // ADDR_NO_RANDOMIZE
    [0x1_0000_0000n, eperm],
  ])('personality %i', (persona, answer) => {
    expect(says(arch, 'personality', [persona])).toBe(answer)
  })
})

test.each([
  [
    'makes no socket: of which family, nobody can tell',
    'socketcall',
    1n,
    1,
  ],
  ['binds', 'socketcall', 2n, 'ALLOW'],
  ['makes a pair', 'socketcall', 8n, 'ALLOW'],
  ['sends many', 'socketcall', 20n, 'ALLOW'],
  ['does nothing that is unknown', 'socketcall', 21n, eperm],
  ['has semaphores', 'ipc', 1n, 'ALLOW'],
  ['has shared memory', 'ipc', 0x10015n, 'ALLOW'],
  ['has nothing else', 'ipc', 5n, eperm],
] as const)('i386 %s', (_, call, first, answer) => {
  expect(says('SCMP_ARCH_X86', call, [first])).toBe(answer)
})

test('a program of another machine is killed', () => {
  expect(says('SCMP_ARCH_AARCH64', 'read', [], filters.SCMP_ARCH_X86)).toBe(
    'KILL_PROCESS',
  )
})

test('each call of the table is one that some machine has', () => {
  const known = new Set(
    everywhere.flatMap((arch) => [...callNumbers(arch).keys()]),
  )
  const multiplexed = ['send', 'recv'] // of socketcall alone
  const unknown = groups
    .flatMap(({ calls }) => calls.split(/\s+/))
    .filter((name) => !known.has(name) && !multiplexed.includes(name))
  expect(unknown).toEqual([])
})
