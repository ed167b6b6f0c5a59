/* The one loop over events: a process may end, a signal may come, and bytes
 * may move between the container and the caller's terminal.
 *
 * Why C: it lives as long as the container, and idle Node costs 35 MB.
 */
#define _GNU_SOURCE
#include "wait.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BUFFER_BYTES = 16384, TERMINAL_BYTES = 512, INSISTING_INTERRUPTS = 3 };

/* Bytes on their way from one descriptor to another. */
struct pump {
    int from, to; /* -1: closed */
    size_t start, end;
    size_t at_once; /* what surely does not block where there is room at all */
    char bytes[BUFFER_BYTES];
};

static struct pump pumps[WAIT_MAX_RELAYS];

static void close_own(int *fd) {
    if (*fd > 2) /* the caller's own three stay as they are */
        close(*fd);
    *fd = -1;
}

static bool has_bytes(const struct pump *p) { return p->start < p->end; }

/* Takes what is there; at the end of the input the output ends too. */
static void take(struct pump *p) {
    ssize_t got = read(p->from, p->bytes, sizeof p->bytes);
    if (got > 0) {
        p->start = 0;
        p->end = (size_t)got;
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        close_own(&p->from);
        close_own(&p->to);
    }
}

/* A terminal says that it has room for some bytes, not for how many: so few at
 * a time, and ctrl-s never stops the loop. */
static void give(struct pump *p) {
    size_t length = p->end - p->start;
    ssize_t put = write(p->to, p->bytes + p->start, length > p->at_once ? p->at_once : length);
    if (put > 0) {
        p->start += (size_t)put;
    } else if (put < 0 && errno != EAGAIN && errno != EINTR) {
        p->start = p->end;
        close_own(&p->from);
        close_own(&p->to);
    }
}

/* What the process wrote before it ended is still to come. */
static void drain(int count) {
    for (int i = 0; i < count; i++) {
        struct pump *p = &pumps[i];
        if (p->to > 2) /* into the container: nobody reads that any more */
            close_own(&p->from), close_own(&p->to);
        while (p->to >= 0) {
            if (has_bytes(p)) {
                struct pollfd room = {p->to, POLLOUT, 0};
                poll(&room, 1, -1);
                give(p);
                continue;
            }
            struct pollfd more = {p->from, POLLIN, 0};
            if (poll(&more, 1, 0) <= 0)
                break;
            take(p);
        }
        close_own(&p->from);
        close_own(&p->to);
    }
}

/* Reaps the process, and the orphans that come to a pid 1. */
static bool reap(pid_t pid, int *status) {
    int one;
    pid_t ended;
    bool found = false;
    while ((ended = waitpid(getpid() == 1 ? -1 : pid, &one, WNOHANG | __WALL)) > 0) {
        if (ended == pid) {
            *status = one;
            found = true;
        }
    }
    return found;
}

static bool is_child_of_ours(pid_t pid) {
    siginfo_t info;
    return !waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL);
}

static void forward(int signals, pid_t pid, int *interrupts, bool insist) {
    struct signalfd_siginfo info;
    while (read(signals, &info, sizeof info) == sizeof info) {
        int number = (int)info.ssi_signo;
        if (number == SIGCHLD || number == SIGPIPE || number == SIGURG)
            continue;
        if (number == SIGINT && insist && ++*interrupts >= INSISTING_INTERRUPTS)
            number = SIGKILL;
        /* ctrl-c: the terminal has sent it to the whole group */
        bool has_it = info.ssi_code == SI_KERNEL && getpgid(pid) == getpgrp();
        if (number == SIGKILL || !has_it)
            kill(pid, number);
    }
}

int wait_for(pid_t pid, const struct relay *relays, int count, bool insist) {
    if (!is_child_of_ours(pid))
        return -ECHILD;
    for (int i = 0; i < count; i++) {
        pumps[i].from = (int)relays[i].from;
        pumps[i].to = (int)relays[i].to;
        pumps[i].start = pumps[i].end = 0;
        pumps[i].at_once = isatty(pumps[i].to) ? TERMINAL_BYTES : PIPE_BUF;
    }
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    int signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
    if (signals < 0)
        return -errno;
    int status = 0, interrupts = 0;
    while (!reap(pid, &status)) {
        struct pollfd polled[1 + WAIT_MAX_RELAYS] = {{signals, POLLIN, 0}};
        for (int i = 0; i < count; i++) {
            struct pump *p = &pumps[i];
            bool giving = p->to >= 0 && has_bytes(p);
            polled[1 + i] = (struct pollfd){giving ? p->to : p->from, giving ? POLLOUT : POLLIN, 0};
        }
        if (poll(polled, (nfds_t)(1 + count), -1) < 0) {
            if (errno == EINTR || errno == EAGAIN)
                continue;
            int error = errno;
            close(signals);
            return -error;
        }
        if (polled[0].revents)
            forward(signals, pid, &interrupts, insist);
        for (int i = 0; i < count; i++) {
            if (!polled[1 + i].revents)
                continue;
            if (polled[1 + i].events == POLLOUT)
                give(&pumps[i]);
            else
                take(&pumps[i]);
        }
    }
    drain(count);
    close(signals);
    return status;
}
