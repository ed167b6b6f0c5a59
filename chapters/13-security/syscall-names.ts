// The names of the kernel's calls in the order of their numbers: a row begins
// with the number of its first call, the others follow.
//
// Made once from the headers of Debian's linux-libc-dev (6.1: asm/unistd_64.h,
// unistd_32.h and unistd_x32.h), linux-libc-dev-arm64-cross (unistd.h as
// `gcc -E -dM -D__aarch64__` sees it) and linux-libc-dev-armhf-cross (with
// -D__ARM_EABI__; 341 by its other name, sync_file_range2); what is newer, 335,
// 336 and those behind 450, from the kernel's own tables up to 6.18,
// scripts/syscall.tbl.
//
// man 2 syscalls

/** x86-64: in the order of history. */
export const x64Names = () => `
0   read write open close stat fstat lstat poll lseek mmap mprotect munmap
12  brk rt_sigaction rt_sigprocmask rt_sigreturn ioctl pread64 pwrite64
19  readv writev access pipe select sched_yield mremap msync mincore
28  madvise shmget shmat shmctl dup dup2 pause nanosleep getitimer alarm
38  setitimer getpid sendfile socket connect accept sendto recvfrom
46  sendmsg recvmsg shutdown bind listen getsockname getpeername
53  socketpair setsockopt getsockopt clone fork vfork execve exit wait4
62  kill uname semget semop semctl shmdt msgget msgsnd msgrcv msgctl fcntl
73  flock fsync fdatasync truncate ftruncate getdents getcwd chdir fchdir
82  rename mkdir rmdir creat link unlink symlink readlink chmod fchmod
92  chown fchown lchown umask gettimeofday getrlimit getrusage sysinfo
100 times ptrace getuid syslog getgid setuid setgid geteuid getegid
109 setpgid getppid getpgrp setsid setreuid setregid getgroups setgroups
117 setresuid getresuid setresgid getresgid getpgid setfsuid setfsgid
124 getsid capget capset rt_sigpending rt_sigtimedwait rt_sigqueueinfo
130 rt_sigsuspend sigaltstack utime mknod uselib personality ustat statfs
138 fstatfs sysfs getpriority setpriority sched_setparam sched_getparam
144 sched_setscheduler sched_getscheduler sched_get_priority_max
147 sched_get_priority_min sched_rr_get_interval mlock munlock mlockall
152 munlockall vhangup modify_ldt pivot_root _sysctl prctl arch_prctl
159 adjtimex setrlimit chroot sync acct settimeofday mount umount2 swapon
168 swapoff reboot sethostname setdomainname iopl ioperm create_module
175 init_module delete_module get_kernel_syms query_module quotactl
180 nfsservctl getpmsg putpmsg afs_syscall tuxcall security gettid
187 readahead setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr
194 listxattr llistxattr flistxattr removexattr lremovexattr fremovexattr
200 tkill time futex sched_setaffinity sched_getaffinity set_thread_area
206 io_setup io_destroy io_getevents io_submit io_cancel get_thread_area
212 lookup_dcookie epoll_create epoll_ctl_old epoll_wait_old
216 remap_file_pages getdents64 set_tid_address restart_syscall semtimedop
221 fadvise64 timer_create timer_settime timer_gettime timer_getoverrun
226 timer_delete clock_settime clock_gettime clock_getres clock_nanosleep
231 exit_group epoll_wait epoll_ctl tgkill utimes vserver mbind
238 set_mempolicy get_mempolicy mq_open mq_unlink mq_timedsend
243 mq_timedreceive mq_notify mq_getsetattr kexec_load waitid add_key
249 request_key keyctl ioprio_set ioprio_get inotify_init
254 inotify_add_watch inotify_rm_watch migrate_pages openat mkdirat
259 mknodat fchownat futimesat newfstatat unlinkat renameat linkat
266 symlinkat readlinkat fchmodat faccessat pselect6 ppoll unshare
273 set_robust_list get_robust_list splice tee sync_file_range vmsplice
279 move_pages utimensat epoll_pwait signalfd timerfd_create eventfd
285 fallocate timerfd_settime timerfd_gettime accept4 signalfd4 eventfd2
291 epoll_create1 dup3 pipe2 inotify_init1 preadv pwritev
297 rt_tgsigqueueinfo perf_event_open recvmmsg fanotify_init fanotify_mark
302 prlimit64 name_to_handle_at open_by_handle_at clock_adjtime syncfs
307 sendmmsg setns getcpu process_vm_readv process_vm_writev kcmp
313 finit_module sched_setattr sched_getattr renameat2 seccomp getrandom
319 memfd_create kexec_file_load bpf execveat userfaultfd membarrier
325 mlock2 copy_file_range preadv2 pwritev2 pkey_mprotect pkey_alloc
331 pkey_free statx io_pgetevents rseq uretprobe uprobe
`

