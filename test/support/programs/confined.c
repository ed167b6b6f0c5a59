/*
 * What stands in the way of a process, one line each, asked by system calls
 * that busybox has no command for.
 *
 *   keyring: 318232941     of its session
 *   typed: 0               how many of its descriptors take TIOCSTI
 *   descriptors: 3         how many it has
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { get_keyring_id = 0, session_keyring = -3, most_descriptors = 4096 };

static int types(int descriptor)
{
    const char *text = "echo IN''JECTED\n";
    for (const char *at = text; *at; at++)
        if (ioctl(descriptor, TIOCSTI, at) < 0)
            return 0;
    return 1;
}

int main(void)
{
    int typed = 0, open_ones = 0;
    long session =
        syscall(SYS_keyctl, get_keyring_id, session_keyring, 0);
    if (session < 0)
        printf("keyring: refused\n");
    else
        printf("keyring: %ld\n", session);
    for (int fd = 0; fd < most_descriptors; fd++)
        open_ones += fcntl(fd, F_GETFD) >= 0;
    for (int fd = 0; fd < 3; fd++)
        typed += types(fd);
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC);
    if (terminal >= 0)
        typed += types(terminal);
    printf("typed: %d\ndescriptors: %d\n", typed, open_ones);
}
