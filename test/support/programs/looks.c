/*
 * What a process sees of the kernel and of the machine: a line for each file,
 * mount and device, the same words whatever runs it.
 *
 *   read /proc/kcore: null             nothing comes out of it
 *   read /proc/keys: absent
 *   read /proc/cpuinfo: read
 *   write /proc/sys/kernel/core_pattern: refused EROFS
 *   mount /dev/shm: may write          of write, suid, dev, exec
 *   namespace pid: own                 of those that stand in the arguments
 *   devices: may full null ptmx
 *   CapBnd: may 00000000a80425fb
 *   umask: is 0022                     a fact, which nobody compares
 *
 *   looks pid:[4026531836] net:[4026531833] mnt:[…
 *
 * Nothing is written: a file is only opened for it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { most_bytes = 1 << 16, most_descriptors = 4096, most_names = 256 };

static const char *refusal(void)
{
    switch (errno) {
    case ENOENT:
    case ENOTDIR:
        return "absent";
    case EPERM:
        return "refused EPERM";
    case EACCES:
        return "refused EACCES";
    case EROFS:
        return "refused EROFS";
    case EINVAL:
        return "refused EINVAL";
    case EIO:
        return "refused EIO";
    case ENXIO:
    case ENODEV:
        return "refused ENXIO";
    }
    return "reached another error";
}

static const char *list_verdict(const char *path)
{
    DIR *folder = opendir(path);
    if (!folder)
        return refusal();
    int count = 0;
    while (readdir(folder))
        count++;
    closedir(folder);
    return count > 2 ? "read" : "empty";
}

static const char *read_verdict(const char *path)
{
    struct stat about;
    char text[64];
    if (stat(path, &about) != 0)
        return refusal();
    if (S_ISDIR(about.st_mode))
        return list_verdict(path);
    if (S_ISCHR(about.st_mode) && about.st_rdev == makedev(1, 3))
        return "null";
    int file = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0)
        return refusal();
    ssize_t count = read(file, text, sizeof text);
    const char *verdict = count > 0 ? "read" : "empty";
    if (count < 0 && errno != EAGAIN)
        verdict = refusal();
    close(file);
    return verdict;
}

static const char *write_verdict(const char *path)
{
    struct stat about;
    if (stat(path, &about) == 0 && about.st_rdev == makedev(1, 3)
        && S_ISCHR(about.st_mode))
        return "null";
    int file = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (file < 0)
        return refusal();
    close(file);
    return "write";
}

static const char *make_verdict(const char *folder)
{
    char path[256];
    snprintf(path, sizeof path, "%s/attempt", folder);
    if (mkdir(path, 0700) != 0)
        return refusal();
    rmdir(path);
    return "made";
}

static void each(const char *what, const char *(*verdict)(const char *),
    const char *const *paths)
{
    for (; *paths; paths++)
        printf("%s %s: %s\n", what, *paths, verdict(*paths));
}

static const char *const to_read[] = {
    "/proc/kcore", "/proc/keys", "/proc/key-users", "/proc/timer_list",
    "/proc/timer_stats", "/proc/latency_stats", "/proc/sched_debug",
    "/proc/scsi", "/proc/acpi", "/proc/asound", "/proc/interrupts",
    "/proc/kmsg", "/proc/kpagecount", "/proc/kpageflags",
    "/proc/kpagecgroup", "/proc/slabinfo", "/proc/vmallocinfo",
    "/proc/pagetypeinfo", "/proc/config.gz", "/proc/cpuinfo",
    "/proc/meminfo", "/proc/mtrr", "/proc/1/mem", "/proc/1/environ",
    "/proc/1/root/etc", "/proc/1/map_files", "/proc/1/stack",
    "/proc/self/pagemap", "/proc/sys/kernel/cad_pid",
    "/proc/sys/kernel/core_pattern", "/proc/sys/vm/mmap_rnd_bits",
    "/proc/bus/pci/devices", "/proc/driver/nvram", "/sys/firmware",
    "/sys/firmware/dmi/tables/DMI", "/sys/firmware/acpi/tables/DSDT",
    "/sys/devices/virtual/powercap", "/sys/class/powercap/intel-rapl:0",
    "/sys/devices/system/cpu/cpu0/thermal_throttle", "/sys/dev/block",
    "/sys/dev/char", "/sys/block", "/sys/class/net",
    "/sys/class/dmi/id/product_uuid", "/sys/fs/selinux", "/sys/fs/bpf",
    "/sys/fs/pstore", "/sys/kernel/debug", "/sys/kernel/tracing",
    "/sys/kernel/security", "/sys/kernel/notes", "/sys/kernel/vmcoreinfo",
    "/sys/kernel/btf/vmlinux", "/sys/fs/cgroup/release_agent",
    "/sys/fs/cgroup/memory/release_agent",
    "/sys/fs/cgroup/pids/release_agent",
    "/sys/fs/cgroup/systemd/release_agent", "/dev/mem", "/dev/kmem",
    "/dev/port", "/dev/kmsg", "/dev/kvm", "/dev/fuse", "/dev/net/tun",
    "/dev/sda", "/dev/vda", "/dev/loop-control", "/dev/snapshot",
    "/dev/core", "/dev/initctl", "/dev/log", "/dev/null", "/dev/urandom",
    NULL,
};

static const char *const to_write[] = {
    "/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern",
    "/proc/sys/kernel/hostname", "/proc/sys/kernel/domainname",
    "/proc/sys/kernel/modprobe", "/proc/sys/kernel/panic",
    "/proc/sys/kernel/sysrq", "/proc/sys/kernel/ns_last_pid",
    "/proc/sys/kernel/randomize_va_space",
    "/proc/sys/kernel/kptr_restrict", "/proc/sys/kernel/dmesg_restrict",
    "/proc/sys/kernel/yama/ptrace_scope", "/proc/sys/kernel/shmmax",
    "/proc/sys/kernel/msgmax", "/proc/sys/kernel/poweroff_cmd",
    "/proc/sys/kernel/unprivileged_bpf_disabled",
    "/proc/sys/kernel/usermodehelper/bset", "/proc/sys/vm/drop_caches",
    "/proc/sys/vm/overcommit_memory", "/proc/sys/vm/panic_on_oom",
    "/proc/sys/fs/file-max", "/proc/sys/fs/suid_dumpable",
    "/proc/sys/fs/protected_symlinks", "/proc/sys/fs/mqueue/msg_max",
    "/proc/sys/fs/binfmt_misc/register", "/proc/sys/user/max_user_namespaces",
    "/proc/sys/net/ipv4/ip_forward", "/proc/sys/net/core/somaxconn",
    "/proc/irq/default_smp_affinity", "/proc/bus/pci/00/00.0",
    "/proc/fs/nfsd", "/proc/mtrr", "/proc/scsi/scsi", "/proc/acpi/wakeup",
    "/proc/asound/seq/clients", "/proc/timer_stats", "/proc/latency_stats",
    "/proc/kcore", "/proc/keys", "/proc/interrupts", "/proc/timer_list",
    "/proc/1/mem", "/proc/1/oom_score_adj", "/proc/1/attr/current",
    "/sys/kernel/uevent_helper", "/sys/kernel/profiling",
    "/sys/kernel/mm/ksm/run", "/sys/kernel/kexec_crash_size",
    "/sys/kernel/mm/transparent_hugepage/enabled", "/sys/power/state",
    "/sys/devices/system/cpu/cpu0/online", "/sys/bus/pci/rescan",
    "/sys/bus/pci/drivers_probe", "/sys/class/net/lo/mtu",
    "/sys/module/kernel/parameters/panic",
    "/sys/devices/virtual/net/lo/uevent", "/sys/fs/cgroup/cgroup.procs",
    "/sys/fs/cgroup/cgroup.subtree_control", "/sys/fs/cgroup/memory.max",
    "/sys/fs/cgroup/memory/cgroup.procs",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes",
    "/sys/fs/cgroup/devices/devices.allow", "/sys/fs/cgroup/pids/pids.max",
    "/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "/sys/fs/cgroup/pids/tasks",
    "/dev/mem", "/dev/kmsg", "/dev/null", "/etc/passwd", NULL,
};

static const char *const to_make_in[] = {
    "/proc", "/proc/sys", "/proc/kcore", "/proc/acpi", "/proc/scsi",
    "/sys", "/sys/firmware", "/sys/fs/cgroup", "/sys/fs/cgroup/memory",
    "/sys/fs/cgroup/pids", "/sys/fs/cgroup/cpu", "/sys/fs/cgroup/devices",
    "/sys/fs/cgroup/freezer", "/sys/fs/cgroup/systemd", "/dev", "/dev/shm",
    "/", "/tmp", NULL,
};

static const char *const mount_points[] = {
    "/proc", "/proc/sys", "/proc/bus", "/proc/fs", "/proc/irq", "/dev",
    "/dev/pts", "/dev/shm", "/dev/mqueue", "/sys", "/sys/firmware",
    "/sys/fs/cgroup", "/sys/fs/cgroup/memory", "/sys/fs/cgroup/pids",
    "/sys/fs/cgroup/unified", NULL,
};

static void print_mount(const char *path)
{
    struct statvfs about;
    if (statvfs(path, &about) != 0) {
        printf("mount %s: absent\n", path);
        return;
    }
    printf("mount %s: may%s%s%s%s\n", path,
        about.f_flag & ST_RDONLY ? "" : " write",
        about.f_flag & ST_NOSUID ? "" : " suid",
        about.f_flag & ST_NODEV ? "" : " dev",
        about.f_flag & ST_NOEXEC ? "" : " exec");
}

/* how many lines of a file have these words in them */
static int lines_with(const char *path, const char *one, const char *other)
{
    char line[4096];
    int count = 0;
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        count += strstr(line, one) || (other && strstr(line, other));
    if (file)
        fclose(file);
    return count;
}