/** i386: what a 32-bit program asks for, also on an x86-64. */
export const i386Names = () => `
0   restart_syscall exit fork read write open close waitpid creat link
10  unlink execve chdir time mknod chmod lchown break oldstat lseek getpid
21  mount umount setuid getuid stime ptrace alarm oldfstat pause utime
31  stty gtty access nice ftime sync kill rename mkdir rmdir dup pipe
43  times prof brk setgid getgid signal geteuid getegid acct umount2 lock
54  ioctl fcntl mpx setpgid ulimit oldolduname umask chroot ustat dup2
64  getppid getpgrp setsid sigaction sgetmask ssetmask setreuid setregid
72  sigsuspend sigpending sethostname setrlimit getrlimit getrusage
78  gettimeofday settimeofday getgroups setgroups select symlink oldlstat
85  readlink uselib swapon reboot readdir mmap munmap truncate ftruncate
94  fchmod fchown getpriority setpriority profil statfs fstatfs ioperm
102 socketcall syslog setitimer getitimer stat lstat fstat olduname iopl
111 vhangup idle vm86old wait4 swapoff sysinfo ipc fsync sigreturn clone
121 setdomainname uname modify_ldt adjtimex mprotect sigprocmask
127 create_module init_module delete_module get_kernel_syms quotactl
132 getpgid fchdir bdflush sysfs personality afs_syscall setfsuid setfsgid
140 _llseek getdents _newselect flock msync readv writev getsid fdatasync
149 _sysctl mlock munlock mlockall munlockall sched_setparam
155 sched_getparam sched_setscheduler sched_getscheduler sched_yield
159 sched_get_priority_max sched_get_priority_min sched_rr_get_interval
162 nanosleep mremap setresuid getresuid vm86 query_module poll nfsservctl
170 setresgid getresgid prctl rt_sigreturn rt_sigaction rt_sigprocmask
176 rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_sigsuspend pread64
181 pwrite64 chown getcwd capget capset sigaltstack sendfile getpmsg
189 putpmsg vfork ugetrlimit mmap2 truncate64 ftruncate64 stat64 lstat64
197 fstat64 lchown32 getuid32 getgid32 geteuid32 getegid32 setreuid32
204 setregid32 getgroups32 setgroups32 fchown32 setresuid32 getresuid32
210 setresgid32 getresgid32 chown32 setuid32 setgid32 setfsuid32
216 setfsgid32 pivot_root mincore madvise getdents64 fcntl64
224 gettid readahead setxattr lsetxattr fsetxattr getxattr lgetxattr
231 fgetxattr listxattr llistxattr flistxattr removexattr lremovexattr
237 fremovexattr tkill sendfile64 futex sched_setaffinity
242 sched_getaffinity set_thread_area get_thread_area io_setup io_destroy
247 io_getevents io_submit io_cancel fadvise64
252 exit_group lookup_dcookie epoll_create epoll_ctl epoll_wait
257 remap_file_pages set_tid_address timer_create timer_settime
261 timer_gettime timer_getoverrun timer_delete clock_settime
265 clock_gettime clock_getres clock_nanosleep statfs64 fstatfs64 tgkill
271 utimes fadvise64_64 vserver mbind get_mempolicy set_mempolicy mq_open
278 mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr
283 kexec_load waitid
286 add_key request_key keyctl ioprio_set ioprio_get inotify_init
292 inotify_add_watch inotify_rm_watch migrate_pages openat mkdirat
297 mknodat fchownat futimesat fstatat64 unlinkat renameat linkat
304 symlinkat readlinkat fchmodat faccessat pselect6 ppoll unshare
311 set_robust_list get_robust_list splice sync_file_range tee vmsplice
317 move_pages getcpu epoll_pwait utimensat signalfd timerfd_create
323 eventfd fallocate timerfd_settime timerfd_gettime signalfd4 eventfd2
329 epoll_create1 dup3 pipe2 inotify_init1 preadv pwritev
335 rt_tgsigqueueinfo perf_event_open recvmmsg fanotify_init fanotify_mark
340 prlimit64 name_to_handle_at open_by_handle_at clock_adjtime syncfs
345 sendmmsg setns process_vm_readv process_vm_writev kcmp finit_module
351 sched_setattr sched_getattr renameat2 seccomp getrandom memfd_create
357 bpf execveat socket socketpair bind connect listen accept4 getsockopt
366 setsockopt getsockname getpeername sendto sendmsg recvfrom recvmsg
373 shutdown userfaultfd membarrier mlock2 copy_file_range preadv2
379 pwritev2 pkey_mprotect pkey_alloc pkey_free statx arch_prctl
385 io_pgetevents rseq
393 semget semctl shmget shmctl shmat shmdt msgget msgsnd msgrcv msgctl
403 clock_gettime64 clock_settime64 clock_adjtime64 clock_getres_time64
407 clock_nanosleep_time64 timer_gettime64 timer_settime64
410 timerfd_gettime64 timerfd_settime64 utimensat_time64 pselect6_time64
414 ppoll_time64
416 io_pgetevents_time64 recvmmsg_time64 mq_timedsend_time64
419 mq_timedreceive_time64 semtimedop_time64 rt_sigtimedwait_time64
422 futex_time64 sched_rr_get_interval_time64
`

