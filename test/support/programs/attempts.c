/*
 * Tries what a container should not do, and some of what programs do all the
 * time: a line for each, the same words whatever runs it.
 *
 *   unshare users: refused EPERM
 *   socket of alg: reached EAFNOSUPPORT    the kernel was asked, and could not
 *   chroot: done
 *
 * Each is tried by a process of its own, with arguments that pass what the
 * kernel checks before it asks for a right, and that harm nothing where nobody
 * refuses them.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <unistd.h>

/* newer than some C libraries; the same on all machines */
enum {
    nr_pidfd_getfd = 438,
    nr_process_madvise = 440,
    nr_mount_setattr = 442,
    nr_quotactl_fd = 443,
    nr_landlock_create_ruleset = 444,
    nr_memfd_secret = 447,
    nr_process_mrelease = 448,
    nr_futex_waitv = 449,
    nr_set_mempolicy_home_node = 450,
    nr_lsm_list_modules = 461,
    nr_open_tree_attr = 467,
};

enum { seconds_at_most = 10, nobody = 65534, far_too_many = 99999 };
enum { no_value = 0xdead0000 }; /* nothing lies there */

static const char *const errors[] = {
    [EPERM] = "EPERM", [ENOENT] = "ENOENT", [ESRCH] = "ESRCH",
    [EIO] = "EIO", [ENXIO] = "ENXIO", [ENOEXEC] = "ENOEXEC",
    [EBADF] = "EBADF", [ECHILD] = "ECHILD", [EAGAIN] = "EAGAIN",
    [ENOMEM] = "ENOMEM", [EACCES] = "EACCES", [EFAULT] = "EFAULT",
    [ENOTBLK] = "ENOTBLK", [EBUSY] = "EBUSY", [EEXIST] = "EEXIST",
    [ENODEV] = "ENODEV", [ENOTDIR] = "ENOTDIR", [EISDIR] = "EISDIR",
    [EINVAL] = "EINVAL", [ENOTTY] = "ENOTTY", [EROFS] = "EROFS",
    [ENOSYS] = "ENOSYS", [ENODATA] = "ENODATA",
    [EPROTONOSUPPORT] = "EPROTONOSUPPORT",
    [ESOCKTNOSUPPORT] = "ESOCKTNOSUPPORT", [EOPNOTSUPP] = "EOPNOTSUPP",
    [EAFNOSUPPORT] = "EAFNOSUPPORT", [ENOPROTOOPT] = "ENOPROTOOPT",
};

/* what the process that tries has to say: -1 until it has */
static volatile int *error;
static pid_t who_tries;

static void tell(const char *name, int status)
{
    size_t known = sizeof errors / sizeof *errors;
    const char *word = NULL;
    int number = *error;
    if (number > 0 && (size_t)number < known)
        word = errors[number];
    int is_refused = number == EPERM || number == EACCES
        || number == ENOSYS || number == EROFS;
    if (number == 0)
        printf("%s: done\n", name);
    else if (number < 0) /* by a signal: there is no such way in */
        printf("%s: refused signal %d\n", name, WTERMSIG(status));
    else if (word)
        printf("%s: %s %s\n", name, is_refused ? "refused" : "reached", word);
    else
        printf("%s: reached errno %d\n", name, number);
}

static int begins(const char *name)
{
    *error = -1;
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(seconds_at_most);
        who_tries = getpid();
        return 1;
    }
    int status = 0;
    waitpid(pid, &status, 0);
    tell(name, status);
    return 0;
}

/* a process that came of the call says nothing */
static void ends(long answer)
{
    if (getpid() == who_tries)
        *error = answer == -1 ? errno : 0;
    _exit(0);
}

#define TRY(name, call)                                                        \
    do {                                                                       \
        if (begins(name))                                                      \
            ends((long)(call));                                                \
    } while (0)

#define CALL(...) syscall(__VA_ARGS__, 0, 0, 0, 0, 0)

static long cloned(unsigned long flags)
{
    return CALL(SYS_clone, flags | SIGCHLD);
}

static long cloned3(unsigned long long flags)
{
    unsigned long long how[8] = { [0] = flags, [4] = SIGCHLD };
    return CALL(SYS_clone3, how, sizeof how);
}

