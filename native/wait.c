/* A loop over events: a process may end, a signal may come, and bytes may move
 * between it and the caller's terminal. monitor.c has the one for a process in
 * the background.
 *
 * Why C: it lives as long as the container, and idle Node costs 35 MB.
 */
#define _GNU_SOURCE
#include "wait.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "child.h"
#include "pump.h"

enum { INSISTING_INTERRUPTS = 3 };

static struct pump pumps[WAIT_MAX_RELAYS];

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

static void forward(int signals, pid_t pid, int *interrupts, bool insist) {
    int number;
    bool from_kernel;
    while ((number = next_signal(signals, &from_kernel))) {
        if (number == SIGINT && insist && ++*interrupts >= INSISTING_INTERRUPTS)
            number = SIGKILL;
        /* ctrl-c: the terminal has sent it to the whole group */
        bool has_it = from_kernel && getpgid(pid) == getpgrp();
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
        pumps[i].at_once = at_once(pumps[i].to);
    }
    int signals = open_signals();
    if (signals < 0)
        return signals;
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