/** arm64: begun late, with the generic table. */
export const arm64Names = () => `
0   io_setup io_destroy io_submit io_cancel io_getevents setxattr
6   lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr
13  flistxattr removexattr lremovexattr fremovexattr getcwd lookup_dcookie
19  eventfd2 epoll_create1 epoll_ctl epoll_pwait dup dup3 fcntl
26  inotify_init1 inotify_add_watch inotify_rm_watch ioctl ioprio_set
31  ioprio_get flock mknodat mkdirat unlinkat symlinkat linkat renameat
39  umount2 mount pivot_root nfsservctl statfs fstatfs truncate ftruncate
47  fallocate faccessat chdir fchdir chroot fchmod fchmodat fchownat
55  fchown openat close vhangup pipe2 quotactl getdents64 lseek read write
65  readv writev pread64 pwrite64 preadv pwritev sendfile pselect6 ppoll
74  signalfd4 vmsplice splice tee readlinkat newfstatat fstat sync fsync
83  fdatasync sync_file_range timerfd_create timerfd_settime
87  timerfd_gettime utimensat acct capget capset personality exit
94  exit_group waitid set_tid_address unshare futex set_robust_list
100 get_robust_list nanosleep getitimer setitimer kexec_load init_module
106 delete_module timer_create timer_gettime timer_getoverrun
110 timer_settime timer_delete clock_settime clock_gettime clock_getres
115 clock_nanosleep syslog ptrace sched_setparam sched_setscheduler
120 sched_getscheduler sched_getparam sched_setaffinity sched_getaffinity
124 sched_yield sched_get_priority_max sched_get_priority_min
127 sched_rr_get_interval restart_syscall kill tkill tgkill sigaltstack
133 rt_sigsuspend rt_sigaction rt_sigprocmask rt_sigpending
137 rt_sigtimedwait rt_sigqueueinfo rt_sigreturn setpriority getpriority
142 reboot setregid setgid setreuid setuid setresuid getresuid setresgid
150 getresgid setfsuid setfsgid times setpgid getpgid getsid setsid
158 getgroups setgroups uname sethostname setdomainname getrlimit
164 setrlimit getrusage umask prctl getcpu gettimeofday settimeofday
171 adjtimex getpid getppid getuid geteuid getgid getegid gettid sysinfo
180 mq_open mq_unlink mq_timedsend mq_timedreceive mq_notify mq_getsetattr
186 msgget msgctl msgrcv msgsnd semget semctl semtimedop semop shmget
195 shmctl shmat shmdt socket socketpair bind listen accept connect
204 getsockname getpeername sendto recvfrom setsockopt getsockopt shutdown
211 sendmsg recvmsg readahead brk munmap mremap add_key request_key keyctl
220 clone execve mmap fadvise64 swapon swapoff mprotect msync mlock
229 munlock mlockall munlockall mincore madvise remap_file_pages mbind
236 get_mempolicy set_mempolicy migrate_pages move_pages rt_tgsigqueueinfo
241 perf_event_open accept4 recvmmsg
260 wait4 prlimit64 fanotify_init fanotify_mark name_to_handle_at
265 open_by_handle_at clock_adjtime syncfs setns sendmmsg process_vm_readv
271 process_vm_writev kcmp finit_module sched_setattr sched_getattr
276 renameat2 seccomp getrandom memfd_create bpf execveat userfaultfd
283 membarrier mlock2 copy_file_range preadv2 pwritev2 pkey_mprotect
289 pkey_alloc pkey_free statx io_pgetevents rseq kexec_file_load
`

