/* Why C: who attaches is no Node, and kill -9 must not leave a terminal behind
 * that echoes nothing.
 *
 * man 3 termios
 */
#define _GNU_SOURCE
#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static struct termios before, raw;
static int terminal = -1; /* -1: nothing to restore */
static int leash = -1;    /* the guard reads its end */
static pid_t guard;

static bool looks_raw(const struct termios *now) {
    return now->c_iflag == raw.c_iflag && now->c_oflag == raw.c_oflag && now->c_lflag == raw.c_lflag;
}

/* Waits for the end of the client. A byte: it has restored the terminal itself.
 * In a session of its own: whoever kills the client's group does not mean it,
 * and a terminal lets it through though it is not in the foreground. */
static void guard_terminal(int end_of_leash) {
    struct termios now;
    char byte;
    setsid();
    if (dup2(terminal, 0) < 0 || dup2(end_of_leash, 1) < 0)
        _exit(1);
    syscall(SYS_close_range, 2, UINT_MAX, 0);
    ssize_t got;
    while ((got = read(1, &byte, 1)) < 0 && errno == EINTR)
        ;
    if (got == 0 && !tcgetattr(0, &now) && looks_raw(&now))
        tcsetattr(0, TCSANOW, &before);
    _exit(0);
}

static void start_guard(void) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return;
    guard = fork();
    if (guard == 0)
        guard_terminal(ends[0]);
    close(ends[0]);
    leash = ends[1];
}

void make_raw(int fd) {
    if (tcgetattr(fd, &before) < 0)
        return;
    raw = before;
    cfmakeraw(&raw);
    terminal = fd;
    start_guard();
    make_raw_again();
}

void make_raw_again(void) {
    if (terminal >= 0)
        tcsetattr(terminal, TCSANOW, &raw);
}

bool is_raw(void) { return terminal >= 0; }

void restore_terminal(void) {
    sigset_t background;
    if (terminal < 0)
        return;
    sigemptyset(&background);
    sigaddset(&background, SIGTTOU); /* it does not stop us now */
    sigprocmask(SIG_BLOCK, &background, NULL);
    tcsetattr(terminal, TCSANOW, &before);
    terminal = -1;
    if (write(leash, "", 1) == 1)
        while (waitpid(guard, NULL, 0) < 0 && errno == EINTR)
            ;
    close(leash);
}

bool window_of(int fd, struct window *window) {
    struct winsize size;
    if (ioctl(fd, TIOCGWINSZ, &size) < 0)
        return false;
    *window = (struct window){size.ws_row, size.ws_col};
    return true;
}
