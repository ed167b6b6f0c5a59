/* Why C: it copies as long as the container lives. */
#define _GNU_SOURCE
#define _GNU_SOURCE
#include "pump.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

enum { TERMINAL_BYTES = 512 };

/* A terminal says that it has room for some bytes, not for how many: so few at
 * a time, and ctrl-s never stops the loop. */
size_t at_once(int to) { return isatty(to) ? TERMINAL_BYTES : PIPE_BUF; }

void close_own(int *fd) {
    if (*fd > 2)
        close(*fd);
    *fd = -1;
}

void give_back(const void *from, const void *to) {
    uintptr_t page = (uintptr_t)getpagesize();
    uintptr_t start = ((uintptr_t)from + page - 1) / page * page, end = (uintptr_t)to / page * page;
    if (start < end)
        madvise((void *)start, end - start, MADV_DONTNEED);
}

bool has_bytes(const struct pump *p) { return p->start < p->end; }

void take(struct pump *p) {
    ssize_t got = read(p->from, p->bytes, sizeof p->bytes);
    if (got > 0) {
        p->start = 0;
        p->end = (size_t)got;
    } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
        close_own(&p->from);
        close_own(&p->to);
    }
}

void give(struct pump *p) {
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
