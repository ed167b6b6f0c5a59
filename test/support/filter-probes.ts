// Calls that a container should not make, and some that it should, for the
// program calls.c: what a filter says to them, and what the kernel would.

import {
  type FilterArch,
  x32Bit,
} from '../../chapters/13-security/syscall-table.ts'

/** One call, as calls.c makes it. */
export interface Wanted {
  readonly way: string
  readonly arch: FilterArch
  readonly number: number
  readonly args: readonly bigint[]
}

/** `n:272:268435456` */
export function word({ way, number, args }: Wanted): string {
  return [way, number & ~x32Bit, args.join()]
    .filter((x) => x !== '')
    .join(':')
}

/** What calls.c printed, in the order of the calls. */
export function answersIn(stdout: string): number[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => Number(line.split(' ')[1]))
}

// 64 bits of nothing that lies anywhere
const nowhere = 0xdead0000n
const none = -1n

/** Its arguments are chosen so that the kernel alone would not say EPERM. */
export type Probe = readonly [
  name: string,
  args: readonly bigint[],
  answer: 'ALLOW' | 1 | 22 | 38,
]

// how containers were broken out of, or their hosts looked at
export const probes: readonly Probe[] = [
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
  ['process_vm_readv', [1n, 0n, 99999n], 1],
  ['process_vm_writev', [1n, 0n, 99999n], 1],
  ['name_to_handle_at', [none, nowhere], 1],
  ['personality', [0x40000n], 1], // ADDR_NO_RANDOMIZE
  ['mbind', [1n], 1],
  ['set_mempolicy', [99n], 1],
  ['get_mempolicy', [nowhere], 1],
  ['set_mempolicy_home_node', [1n], 38],
  ['move_pages', [0n, 1n, nowhere], 1],
  ['migrate_pages', [0n, 1n, nowhere], 1],
  ['fanotify_init', [0xffffn], 1],
  ['lookup_dcookie', [0n, nowhere, 1n], 1],
  ['nfsservctl', [0n], 1],
  ['lsm_list_modules', [nowhere, nowhere, 0n], 38],
  ['socket', [38n, 5n, 0n], 1], // AF_ALG
  ['socket', [40n, 1n, 0n], 1], // AF_VSOCK
  ['socket', [0x1_0000_0026n, 5n, 0n], 1],
  ['ioctl', [0n, 0x5412n, nowhere], 1], // TIOCSTI
  ['ioctl', [0n, 0x541cn, nowhere], 1], // TIOCLINUX
  ['ioctl', [0n, 0xffffffff_00005412n, nowhere], 1],
  ['socket', [16n, 3n, 9n], 22], // NETLINK_AUDIT: there is none
  ['open_tree_attr', [none], 38],
  ['socket', [1n, 1n, 0n], 'ALLOW'],
  ['socket', [2n, 2n, 0n], 'ALLOW'],
  ['socket', [16n, 3n, 0n], 'ALLOW'],
  ['ioctl', [none, 0x5413n], 'ALLOW'],
  ['personality', [0xffffffffn], 'ALLOW'],
  ['clone', [17n], 'ALLOW'],
  ['mknodat', [none, nowhere, 0o020600n, 0x103n], 'ALLOW'],
  ['ptrace', [99n, 1n], 'ALLOW'],
  ['seccomp', [99n], 'ALLOW'],
  ['landlock_create_ruleset', [nowhere, 8n, 0n], 'ALLOW'],
  ['memfd_create', [nowhere, 0n], 'ALLOW'],
  ['chroot', [nowhere], 'ALLOW'],
  ['openat2', [none, nowhere, nowhere, 1n], 'ALLOW'],
  ['getpid', [], 'ALLOW'],
]