static void print_line(const char *name, const char *path, const char *start)
{
    char line[4096];
    FILE *file = fopen(path, "re");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, start, strlen(start)) == 0) {
            char *value = line + strlen(start);
            value += strspn(value, ": \t");
            value[strcspn(value, "\n")] = '\0';
            printf("%s: may %s\n", name, value);
        }
    if (file)
        fclose(file);
}

static int by_name(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

static void print_names(const char *title, const char *path)
{
    char *names[most_names];
    int count = 0;
    DIR *folder = opendir(path);
    struct dirent *entry;
    while (folder && count < most_names && (entry = readdir(folder)))
        if (entry->d_name[0] != '.')
            names[count++] = strdup(entry->d_name);
    if (folder)
        closedir(folder);
    qsort(names, (size_t)count, sizeof *names, by_name);
    printf("%s: may", title);
    for (int i = 0; i < count; i++)
        printf(" %s", names[i]);
    printf("\n");
}

/* the hierarchies that a process can see, and whether above its own place */
static void print_cgroups(void)
{
    char line[4096];
    int above = 0;
    FILE *file = fopen("/proc/self/cgroup", "re");
    while (file && fgets(line, sizeof line, file)) {
        const char *path = strchr(strchr(line, ':') + 1, ':') + 1;
        above += strcmp(path, "/\n") != 0;
    }
    printf("path of its cgroup: %s\n", above ? "read" : "own");
}

static void print_namespaces(int count, char **outside)
{
    for (int i = 1; i < count; i++) {
        char path[64], inside[64] = "";
        int length = (int)strcspn(outside[i], ":");
        snprintf(path, sizeof path, "/proc/self/ns/%.*s", length, outside[i]);
        if (readlink(path, inside, sizeof inside - 1) < 0)
            snprintf(inside, sizeof inside, "%s", "own");
        printf("namespace %.*s: %s\n", length, outside[i],
            strcmp(inside, outside[i]) == 0 ? "shared" : "own");
    }
}

static void print_descriptors(void)
{
    printf("descriptors: may");
    for (int fd = 0; fd < most_descriptors; fd++)
        if (fcntl(fd, F_GETFD) >= 0)
            printf(" %d", fd);
    printf("\n");
}

static void print_limits(void)
{
    static const struct { const char *name; int number; } limits[] = {
        { "nofile", RLIMIT_NOFILE }, { "nproc", RLIMIT_NPROC },
        { "core", RLIMIT_CORE }, { "memlock", RLIMIT_MEMLOCK },
        { "rtprio", RLIMIT_RTPRIO }, { "nice", RLIMIT_NICE },
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct rlimit limit;
        getrlimit(limits[i].number, &limit);
        printf("limit %s: is %lld of %lld\n", limits[i].name,
            (long long)limit.rlim_cur, (long long)limit.rlim_max);
    }
}

/* a zero in the place of each address is as good as none */
static void print_addresses(const char *path)
{
    char line[256] = "";
    FILE *file = fopen(path, "re");
    const char *verdict = file ? "empty" : refusal();
    while (file && fgets(line, sizeof line, file))
        if (strtoull(line, NULL, 16) > 1 << 20)
            verdict = "read";
    if (file)
        fclose(file);
    printf("addresses in %s: %s\n", path, verdict);
}

static void print_modes(void)
{
    struct stat about;
    static const char *const safe[] = { "/dev/null", "/dev/tty",
        "/dev/pts/ptmx", "/dev/shm", "/dev/mqueue" };
    for (size_t i = 0; i < sizeof safe / sizeof *safe; i++)
        if (stat(safe[i], &about) == 0)
            printf("mode of %s: is %o\n", safe[i], about.st_mode & 07777);
    char target[64] = "";
    int own = readlink("/dev/ptmx", target, sizeof target - 1) > 0
        && strcmp(target, "pts/ptmx") == 0;
    if (lstat("/dev/ptmx", &about) == 0 && !own)
        own = lines_with("/proc/self/mountinfo", " /dev/ptmx ", NULL) > 0;
    printf("/dev/ptmx: %s\n", own ? "own" : "shared");
}

static void print_itself(char **variables)
{
    static const char status[] = "/proc/self/status";
    static const char *const sets[] = { "CapInh", "CapPrm", "CapEff",
        "CapBnd", "CapAmb", "Groups" };
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        print_line(sets[i], status, sets[i]);
    
    printf("new privileges: %s\n",
        lines_with(status, "NoNewPrivs:\t1", NULL) ? "refused" : "open");
    printf("system calls: %s\n",
        lines_with(status, "Seccomp:\t2", NULL) ? "filtered" : "open");
    printf("users of the host: %s\n",
        lines_with("/proc/self/uid_map", "4294967295", NULL) ? "shared"
                                                            : "own");
    FILE *score = fopen("/proc/self/oom_score_adj", "re");
    int points = 0;
    printf("oom_score_adj: is %d\n",
        score && fscanf(score, "%d", &points) == 1 ? points : -1);
    if (score)
        fclose(score);
    printf("umask: is %04o\n", (unsigned)umask(0));
    printf("variables: may");
    for (char **one = variables; *one; one++)
        printf(" %.*s", (int)strcspn(*one, "="), *one);
    printf("\n");
}

int main(int count, char **outside, char **variables)
{
    print_descriptors(); /* before it opens any */
    each("read", read_verdict, to_read);
    each("write", write_verdict, to_write);
    each("make a folder in", make_verdict, to_make_in);
    for (const char *const *path = mount_points; *path; path++)
        print_mount(*path);
    print_addresses("/proc/kallsyms");
    print_addresses("/proc/iomem");
    print_addresses("/proc/modules");
    print_names("devices", "/dev");
    print_modes();
    int tied = lines_with("/proc/self/mountinfo", " shared:", " master:");
    printf("mounts that others see: %s\n", tied ? "shared" : "own");
    int abstract = lines_with("/proc/net/unix", " @", NULL);
    printf("sockets without a file: %s\n", abstract ? "read" : "absent");
    print_cgroups();
    print_namespaces(count, outside);
    print_limits();
    print_itself(variables);
    return 0;
}