static void namespaces(void)
{
    TRY("unshare users", unshare(CLONE_NEWUSER));
    TRY("unshare mounts", unshare(CLONE_NEWNS));
    TRY("unshare pids", unshare(CLONE_NEWPID));
    TRY("unshare network", unshare(CLONE_NEWNET));
    TRY("unshare ipc", unshare(CLONE_NEWIPC));
    TRY("unshare hostname", unshare(CLONE_NEWUTS));
    TRY("unshare cgroups", unshare(0x02000000));
    TRY("unshare time", unshare(0x00000080));
    TRY("unshare users and mounts", unshare(CLONE_NEWUSER | CLONE_NEWNS));
    TRY("unshare open files", unshare(CLONE_FILES));
    TRY("clone users", cloned(CLONE_NEWUSER));
    TRY("clone mounts", cloned(CLONE_NEWNS));
    TRY("clone pids", cloned(CLONE_NEWPID));
    TRY("clone network", cloned(CLONE_NEWNET));
    TRY("clone cgroups", cloned(0x02000000));
    TRY("clone", cloned(0));
    TRY("clone3 users", cloned3(CLONE_NEWUSER));
    TRY("clone3", cloned3(0));
    TRY("setns of its own hostname",
        setns(open("/proc/self/ns/uts", O_RDONLY), 0));
    TRY("setns of its own users",
        setns(open("/proc/self/ns/user", O_RDONLY), 0));
    TRY("chroot", chroot("/"));
    TRY("pivot_root", CALL(SYS_pivot_root, "/", "/"));
}

static long attribute_set(int open_one)
{
    unsigned long long how[4] = { 0 };
    return CALL(nr_mount_setattr, open_one, "", 0x1000, how, sizeof how);
}

static void mounts(void)
{
    TRY("mount a folder in memory", mount("x", "/tmp", "tmpfs", 0, ""));
    TRY("mount proc", mount("x", "/tmp", "proc", 0, ""));
    TRY("mount sysfs", mount("x", "/tmp", "sysfs", 0, ""));
    TRY("mount cgroups", mount("x", "/tmp", "cgroup", 0, "memory"));
    TRY("mount cgroups of v2", mount("x", "/tmp", "cgroup2", 0, ""));
    TRY("mount what is there", mount("/", "/tmp", NULL, MS_BIND, NULL));
    TRY("write to /proc/sys again",
        mount(NULL, "/proc/sys", NULL, MS_REMOUNT | MS_BIND, NULL));
    TRY("share its mounts", mount(NULL, "/", NULL, MS_SHARED, NULL));
    TRY("umount2", umount2("/tmp", 0));
    TRY("umount2 of what covers",
        umount2("/proc/kcore", MNT_DETACH | UMOUNT_NOFOLLOW));
    TRY("fsopen", CALL(SYS_fsopen, "tmpfs", 0));
    TRY("fsconfig", CALL(SYS_fsconfig, -1, far_too_many));
    TRY("fsmount", CALL(SYS_fsmount, -1));
    TRY("fspick", CALL(SYS_fspick, AT_FDCWD, "/"));
    TRY("open_tree", CALL(SYS_open_tree, AT_FDCWD, "/"));
    TRY("open_tree copied", CALL(SYS_open_tree, AT_FDCWD, "/", 1));
    TRY("open_tree_attr", CALL(nr_open_tree_attr, AT_FDCWD, "/"));
    TRY("move_mount", CALL(SYS_move_mount, -1, "", -1, "", 0));
    TRY("mount_setattr", attribute_set(open("/proc", O_PATH)));
    TRY("quotactl", CALL(SYS_quotactl, 0x80000100, "/nowhere"));
    TRY("quotactl_fd", CALL(nr_quotactl_fd, -1, 0x80000700));
    TRY("fanotify_init", CALL(SYS_fanotify_init, 0x4, O_RDONLY));
    TRY("fanotify_init without rights",
        CALL(SYS_fanotify_init, 0x200, O_RDONLY));
}

