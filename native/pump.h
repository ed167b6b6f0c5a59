/* Bytes on their way from one descriptor to another, that none is lost of and
 * that nobody has to stand still for. */
#ifndef PUMP_H
#define PUMP_H

#include <stdbool.h>
#include <stddef.h>

enum { PUMP_BYTES = 16384 };

struct pump {
    int from, to; /* -1: closed */
    size_t start, end;
    size_t at_once; /* what surely does not block where there is room at all */
    char bytes[PUMP_BYTES];
};

/* How much may be written at once to a descriptor that may block. */
size_t at_once(int to);

/* Closes a descriptor that is ours; the caller's own three stay as they are. */
void close_own(int *fd);

/* Gives whole pages back to the kernel: what was in them is gone. */
void give_back(const void *from, const void *to);

bool has_bytes(const struct pump *p);

/* Takes what is there; at the end of the input the output ends too. */
void take(struct pump *p);

/* Gives what fits; where nobody reads any more both ends are closed. */
void give(struct pump *p);

#endif
