/* A container's process can open /proc/PID/exe of whoever runs inside it, and
 * could write into the program on the host (CVE-2019-5736). So what enters a
 * container is a copy in a memfd that nobody can change any more.
 *
 * man 2 memfd_create, F_ADD_SEALS in man 2 fcntl
 */
#define _GNU_SOURCE
#include "seal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

static const int all_seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

static bool is_sealed(int program) {
    int seals = fcntl(program, F_GET_SEALS);
    return seals >= 0 && (seals & all_seals) == all_seals;
}

/* Newer kernels ask whether the memory will be executed; older ones refuse the question. */
static int memory_file(void) {
    int fd = memfd_create("rocker-shim", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
    if (fd < 0 && errno == EINVAL)
        fd = memfd_create("rocker-shim", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return fd;
}

static bool copy_into(int memory, int program) {
    struct stat stat;
    if (fstat(program, &stat) < 0)
        return false;
    for (off_t done = 0; done < stat.st_size;) {
        ssize_t copied = sendfile(memory, program, &done, (size_t)(stat.st_size - done));
        if (copied <= 0)
            return false;
    }
    return fcntl(memory, F_ADD_SEALS, all_seals) == 0;
}

const char *seal_self(char **argv, char **environment) {
    int program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (program < 0)
        return "the shim cannot be sealed: it cannot read itself";
    signal(SIGXFSZ, SIG_IGN); /* where files may not grow, that is an error, not the end */
    bool sealed = is_sealed(program);
    int memory = sealed ? -1 : memory_file();
    if (memory >= 0 && copy_into(memory, program))
        syscall(SYS_execveat, memory, "", argv, environment, AT_EMPTY_PATH);
    if (memory >= 0)
        close(memory);
    close(program);
    return sealed ? NULL : "the shim cannot be sealed: a limit forbids its copy in memory";
}