/** 32-bit ARM, which an arm64 understands as well: the EABI's. */
export const armNames = () => `
0   restart_syscall exit fork read write open close
8   creat link unlink execve chdir
14  mknod chmod lchown
19  lseek getpid mount
23  setuid getuid
26  ptrace
29  pause
33  access nice
36  sync kill rename mkdir rmdir dup pipe times
45  brk setgid getgid
49  geteuid getegid acct umount2
54  ioctl fcntl
57  setpgid
60  umask chroot ustat dup2 getppid getpgrp setsid sigaction
70  setreuid setregid sigsuspend sigpending sethostname setrlimit
77  getrusage gettimeofday settimeofday getgroups setgroups
83  symlink
85  readlink uselib swapon reboot
91  munmap truncate ftruncate fchmod fchown getpriority setpriority
99  statfs fstatfs
103 syslog setitimer getitimer stat lstat fstat
111 vhangup
114 wait4 swapoff sysinfo
118 fsync sigreturn clone setdomainname uname
124 adjtimex mprotect sigprocmask
128 init_module delete_module
131 quotactl getpgid fchdir bdflush sysfs personality
138 setfsuid setfsgid _llseek getdents _newselect flock msync readv writev
147 getsid fdatasync _sysctl mlock munlock mlockall munlockall
154 sched_setparam sched_getparam sched_setscheduler sched_getscheduler
158 sched_yield sched_get_priority_max sched_get_priority_min
161 sched_rr_get_interval nanosleep mremap setresuid getresuid
168 poll nfsservctl setresgid getresgid prctl rt_sigreturn rt_sigaction
175 rt_sigprocmask rt_sigpending rt_sigtimedwait rt_sigqueueinfo
179 rt_sigsuspend pread64 pwrite64 chown getcwd capget capset sigaltstack
187 sendfile
190 vfork ugetrlimit mmap2 truncate64 ftruncate64 stat64 lstat64 fstat64
198 lchown32 getuid32 getgid32 geteuid32 getegid32 setreuid32 setregid32
205 getgroups32 setgroups32 fchown32 setresuid32 getresuid32 setresgid32
211 getresgid32 chown32 setuid32 setgid32 setfsuid32 setfsgid32 getdents64
218 pivot_root mincore madvise fcntl64
224 gettid readahead setxattr lsetxattr fsetxattr getxattr lgetxattr
231 fgetxattr listxattr llistxattr flistxattr removexattr lremovexattr
237 fremovexattr tkill sendfile64 futex sched_setaffinity
242 sched_getaffinity io_setup io_destroy io_getevents io_submit io_cancel
248 exit_group lookup_dcookie epoll_create epoll_ctl epoll_wait
253 remap_file_pages
256 set_tid_address timer_create timer_settime timer_gettime
260 timer_getoverrun timer_delete clock_settime clock_gettime clock_getres
265 clock_nanosleep statfs64 fstatfs64 tgkill utimes arm_fadvise64_64
271 pciconfig_iobase pciconfig_read pciconfig_write mq_open mq_unlink
276 mq_timedsend mq_timedreceive mq_notify mq_getsetattr waitid socket
282 bind connect listen accept getsockname getpeername socketpair send
290 sendto recv recvfrom shutdown setsockopt getsockopt sendmsg recvmsg
298 semop semget semctl msgsnd msgrcv msgget msgctl shmat shmdt shmget
308 shmctl add_key request_key keyctl semtimedop vserver ioprio_set
315 ioprio_get inotify_init inotify_add_watch inotify_rm_watch mbind
320 get_mempolicy set_mempolicy openat mkdirat mknodat fchownat futimesat
327 fstatat64 unlinkat renameat linkat symlinkat readlinkat fchmodat
334 faccessat pselect6 ppoll unshare set_robust_list get_robust_list
340 splice sync_file_range2 tee vmsplice move_pages getcpu epoll_pwait
347 kexec_load utimensat signalfd timerfd_create eventfd fallocate
353 timerfd_settime timerfd_gettime signalfd4 eventfd2 epoll_create1 dup3
359 pipe2 inotify_init1 preadv pwritev rt_tgsigqueueinfo perf_event_open
365 recvmmsg accept4 fanotify_init fanotify_mark prlimit64
370 name_to_handle_at open_by_handle_at clock_adjtime syncfs sendmmsg
375 setns process_vm_readv process_vm_writev kcmp finit_module
380 sched_setattr sched_getattr renameat2 seccomp getrandom memfd_create
386 bpf execveat userfaultfd membarrier mlock2 copy_file_range preadv2
393 pwritev2 pkey_mprotect pkey_alloc pkey_free statx rseq io_pgetevents
400 migrate_pages kexec_file_load
403 clock_gettime64 clock_settime64 clock_adjtime64 clock_getres_time64
407 clock_nanosleep_time64 timer_gettime64 timer_settime64
410 timerfd_gettime64 timerfd_settime64 utimensat_time64 pselect6_time64
414 ppoll_time64
416 io_pgetevents_time64 recvmmsg_time64 mq_timedsend_time64
419 mq_timedreceive_time64 semtimedop_time64 rt_sigtimedwait_time64
422 futex_time64 sched_rr_get_interval_time64
`

