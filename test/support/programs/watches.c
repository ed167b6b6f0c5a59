/* Takes all watches of inotify that user nobody may have, says how many, and
 * keeps them until its input ends. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/resource.h>
#include <unistd.h>

enum { NOBODY = 65534 };

int main(void) {
    struct rlimit files;
    int taken = 0;
    if (!getrlimit(RLIMIT_NOFILE, &files)) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    if (setresuid(NOBODY, NOBODY, NOBODY) < 0)
        return 1;
    while (inotify_init1(IN_CLOEXEC) >= 0)
        taken++;
    printf("%d\n", taken);
    fflush(stdout);
    return read(0, &taken, 1) < 0;
}
