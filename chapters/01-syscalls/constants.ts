// The kernel's constants by name, so that a list of calls can be printed as a
// person would write it, and means the same on both architectures.
//
// linux/include/uapi

import type { Architecture } from './numbers.ts'

/** The number; where arm64 has another one: [x86-64, arm64]. */
export const constants = {
  // clone, unshare and setns: man 2 clone, man 7 namespaces
  CLONE_NEWTIME: 0x80,
  CLONE_VM: 0x100,
  CLONE_VFORK: 0x4000,
  CLONE_PARENT: 0x8000,
  CLONE_NEWNS: 0x20000,
  CLONE_NEWCGROUP: 0x2000000,
  CLONE_NEWUTS: 0x4000000,
  CLONE_NEWIPC: 0x8000000,
  CLONE_NEWUSER: 0x10000000,
  CLONE_NEWPID: 0x20000000,
  CLONE_NEWNET: 0x40000000,
  CLONE_INTO_CGROUP: 0x200000000n,
  SIGCHLD: 17,
  SIGKILL: 9,
  // waitid: man 2 waitid
  P_PID: 1,
  WEXITED: 4,
  WNOWAIT: 0x1000000,
  // open: man 2 open, man 2 openat2
  O_RDONLY: 0,
  O_WRONLY: 1,
  O_RDWR: 2,
  O_CREAT: 0o100,
  O_EXCL: 0o200,
  O_NOCTTY: 0o400,
  O_TRUNC: 0o1000,
  O_APPEND: 0o2000,
  O_NONBLOCK: 0o4000,
  O_DIRECTORY: [0o200000, 0o40000],
  O_NOFOLLOW: [0o400000, 0o100000],
  O_CLOEXEC: 0o2000000,
  O_PATH: 0o10000000,
  O_TMPFILE: [0o20200000, 0o20040000],
  AT_FDCWD: -100,
  AT_SYMLINK_NOFOLLOW: 0x100,
  AT_REMOVEDIR: 0x200,
  AT_SYMLINK_FOLLOW: 0x400,
  AT_EMPTY_PATH: 0x1000,
  AT_RECURSIVE: 0x8000,
  RESOLVE_NO_XDEV: 1,
  RESOLVE_NO_MAGICLINKS: 2,
  RESOLVE_NO_SYMLINKS: 4,
  RESOLVE_BENEATH: 8,
  RESOLVE_IN_ROOT: 16,
  RENAME_NOREPLACE: 1,
  RENAME_EXCHANGE: 2,
  S_IFCHR: 0o020000,
  S_IFBLK: 0o060000,
  S_IFIFO: 0o010000,
  S_IFREG: 0o100000,
  // mount: man 2 mount, man 2 umount2
  MS_RDONLY: 1,
  MS_NOSUID: 2,
  MS_NODEV: 4,
  MS_NOEXEC: 8,
  MS_REMOUNT: 32,
  MS_BIND: 4096,
  MS_MOVE: 8192,
  MS_REC: 16384,
  MS_PRIVATE: 1 << 18,
  MS_SLAVE: 1 << 19,
  MS_SHARED: 1 << 20,
  MS_RELATIME: 1 << 21,
  MS_STRICTATIME: 1 << 24,
  MNT_DETACH: 2,
  // the new mount API: man 2 fsopen, fsconfig, fsmount, move_mount, open_tree
  FSOPEN_CLOEXEC: 1,
  FSCONFIG_SET_FLAG: 0,
  FSCONFIG_SET_STRING: 1,
  FSCONFIG_SET_FD: 5,
  FSCONFIG_CMD_CREATE: 6,
  FSMOUNT_CLOEXEC: 1,
  MOUNT_ATTR_RDONLY: 1,
  MOUNT_ATTR_NOSUID: 2,
  MOUNT_ATTR_NODEV: 4,
  MOUNT_ATTR_NOEXEC: 8,
  MOUNT_ATTR_IDMAP: 0x100000,
  MOVE_MOUNT_F_EMPTY_PATH: 4,
  MOVE_MOUNT_T_EMPTY_PATH: 0x40,
  OPEN_TREE_CLONE: 1,
  OPEN_TREE_CLOEXEC: 0o2000000,
  // descriptors
  CLOSE_RANGE_CLOEXEC: 4,
  F_GETFD: 1,
  F_SETFD: 2,
  FD_CLOEXEC: 1,
  LOCK_SH: 1,
  LOCK_EX: 2,
  LOCK_NB: 4,
  LOCK_UN: 8,
  MFD_CLOEXEC: 1,
  MFD_ALLOW_SEALING: 2,
  // prlimit: man 2 prlimit
  RLIMIT_NPROC: 6,
  // prctl: man 2 prctl
  PR_SET_PDEATHSIG: 1,
  PR_SET_SECUREBITS: 28,
  SECBIT_NO_SETUID_FIXUP: 4,
  PR_SET_DUMPABLE: 4,
  PR_SET_KEEPCAPS: 8,
  PR_SET_NAME: 15,
  PR_CAPBSET_DROP: 24,
  PR_SET_NO_NEW_PRIVS: 38,
  PR_CAP_AMBIENT: 47,
  PR_CAP_AMBIENT_RAISE: 2,
  // keys: man 2 keyctl
  KEYCTL_JOIN_SESSION_KEYRING: 1,
  // programs of the kernel: man 2 bpf
  BPF_PROG_LOAD: 5,
  BPF_PROG_ATTACH: 8,
  BPF_PROG_TYPE_CGROUP_DEVICE: 15,
  BPF_CGROUP_DEVICE: 6,
  BPF_F_ALLOW_MULTI: 2,
  // seccomp: man 2 seccomp
  SECCOMP_SET_MODE_FILTER: 1,
  // terminals: man 2 ioctl_tty
  TCGETS: 0x5401,
  TIOCSCTTY: 0x540e,
  TIOCSWINSZ: 0x5414,
  TIOCGWINSZ: 0x5413,
  TIOCSPTLCK: 0x40045431,
  TIOCGPTPEER: 0x5441,
  // sockets and interfaces: man 7 netdevice
  AF_UNIX: 1,
  AF_INET: 2,
  SOCK_STREAM: 1,
  SOCK_DGRAM: 2,
  SOCK_CLOEXEC: 0o2000000,
  SOCK_NONBLOCK: 0o4000,
  SOCK_SEQPACKET: 5,
  SOL_SOCKET: 1,
  SCM_RIGHTS: 1,
  SIOCSIFFLAGS: 0x8914,
  IFF_UP: 1,
  IFF_RUNNING: 0x40,
  // netlink: man 7 netlink
  AF_NETLINK: 16,
  SOCK_RAW: 3,
  SOL_NETLINK: 270,
  NETLINK_ROUTE: 0,
  NETLINK_NETFILTER: 12,
  NETLINK_EXT_ACK: 11,
  NETLINK_GET_STRICT_CHK: 12,
  MSG_DONTWAIT: 0x40,
  // memory: man 2 mmap
  PROT_READ: 1,
  MAP_PRIVATE: 2,
} as const satisfies Record<
  string,
  number | bigint | readonly [x64: number, arm64: number]
>

/** The name of a kernel's constant, as its man page writes it. */
export type ConstantName = keyof typeof constants

/** `O_DIRECTORY` on x86-64 → 0o200000, on arm64 → 0o40000 */
export function constant(
  name: ConstantName,
  arch: Architecture,
): number | bigint {
  const value: number | bigint | readonly [number, number] = constants[name]
  if (typeof value !== 'object') return value
  return arch === 'arm64' ? value[1] : value[0]
}