static long child_traced(void)
{
    pid_t pid = fork();
    if (pid == 0)
        for (;;)
            pause();
    long answer = ptrace(PTRACE_ATTACH, pid, NULL, NULL);
    int kept = errno;
    kill(pid, SIGKILL);
    errno = kept;
    return answer;
}

static long memory_read(pid_t pid)
{
    static char from[8] = "secret", to[8];
    struct iovec here = { to, sizeof to }, there = { from, sizeof from };
    return process_vm_readv(pid, &here, 1, &there, 1, 0);
}

static long memory_written(pid_t pid)
{
    static char from[8] = "secret", to[8];
    struct iovec here = { from, sizeof from }, there = { to, sizeof to };
    return process_vm_writev(pid, &here, 1, &there, 1, 0);
}

static void processes(void)
{
    TRY("ptrace of an own child", child_traced());
    TRY("ptrace of pid 1", ptrace(PTRACE_SEIZE, 1, NULL, NULL));
    TRY("process_vm_readv", memory_read(getpid()));
    TRY("process_vm_writev", memory_written(getpid()));
    TRY("process_vm_readv of pid 1", memory_read(1));
    TRY("kcmp", CALL(SYS_kcmp, getpid(), getpid(), 1));
    TRY("pidfd_open", CALL(SYS_pidfd_open, getpid()));
    TRY("pidfd_getfd", CALL(nr_pidfd_getfd,
        (int)CALL(SYS_pidfd_open, getpid()), 1));
    TRY("process_madvise", CALL(nr_process_madvise, -1));
    TRY("process_mrelease", CALL(nr_process_mrelease, -1));
    TRY("kill all", kill(-1, 0));
    TRY("sched_setscheduler in real time",
        CALL(SYS_sched_setscheduler, 0, SCHED_FIFO, &(int){ 1 }));
    TRY("setpriority above others", setpriority(PRIO_PROCESS, 0, -5));
    TRY("ioprio_set in real time", CALL(SYS_ioprio_set, 1, 0, 1 << 13));
    TRY("setrlimit above its own",
        setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 1 << 30, 1 << 30 }));
    TRY("prlimit64 of pid 1", CALL(SYS_prlimit64, 1, RLIMIT_NOFILE, 0));
    TRY("mlockall", mlockall(MCL_CURRENT));
    TRY("seccomp", CALL(SYS_seccomp, 2, 0, &(int){ 0x7fff0000 }));
    TRY("landlock_create_ruleset",
        CALL(nr_landlock_create_ruleset, 0, 0, 1));
    TRY("futex_waitv", CALL(nr_futex_waitv, no_value, 0));
    TRY("membarrier", CALL(SYS_membarrier, 0));
}

