// The calls that a container may make whatever their arguments are, by what
// they are for. What no group has is answered with EPERM, what is newer than
// all of them with ENOSYS. What Linux 6.5 and later have brought is in none,
// nor are keys for memory (pkey_alloc): programs do without where they hear
// that it is not there, and the newest code of a kernel is the least tried.

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
      vmsplice readahead fadvise64 fadvise64_64 arm_fadvise64_64
      sync_file_range sync_file_range2 fsync fdatasync sync syncfs`,
  },
  {
    what: 'open, and what is open',
    calls: `open openat openat2 creat close close_range dup dup2 dup3 fcntl
      fcntl64 flock pipe pipe2 memfd_create memfd_secret
      fallocate truncate truncate64 ftruncate ftruncate64 umask`,
  },
  {
    what: 'look at files',
    calls: `stat stat64 lstat lstat64 fstat fstat64 fstatat64 newfstatat statx
      statfs statfs64 fstatfs fstatfs64 access faccessat faccessat2 readlink
      readlinkat getdents getdents64 getcwd inotify_init inotify_init1
      inotify_add_watch inotify_rm_watch fanotify_mark`,
  },
  {
    what: 'change files',
    calls: `chdir fchdir mkdir mkdirat mknod mknodat rmdir link linkat symlink
      symlinkat unlink unlinkat rename renameat renameat2 chmod fchmod
      fchmodat chown chown32 lchown lchown32 fchown fchown32 fchownat
      utime utimes utimensat utimensat_time64 futimesat`,
  },
  {
    what: 'extended attributes',
    calls: `getxattr lgetxattr fgetxattr setxattr lsetxattr fsetxattr
      listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr`,
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
      mlock2 mlockall munlock munlockall remap_file_pages membarrier`,
  },
  {
    what: 'processes',
    calls: `fork vfork execve execveat exit exit_group wait4 waitid waitpid
      kill tkill tgkill pidfd_open pidfd_send_signal process_mrelease pause
      getpid getppid gettid getpgid getpgrp setpgid getsid setsid prctl
      arch_prctl modify_ldt set_thread_area get_thread_area set_tid_address
      rseq restart_syscall uretprobe breakpoint cacheflush set_tls`,
  },
  {
    what: 'trace an own process',
    calls: 'ptrace',
  },
  {
    what: 'signals and locks between threads',
    calls: `rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending
      rt_sigtimedwait rt_sigtimedwait_time64 rt_sigqueueinfo
      rt_tgsigqueueinfo rt_sigsuspend sigaltstack sigprocmask sigreturn futex
      futex_time64 futex_waitv set_robust_list get_robust_list`,
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
    what: "mounts, namespaces, and what else is the administrator's",
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
    calls: `kcmp pidfd_getfd process_madvise process_vm_readv
      process_vm_writev`,
  },
  {
    what: 'name files by numbers',
    needs: ['CAP_SYS_ADMIN', 'CAP_DAC_READ_SEARCH'],
    calls: 'name_to_handle_at',
  },
  {
    what: 'open what no path leads to',
    needs: ['CAP_DAC_READ_SEARCH'],
    calls: 'open_by_handle_at',
  },
  {
    what: "the kernel's modules",
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
