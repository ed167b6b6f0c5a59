// What a container may do: the calls of the table, and those where it depends
// on an argument.
//
// It follows docker's profile, call by call, and is tighter in some: what is
// new is not there (see seccomp-groups.ts); a socket is of a family that programs speak; socketcall makes none at all, since of
// which family lies in memory, where a filter cannot look; the audit is not
// there; nobody types into a terminal by ioctl. Who reads an argument as 32
// bits is compared with 32 bits, or the other half opens the door again.
//
// github.com/moby/profiles/blob/main/seccomp/default_linux.go

import type {
  SpecCondition,
  SpecSyscallRule,
} from '../09-containers/spec.ts'

import { callValues } from './call-values.ts'
import { groups } from './seccomp-groups.ts'

type Family = keyof typeof callValues.socket

/** What programs speak; any other family would load a module of the kernel. */
const families: readonly Family[] = [
  ...(['AF_UNIX', 'AF_INET', 'AF_INET6', 'AF_NETLINK'] as const),
  'AF_PACKET',
]

/** Who configures networks may have more of them, but no ALG and no VSOCK. */
const networkFamilies: readonly Family[] = [
  ...(['AF_BRIDGE', 'AF_KEY', 'AF_PPPOX', 'AF_MPLS', 'AF_CAN'] as const),
  ...(['AF_TIPC', 'AF_BLUETOOTH', 'AF_XDP'] as const),
]

const { PER_LINUX, PER_LINUX32, UNAME26 } = callValues.personality
const personalities = [
  ...[PER_LINUX, PER_LINUX32, UNAME26, UNAME26 | PER_LINUX32],
  0xffffffff, // only asks
]

const netlinkAudit = 9

const allNamespaces = Object.values(callValues.clone).reduce(
  (all: number, one) => all | one,
  0,
)

/** What these capabilities let a container do; all else is refused. */
export function rulesFor(
  capabilities: readonly string[],
): SpecSyscallRule[] {
  const allowed = groups.filter(
    ({ needs }) =>
      !needs || needs.some((one) => capabilities.includes(one)),
  )
  return [
    allow(allowed.flatMap(({ calls }) => wordsOf(calls))),
    ...byArgument(capabilities),
  ]
}

/** By splitting twice: a pattern takes three times as long. */
function wordsOf(text: string): string[] {
  const lines = text.split('\n').map((line) => line.trim())
  return lines.join(' ').split(' ')
}

// #region by-argument
/** What depends on an argument, or has another answer than EPERM. */
function byArgument(capabilities: readonly string[]): SpecSyscallRule[] {
  const isAdmin = capabilities.includes('CAP_SYS_ADMIN')
  const inNetworks = capabilities.includes('CAP_NET_ADMIN')
  const sockets = [...families, ...(inNetworks ? networkFamilies : [])]
  const audits = capabilities.includes('CAP_AUDIT_CONTROL')
  return [
    ...(audits ? [] : [noAuditSocket]),
    ...sockets.map((family) =>
      allow(['socket'], {
        index: 0,
        op: 'SCMP_CMP_EQ',
        value: callValues.socket[family],
      }),
    ),
    ...personalities.map((value) =>
      allow(['personality'], { index: 0, op: 'SCMP_CMP_EQ', value }),
    ),
    ...Object.values(callValues.ioctl).map((request) =>
      refuse(['ioctl'], 1, {
        index: 1,
        op: 'SCMP_CMP_MASKED_EQ',
        value: 0xffffffff, // the kernel looks at no more of it
        valueTwo: request,
      }),
    ),
    allow(['ioctl']),
    ...(isAdmin ? [] : cloneWithoutNamespaces()),
  ]
}
// #endregion by-argument

/** The audit is the host's. To EINVAL programs say: so there is none. */
const noAuditSocket = refuse(
  ['socket'],
  22,
  { index: 0, op: 'SCMP_CMP_EQ', value: callValues.socket.AF_NETLINK },
  {
    ...{ index: 2, op: 'SCMP_CMP_MASKED_EQ', value: 0xffffffff },
    valueTwo: netlinkAudit,
  },
)

/** clone3 has its flags in memory: so it is said not to be there at all. */
function cloneWithoutNamespaces(): SpecSyscallRule[] {
  const op = 'SCMP_CMP_MASKED_EQ'
  return [
    allow(['clone'], { index: 0, op, value: allNamespaces, valueTwo: 0 }),
    refuse(['clone3'], 38),
  ]
}

function allow(
  names: readonly string[],
  ...args: readonly SpecCondition[]
): SpecSyscallRule {
  const rule = { names, action: 'SCMP_ACT_ALLOW' } as const
  return args.length > 0 ? { ...rule, args } : rule
}

function refuse(
  names: readonly string[],
  errnoRet: number,
  ...args: readonly SpecCondition[]
): SpecSyscallRule {
  return { ...allow(names, ...args), action: 'SCMP_ACT_ERRNO', errnoRet }
}