static void kernel(void)
{
    TRY("kexec_load", CALL(SYS_kexec_load, 0, far_too_many));
    TRY("kexec_file_load", CALL(SYS_kexec_file_load, -1, -1, 0, "", 0x999));
    TRY("init_module", CALL(SYS_init_module, "nothing", 8, ""));
    TRY("finit_module", CALL(SYS_finit_module, -1, "", 0));
    TRY("delete_module", CALL(SYS_delete_module, "nowhere", O_NONBLOCK));
    unsigned map[32] = { 2, 4, 4, 1 }, event[32] = { 1, 128 };
    TRY("bpf a map", CALL(SYS_bpf, 0, map, sizeof map));
    static const unsigned long long nothing[] = { 0xb7, 0x95 };
    unsigned long long program[16] = { 1 | 2ull << 32,
        (unsigned long)nothing, (unsigned long)"GPL" };
    TRY("bpf a program", CALL(SYS_bpf, 5, program, sizeof program));
    TRY("perf_event_open", CALL(SYS_perf_event_open, event, 0, -1, -1));
    TRY("perf_event_open of all",
        CALL(SYS_perf_event_open, event, -1, 0, -1));
    TRY("userfaultfd", CALL(SYS_userfaultfd, 0));
    TRY("userfaultfd of user mode", CALL(SYS_userfaultfd, 1));
    unsigned ring[30] = { 0 };
    TRY("io_uring_setup", CALL(SYS_io_uring_setup, 1, ring));
    TRY("io_uring_enter", CALL(SYS_io_uring_enter, -1));
    TRY("io_uring_register", CALL(SYS_io_uring_register, -1));
    TRY("keyctl", CALL(SYS_keyctl, 0, -3, 0));
    TRY("keyctl of its user", CALL(SYS_keyctl, 0, -4, 0));
    TRY("add_key", CALL(SYS_add_key, "user", "x", "x", 1, -2));
    TRY("request_key", CALL(SYS_request_key, "user", "nothing", 0));
    TRY("reboot", CALL(SYS_reboot, 0, 0, 0));
    TRY("swapon", CALL(SYS_swapon, "/nowhere"));
    TRY("swapoff", CALL(SYS_swapoff, "/nowhere"));
    TRY("acct", CALL(SYS_acct, "/nowhere"));
    TRY("syslog reads", CALL(SYS_syslog, 3, no_value, 0));
    TRY("syslog says how much", CALL(SYS_syslog, 10));
    TRY("sethostname", CALL(SYS_sethostname, 0, 1000));
    TRY("setdomainname", CALL(SYS_setdomainname, 0, 1000));
    TRY("settimeofday", CALL(SYS_settimeofday, 0, 0));
    TRY("clock_settime", CALL(SYS_clock_settime, 0, no_value));
    unsigned long long tick[26] = { [0] = 0x4000 }; /* ADJ_TICK, of 0 */
    TRY("adjtimex", CALL(SYS_adjtimex, tick));
    TRY("clock_adjtime", CALL(SYS_clock_adjtime, 0, tick));
    TRY("vhangup", setsid() < 0 ? -1 : CALL(SYS_vhangup));
    TRY("lsm_list_modules", CALL(nr_lsm_list_modules, no_value, no_value));
    TRY("nfsservctl", CALL(SYS_nfsservctl, 0));
    TRY("lookup_dcookie", CALL(SYS_lookup_dcookie, 0, no_value, 1));
}

static void memory(void)
{
    unsigned long one = 1;
    TRY("mbind", CALL(SYS_mbind, 0, 0, 0));
    TRY("set_mempolicy", CALL(SYS_set_mempolicy, 0));
    TRY("get_mempolicy", CALL(SYS_get_mempolicy, 0));
    TRY("set_mempolicy_home_node", CALL(nr_set_mempolicy_home_node, 0, 0));
    TRY("move_pages", CALL(SYS_move_pages, 0, 0));
    TRY("migrate_pages", CALL(SYS_migrate_pages, 0, 1, &one, &one));
    TRY("memfd_create", CALL(SYS_memfd_create, "x", 0));
    TRY("memfd_secret", CALL(nr_memfd_secret, 0));
    TRY("shmget", shmget(IPC_PRIVATE, 4096, 0600));
    TRY("shmget of huge pages", shmget(IPC_PRIVATE, 2 << 20, 04000 | 0600));
    TRY("msgget", msgget(IPC_PRIVATE, 0600));
    TRY("semget", semget(IPC_PRIVATE, 1, 0600));
    TRY("mq_open", mq_open("/attempt", O_CREAT | O_RDWR, 0600, NULL));
    TRY("inotify_init", inotify_init());
    TRY("personality asked", CALL(SYS_personality, 0xffffffff));
    TRY("personality of 32 bits", CALL(SYS_personality, 8));
    TRY("personality without chance", CALL(SYS_personality, 0x0040000));
    TRY("personality that executes what it reads",
        CALL(SYS_personality, 0x0400000));
    TRY("personality with page 0", CALL(SYS_personality, 0x0100000));
}

static long handle_opened(void)
{
    /* 128 bytes at most; the root of whatever disk is the inode 2 */
    unsigned handle[34] = { 8, 1, 2, 0 };
    return CALL(SYS_open_by_handle_at, open("/", O_RDONLY), handle, 0);
}

static long handle_named(void)
{
    unsigned handle[34] = { 128 };
    return CALL(SYS_name_to_handle_at, AT_FDCWD, "/", handle, &handle[33]);
}

static int own_file(void)
{
    char path[] = "/tmp/attempt-XXXXXX";
    int file = mkstemp(path);
    unlink(path);
    return file;
}

static int own_pipe(void)
{
    int ends[2];
    return pipe(ends) == 0 ? ends[0] : -1;
}