/** ARM's own, far behind all others: asm/unistd.h, __ARM_NR_…. */
export const armPrivateNames = () => `
983041 breakpoint cacheflush usr26 usr32 set_tls get_tls
`

/** Since 5.1 a new call has the same number everywhere. */
export const sharedNames = () => `
424 pidfd_send_signal io_uring_setup io_uring_enter io_uring_register
428 open_tree move_mount fsopen fsconfig fsmount fspick pidfd_open clone3
436 close_range openat2 pidfd_getfd faccessat2 process_madvise
441 epoll_pwait2 mount_setattr quotactl_fd landlock_create_ruleset
445 landlock_add_rule landlock_restrict_self memfd_secret process_mrelease
449 futex_waitv set_mempolicy_home_node cachestat fchmodat2
453 map_shadow_stack futex_wake futex_wait futex_requeue statmount
458 listmount lsm_get_self_attr lsm_set_self_attr lsm_list_modules mseal
463 setxattrat getxattrat listxattrat removexattrat open_tree_attr
468 file_getattr file_setattr
`

/** x32 has the numbers of x86-64, but for these, whose structures differ. */
export const x32Names = () => `
512 rt_sigaction rt_sigreturn ioctl readv writev recvfrom sendmsg recvmsg
520 execve ptrace rt_sigpending rt_sigtimedwait rt_sigqueueinfo
525 sigaltstack timer_create mq_notify kexec_load waitid set_robust_list
531 get_robust_list vmsplice move_pages preadv pwritev rt_tgsigqueueinfo
537 recvmmsg sendmmsg process_vm_readv process_vm_writev setsockopt
542 getsockopt io_setup io_submit execveat preadv2 pwritev2
`

/** What x86-64 has and x32 never had. */
export const withoutX32: readonly string[] = [
  ...['uselib', '_sysctl', 'create_module', 'get_kernel_syms'],
  ...['query_module', 'nfsservctl', 'vserver', 'uretprobe', 'uprobe'],
  ...['set_thread_area', 'get_thread_area'],
  ...['epoll_ctl_old', 'epoll_wait_old'],
]
