// rocker's own list of the system calls that a container may make: what is not
// here is answered with EPERM, what is newer than all of it with ENOSYS.
//
// It follows docker's, call by call, and is in four places tighter: a socket is
// of a family that programs speak, with all 64 bits of the argument compared;
// socketcall makes none at all, since a filter cannot see of which family; and
// nobody types into a terminal by ioctl (TIOCSTI, TIOCLINUX).
//
// github.com/moby/profiles/blob/main/seccomp/default_linux.go

import type {
  SpecCondition,
  SpecSyscallRule,
} from '../09-containers/spec.ts'

import { callValues } from './call-values.ts'

/** Calls for one purpose. */
export interface CallGroup {
  readonly what: string
  /** Any of these capabilities lets a container make them. */
  readonly needs?: readonly string[]
  readonly calls: string
}

/** What is allowed whatever the arguments are. */
export const groups: readonly CallGroup[] = [
  {
    what: 'read and write',
    calls: `read write readv writev pread64 pwrite64 preadv pwritev preadv2
      pwritev2 lseek _llseek sendfile sendfile64 copy_file_range splice tee
      vmsplice readahead fadvise64 fadvise64_64 sync_file_range fsync
      fdatasync sync syncfs`,
  },
  {
    what: 'open, and what is open',
    calls: `open openat openat2 creat close close_range dup dup2 dup3 fcntl
      fcntl64 flock pipe pipe2 memfd_create memfd_secret name_to_handle_at
      fallocate truncate truncate64 ftruncate ftruncate64 umask`,
  },
  {
    what: 'look at files',
    calls: `stat stat64 lstat lstat64 fstat fstat64 fstatat64 newfstatat statx
      statfs statfs64 fstatfs fstatfs64 access faccessat faccessat2 readlink
      readlinkat getdents getdents64 getcwd cachestat statmount listmount
      inotify_init inotify_init1 inotify_add_watch inotify_rm_watch
      fanotify_mark`,
  },
  {
    what: 'change files',
    calls: `chdir fchdir mkdir mkdirat mknod mknodat rmdir link linkat symlink
      symlinkat unlink unlinkat rename renameat renameat2 chmod fchmod
      fchmodat fchmodat2 chown chown32 lchown lchown32 fchown fchown32
      fchownat utime utimes utimensat utimensat_time64 futimesat`,
  },
  {
    what: 'extended attributes',
    calls: `getxattr lgetxattr fgetxattr getxattrat setxattr lsetxattr
      fsetxattr setxattrat listxattr llistxattr flistxattr listxattrat
      removexattr lremovexattr fremovexattr removexattrat`,
  },
  {
    what: 'wait for input',
    calls: `poll ppoll ppoll_time64 select _newselect pselect6 pselect6_time64
      epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_wait
      epoll_wait_old epoll_pwait epoll_pwait2 eventfd eventfd2 signalfd
      signalfd4 io_setup io_destroy io_submit io_cancel io_getevents
      io_pgetevents io_pgetevents_time64`,
  },
  {
    what: 'sockets',
    calls: `socketpair bind listen accept accept4 connect shutdown getsockname
      getpeername getsockopt setsockopt send sendto sendmsg sendmmsg recv
      recvfrom recvmsg recvmmsg recvmmsg_time64`,
  },
  {
    what: 'memory',
    calls: `brk mmap mmap2 munmap mremap mprotect msync mincore madvise mlock
      mlock2 mlockall munlock munlockall mseal remap_file_pages membarrier
      pkey_alloc pkey_free pkey_mprotect map_shadow_stack`,
  },
  {
    what: 'processes',
    calls: `fork vfork execve execveat exit exit_group wait4 waitid waitpid
      kill tkill tgkill pidfd_open pidfd_send_signal process_mrelease pause
      getpid getppid gettid getpgid getpgrp setpgid getsid setsid prctl
      arch_prctl modify_ldt set_thread_area get_thread_area set_tid_address
      rseq restart_syscall uretprobe`,
  },
  {
    what: 'trace an own process',
    calls: 'ptrace process_vm_readv process_vm_writev',
  },
  {
    what: 'signals and locks between threads',
    calls: `rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending
      rt_sigtimedwait rt_sigtimedwait_time64 rt_sigqueueinfo
      rt_tgsigqueueinfo rt_sigsuspend sigaltstack sigprocmask sigreturn futex
      futex_time64 futex_wait futex_waitv futex_wake futex_requeue
      set_robust_list get_robust_list`,
  },
  {
    what: 'users and limits',
    calls: `getuid getuid32 geteuid geteuid32 getgid getgid32 getegid
      getegid32 getresuid getresuid32 getresgid getresgid32 getgroups
      getgroups32 setuid setuid32 setgid setgid32 setreuid setreuid32
      setregid setregid32 setresuid setresuid32 setresgid setresgid32
      setfsuid setfsuid32 setfsgid setfsgid32 setgroups setgroups32 capget
      capset getrlimit ugetrlimit setrlimit prlimit64 getrusage times`,
  },
  {
    what: 'time',
    calls: `time gettimeofday clock_gettime clock_gettime64 clock_getres
      clock_getres_time64 clock_nanosleep clock_nanosleep_time64 nanosleep
      adjtimex clock_adjtime clock_adjtime64 alarm getitimer setitimer
      timer_create timer_delete timer_getoverrun timer_gettime
      timer_gettime64 timer_settime timer_settime64 timerfd_create
      timerfd_gettime timerfd_gettime64 timerfd_settime timerfd_settime64`,
  },
  {
    what: 'turns on the processor',
    calls: `sched_yield sched_getaffinity sched_setaffinity sched_getattr
      sched_setattr sched_getparam sched_setparam sched_getscheduler
      sched_setscheduler sched_get_priority_max sched_get_priority_min
      sched_rr_get_interval sched_rr_get_interval_time64 getpriority
      setpriority ioprio_get ioprio_set getcpu`,
  },
  {
    what: "System V's and POSIX' messages",
    calls: `semget semop semctl semtimedop semtimedop_time64 shmget shmat
      shmdt shmctl msgget msgsnd msgrcv msgctl mq_open mq_unlink mq_notify
      mq_getsetattr mq_timedsend mq_timedsend_time64 mq_timedreceive
      mq_timedreceive_time64`,
  },
  {
    what: 'facts, chance, and filters of its own',
    calls: `uname sysinfo getrandom seccomp landlock_create_ruleset
      landlock_add_rule landlock_restrict_self`,
  },
  { what: 'another root', needs: ['CAP_SYS_CHROOT'], calls: 'chroot' },
  {
    what: 'mounts, namespaces, and what else is the administrator’s',
    needs: ['CAP_SYS_ADMIN'],
    calls: `mount umount umount2 fsopen fsconfig fsmount fspick open_tree
      move_mount mount_setattr unshare setns clone clone3 sethostname
      setdomainname quotactl quotactl_fd fanotify_init lookup_dcookie
      lsm_get_self_attr lsm_set_self_attr lsm_list_modules`,
  },
  {
    what: 'programs in the kernel',
    needs: ['CAP_SYS_ADMIN', 'CAP_BPF'],
    calls: 'bpf',
  },
  {
    what: 'measure the machine',
    needs: ['CAP_SYS_ADMIN', 'CAP_PERFMON'],
    calls: 'perf_event_open',
  },
  {
    what: 'what the kernel has logged',
    needs: ['CAP_SYS_ADMIN', 'CAP_SYSLOG'],
    calls: 'syslog',
  },
  {
    what: 'look into other processes',
    needs: ['CAP_SYS_PTRACE'],
    calls: 'kcmp pidfd_getfd process_madvise',
  },
  {
    what: 'open what no path leads to',
    needs: ['CAP_DAC_READ_SEARCH'],
    calls: 'open_by_handle_at',
  },
  {
    what: 'the kernel’s modules',
    needs: ['CAP_SYS_MODULE'],
    calls: 'init_module finit_module delete_module',
  },
  {
    what: 'the clock',
    needs: ['CAP_SYS_TIME'],
    calls: 'settimeofday stime clock_settime clock_settime64',
  },
  {
    what: 'where memory lies',
    needs: ['CAP_SYS_NICE'],
    calls: `get_mempolicy mbind set_mempolicy set_mempolicy_home_node`,
  },
  { what: 'ports', needs: ['CAP_SYS_RAWIO'], calls: 'iopl ioperm' },
  { what: 'accounting', needs: ['CAP_SYS_PACCT'], calls: 'acct' },
  { what: 'hang up', needs: ['CAP_SYS_TTY_CONFIG'], calls: 'vhangup' },
  { what: 'the end', needs: ['CAP_SYS_BOOT'], calls: 'reboot' },
]

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
    allow(allowed.flatMap(({ calls }) => calls.split(/\s+/))),
    ...byArgument(capabilities),
  ]
}

/** What depends on an argument, or has another answer than EPERM. */
function byArgument(capabilities: readonly string[]): SpecSyscallRule[] {
  const isAdmin = capabilities.includes('CAP_SYS_ADMIN')
  const inNetworks = capabilities.includes('CAP_NET_ADMIN')
  const sockets = [...families, ...(inNetworks ? networkFamilies : [])]
  return [
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