static long device_opened(mode_t kind, int major, int minor)
{
    const char *path = "/tmp/attempt-device";
    unlink(path);
    if (mknod(path, kind | 0600, makedev(major, minor)) != 0)
        return -1;
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    int kept = errno;
    unlink(path);
    errno = kept;
    return file;
}

static long node_made(mode_t kind, int major, int minor)
{
    const char *path = "/tmp/attempt-node";
    unlink(path);
    long answer = mknod(path, kind | 0600, makedev(major, minor));
    int kept = errno;
    unlink(path);
    errno = kept;
    return answer;
}

/* the first of those that the kernel lists: everybody may read that */
static long disk_opened(void)
{
    int major = 254, minor = 0;
    FILE *list = fopen("/proc/partitions", "r");
    if (list && fscanf(list, "%*[^\n] %d %d", &major, &minor) != 2)
        minor = 0; /* it lists none */
    return device_opened(S_IFBLK, major, minor);
}

static void files(void)
{
    TRY("open_by_handle_at", handle_opened());
    TRY("name_to_handle_at", handle_named());
    TRY("mknod of null", node_made(S_IFCHR, 1, 3));
    TRY("mknod of a disk", node_made(S_IFBLK, 254, 0));
    TRY("mknod of a whiteout", node_made(S_IFCHR, 0, 0));
    TRY("mknod of a pipe", node_made(S_IFIFO, 0, 0));
    TRY("open the host's disk", disk_opened());
    TRY("open a disk", device_opened(S_IFBLK, 8, 0));
    TRY("open a loop", device_opened(S_IFBLK, 7, 0));
    TRY("open memory", device_opened(S_IFCHR, 1, 1));
    TRY("open ports", device_opened(S_IFCHR, 1, 4));
    TRY("open the kernel's log", device_opened(S_IFCHR, 1, 11));
    TRY("open a terminal of the machine", device_opened(S_IFCHR, 4, 1));
    TRY("open the console", device_opened(S_IFCHR, 5, 1));
    TRY("open a serial line", device_opened(S_IFCHR, 4, 64));
    TRY("open the screen", device_opened(S_IFCHR, 7, 0));
    TRY("open fuse", device_opened(S_IFCHR, 10, 229));
    TRY("open tun", device_opened(S_IFCHR, 10, 200));
    TRY("open kvm", device_opened(S_IFCHR, 10, 232));
    TRY("open loop-control", device_opened(S_IFCHR, 10, 237));
    TRY("open vhost-net", device_opened(S_IFCHR, 10, 238));
    TRY("open the clock", device_opened(S_IFCHR, 10, 135));
    TRY("open msr", device_opened(S_IFCHR, 202, 0));
    TRY("open zero", device_opened(S_IFCHR, 1, 5));
    TRY("chown", fchown(own_file(), nobody, nobody));
    TRY("chmod set-uid", fchmod(own_file(), 04755));
    TRY("fsetxattr of capabilities",
        fsetxattr(own_file(), "security.capability",
            "\0\0\0\2\0\4\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 20, 0));
    TRY("fsetxattr of trust", fsetxattr(own_file(), "trusted.x", "x", 1, 0));
    TRY("make it immutable",
        ioctl(own_file(), 0x40086602, &(long){ 0x10 }));
    TRY("enlarge a pipe", fcntl(own_pipe(), F_SETPIPE_SZ, 1 << 30));
    TRY("write where only another may",
        open("/etc/passwd", O_WRONLY | O_APPEND));
}

static long bound(int port)
{
    struct sockaddr_in name = { .sin_family = AF_INET,
        .sin_port = htons(port) };
    int one = socket(AF_INET, SOCK_STREAM, 0);
    return bind(one, (struct sockaddr *)&name, sizeof name);
}

/* of a socket that reads the audit, and 64 bits that end in AF_ALG */
enum { netlink_audit = 9 };
static const unsigned long long wide_alg = 0x100000026;

static long option_set(int level, int name)
{
    int value = 7, one = socket(AF_INET, SOCK_DGRAM, 0);
    return setsockopt(one, level, name, &value, sizeof value);
}

static void sockets(void)
{
    TRY("socket of unix", socket(AF_UNIX, SOCK_STREAM, 0));
    TRY("socket of inet", socket(AF_INET, SOCK_STREAM, 0));
    TRY("socket of inet6", socket(AF_INET6, SOCK_STREAM, 0));
    TRY("socket of routes", socket(AF_NETLINK, SOCK_RAW, 0));
    TRY("socket of firewalls", socket(AF_NETLINK, SOCK_RAW, 12));
    TRY("socket of audit", socket(AF_NETLINK, SOCK_RAW, netlink_audit));
    TRY("socket of packets", socket(AF_PACKET, SOCK_RAW, 0));
    TRY("socket of raw ICMP", socket(AF_INET, SOCK_RAW, 1));
    TRY("socket of alg", socket(38, SOCK_SEQPACKET, 0));
    TRY("socket of alg in 64 bits",
        CALL(SYS_socket, wide_alg, SOCK_SEQPACKET));
    TRY("socket of vsock", socket(40, SOCK_STREAM, 0));
    TRY("socket of keys", socket(15, SOCK_RAW, 2));
    TRY("socket of bluetooth", socket(31, SOCK_RAW, 1));
    TRY("socket of can", socket(29, SOCK_RAW, 1));
    TRY("socket of tipc", socket(30, SOCK_STREAM, 0));
    TRY("socket of rds", socket(21, SOCK_SEQPACKET, 0));
    TRY("socket of xdp", socket(44, SOCK_RAW, 0));
    TRY("socket of appletalk", socket(5, SOCK_DGRAM, 0));
    TRY("socket of radio amateurs", socket(3, SOCK_DGRAM, 0));
    TRY("bind to port 80", bound(80));
    TRY("set a mark", option_set(SOL_SOCKET, 36));
    TRY("force a buffer", option_set(SOL_SOCKET, 33));
    TRY("be transparent", option_set(IPPROTO_IP, 19));
    char link[40] = "lo";
    TRY("change a link", ioctl(socket(AF_INET, SOCK_DGRAM, 0), 0x8914, link));
}

/* a fresh terminal as its own; -1 where there is none */
static int own_terminal(void)
{
    int main_end = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    if (main_end < 0 || setsid() < 0)
        return -1;
    ioctl(main_end, TIOCSPTLCK, &(int){ 0 });
    int terminal = ioctl(main_end, 0x5441, O_RDWR | O_NOCTTY);
    ioctl(terminal, TIOCSCTTY, 0);
    return terminal;
}

static void terminals(void)
{
    TRY("have a terminal", own_terminal());
    TRY("ioctl TIOCSTI", ioctl(own_terminal(), TIOCSTI, "x"));
    TRY("ioctl TIOCLINUX", ioctl(own_terminal(), TIOCLINUX, "\6"));
    TRY("ioctl TIOCSTI in 64 bits",
        CALL(SYS_ioctl, own_terminal(), 0xffffffff00000000 | TIOCSTI, "x"));
    TRY("ioctl TIOCCONS", ioctl(own_terminal(), TIOCCONS, 0));
}

static long capability_taken(int number, int is_inherited)
{
    unsigned header[2] = { 0x20080522, 0 }, words[6];
    if (CALL(SYS_capget, header, words) != 0)
        return -1;
    int first = number / 32 * 3;
    words[first + is_inherited] |= 1u << number % 32;
    words[first + 1] |= 1u << number % 32;
    return CALL(SYS_capset, header, words);
}

static void users(void)
{
    TRY("setuid", setuid(nobody));
    TRY("setgid", setgid(nobody));
    TRY("setgroups", CALL(SYS_setgroups, 0, 0));
    TRY("setuid of root", setuid(0));
    TRY("setfsuid", CALL(SYS_setfsuid, 0));
    TRY("capset SYS_ADMIN", capability_taken(21, 0));
    TRY("capset SYS_ADMIN inherited", capability_taken(21, 2));
    TRY("capset NET_RAW inherited", capability_taken(13, 2));
    TRY("prctl ambient", prctl(PR_CAP_AMBIENT, 2, 13, 0, 0));
    TRY("prctl dumpable", prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
    TRY("prctl no_new_privs", prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    TRY("prctl lose a capability", prctl(PR_CAPBSET_DROP, 0, 0, 0, 0));
    TRY("prctl securebits", prctl(PR_SET_SECUREBITS, 1, 0, 0, 0));
    TRY("prctl memory", prctl(PR_SET_MM, PR_SET_MM_BRK, 0, 0, 0));
    TRY("prctl subreaper", prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
}

static void unknown(void)
{
    TRY("call 470", CALL(470));
    TRY("call 511", CALL(511));
    TRY("call 999", CALL(999));
    TRY("call 9999", CALL(9999));
    TRY("call -1", CALL(-1L));
}

#ifdef __x86_64__
static long as_i386(int number, unsigned first, unsigned second)
{
    int answer;
    __asm__ volatile("int $0x80"
        : "=a"(answer)
        : "a"(number), "b"(first), "c"(second), "d"(0), "S"(0), "D"(0)
        : "memory", "r8", "r9", "r10", "r11");
    errno = answer < 0 ? -answer : 0;
    return answer < 0 ? -1 : answer;
}

static void ways_of_x86(void)
{
    TRY("arch_prctl", CALL(SYS_arch_prctl, 0x1003, &(long){ 0 }));
    TRY("modify_ldt", CALL(SYS_modify_ldt, 0, &(long){ 0 }, 8));
    TRY("iopl", CALL(SYS_iopl, 3));
    TRY("ioperm", CALL(SYS_ioperm, 0x80, 1, 1));
    TRY("uselib", CALL(SYS_uselib, "/nowhere"));
    TRY("sysfs", CALL(SYS_sysfs, 3));
    TRY("ustat", CALL(SYS_ustat, 0, no_value));
    TRY("_sysctl", CALL(156, no_value));
    TRY("create_module", CALL(SYS_create_module, "x", 1));
    TRY("x32 getpid", CALL(0x40000000 | SYS_getpid));
    TRY("x32 mount", CALL(0x40000000 | SYS_mount, no_value, no_value));
    TRY("x32 ptrace", CALL(0x40000000 | 521, PTRACE_TRACEME));
    TRY("x32 unshare", CALL(0x40000000 | SYS_unshare, CLONE_NEWUSER));
    TRY("x32 bpf", CALL(0x40000000 | SYS_bpf, 0, no_value, 48));
    TRY("i386 getpid", as_i386(20, 0, 0));
    TRY("i386 mount", as_i386(21, no_value, no_value));
    TRY("i386 umount", as_i386(22, no_value, 0));
    TRY("i386 stime", as_i386(25, no_value, 0));
    TRY("i386 reboot", as_i386(88, 0, 0));
    TRY("i386 socketcall", as_i386(102, 1, no_value));
    TRY("i386 iopl", as_i386(110, 3, 0));
    TRY("i386 clone users", as_i386(120, CLONE_NEWUSER | SIGCHLD, 0));
    TRY("i386 init_module", as_i386(128, no_value, 8));
    TRY("i386 vm86", as_i386(166, 0, 0));
    TRY("i386 keyctl", as_i386(288, 0, -3));
    TRY("i386 unshare", as_i386(310, CLONE_NEWUSER, 0));
    TRY("i386 open_by_handle_at", as_i386(342, -1, no_value));
    TRY("i386 setns", as_i386(346, -1, 0));
    TRY("i386 bpf", as_i386(357, 0, no_value));
    TRY("i386 socket of alg", as_i386(359, 38, SOCK_SEQPACKET));
    TRY("i386 socket of vsock", as_i386(359, 40, SOCK_STREAM));
    TRY("i386 io_uring_setup", as_i386(425, 1, no_value));
    TRY("i386 clone3", as_i386(435, no_value, 88));
}
#else
static void ways_of_x86(void) { }
#endif

int main(void)
{
    error = mmap(NULL, sizeof *error, PROT_READ | PROT_WRITE,
        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (error == MAP_FAILED)
        return 1;
    namespaces();
    mounts();
    processes();
    kernel();
    memory();
    files();
    sockets();
    terminals();
    users();
    unknown();
    ways_of_x86();
    return 0;
}
