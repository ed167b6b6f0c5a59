// System calls have numbers, and each architecture has its own.
//
// x86-64 grew its table in the order of history; arm64 started late, with the
// generic table and without the calls that a newer one replaces (no open, only
// openat; no pipe, only pipe2). rocker uses those that both have.
//
// linux/arch/x86/entry/syscalls/syscall_64.tbl, asm-generic/unistd.h

/** [x86-64, arm64] */
export const kernelCalls = {
  read: [0, 63],
  write: [1, 64],
  close: [3, 57],
  lseek: [8, 62],
  mmap: [9, 222],
  rt_sigprocmask: [14, 135],
  ioctl: [16, 29],
  pread64: [17, 67],
  writev: [20, 66],
  nanosleep: [35, 101],
  getpid: [39, 172],
  socket: [41, 198],
  connect: [42, 203],
  sendto: [44, 206],
  recvfrom: [45, 207],
  sendmsg: [46, 211],
  recvmsg: [47, 212],
  bind: [49, 200],
  listen: [50, 201],
  socketpair: [53, 199],
  setsockopt: [54, 208],
  execve: [59, 221],
  wait4: [61, 260],
  kill: [62, 129],
  uname: [63, 160],
  fcntl: [72, 25],
  flock: [73, 32],
  fsync: [74, 82],
  ftruncate: [77, 46],
  getcwd: [79, 17],
  chdir: [80, 49],
  fchdir: [81, 50],
  fchmod: [91, 52],
  fchown: [93, 55],
  umask: [95, 166],
  getuid: [102, 174],
  setuid: [105, 146],
  setgid: [106, 144],
  getppid: [110, 173],
  setsid: [112, 157],
  setgroups: [116, 159],
  setresuid: [117, 147],
  setresgid: [119, 149],
  setfsuid: [122, 151],
  setfsgid: [123, 152],
  capget: [125, 90],
  capset: [126, 91],
  rt_sigtimedwait: [128, 137],
  statfs: [137, 43],
  fstatfs: [138, 44],
  pivot_root: [155, 41],
  prctl: [157, 167],
  chroot: [161, 51],
  sync: [162, 81],
  mount: [165, 40],
  umount2: [166, 39],
  sethostname: [170, 161],
  setdomainname: [171, 162],
  gettid: [186, 178],
  setxattr: [188, 5],
  lsetxattr: [189, 6],
  fsetxattr: [190, 7],
  getxattr: [191, 8],
  lgetxattr: [192, 9],
  fgetxattr: [193, 10],
  llistxattr: [195, 12],
  flistxattr: [196, 13],
  lremovexattr: [198, 15],
  exit_group: [231, 94],
  keyctl: [250, 219],
  waitid: [247, 95],
  openat: [257, 56],
  mkdirat: [258, 34],
  clock_gettime: [228, 113],
  mknodat: [259, 33],
  fchownat: [260, 54],
  unlinkat: [263, 35],
  linkat: [265, 37],
  symlinkat: [266, 36],
  readlinkat: [267, 78],
  fchmodat: [268, 53],
  faccessat: [269, 48],
  ppoll: [271, 73],
  unshare: [272, 97],
  utimensat: [280, 88],
  dup3: [292, 24],
  pipe2: [293, 59],
  prlimit64: [302, 261],
  setns: [308, 268],
  syncfs: [306, 267],
  renameat2: [316, 276],
  seccomp: [317, 277],
  getrandom: [318, 278],
  memfd_create: [319, 279],
  bpf: [321, 280],
  execveat: [322, 281],
  statx: [332, 291],
  pidfd_send_signal: [424, 424],
  open_tree: [428, 428],
  move_mount: [429, 429],
  fsopen: [430, 430],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  pidfd_open: [434, 434],
  clone3: [435, 435],
  close_range: [436, 436],
  openat2: [437, 437],
  mount_setattr: [442, 442],
} as const satisfies Record<string, readonly [number, number]>

/** A call of the kernel, by the name that its man page has. */
export type KernelCall = keyof typeof kernelCalls

/** What only the shim understands: loops over events that no single call is. */
export type ShimCall =
  | 'wait'
  | 'expect'
  | 'started'
  | 'remove_tree'
  | 'monitor'
  | 'attach'
  | 'refuse'

export type Architecture = 'x64' | 'arm64'

export const shimCalls: Readonly<Record<ShimCall, number>> = {
  wait: 0x10000,
  expect: 0x10001,
  started: 0x10002,
  remove_tree: 0x10003,
  monitor: 0x10004,
  attach: 0x10005,
  refuse: 0x10006,
}

// #region syscall-number
/** The number of a call on an architecture: `mount` is 165, or 40. */
export function syscallNumber(
  name: KernelCall | ShimCall,
  arch: Architecture,
): number {
  if (name in shimCalls) return shimCalls[name as ShimCall]
  return kernelCalls[name as KernelCall][arch === 'x64' ? 0 : 1]
}
// #endregion syscall-number
