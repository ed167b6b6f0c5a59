/* What each call of a plan was answered, and when: for `rocker explain --trace`.
 *
 * The records are in a file that all processes of the plan have in their memory,
 * and whoever traces has open. So a record is made without a call of the kernel,
 * also where a filter forbids most of them; no descriptor is kept, and an execve
 * takes the memory away: the program sees nothing of it.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TRACE_MAX_RECORDS = 8192 };
enum trace_state { TRACE_BEGUN = 1, TRACE_ANSWERED };

struct trace_record {
    uint32_t plan; /* its checksum */
    uint32_t list, index;
    uint32_t state;
    int64_t value;       /* what was returned, or minus the errno */
    uint64_t start, end; /* in nanoseconds; 0: there is no clock */
};

/* The file. chapters/02-process/trace.ts reads that. */
struct trace {
    uint64_t count; /* of all calls, also of those that there was no room for */
    struct trace_record records[TRACE_MAX_RECORDS];
};

extern struct trace *trace; /* NULL: nobody asks */

/* From now on the calls of this plan are recorded. */
bool trace_open(const char *path, uint32_t plan);

struct trace_record *trace_add(uint32_t list, uint32_t index);
void trace_complete(struct trace_record *record, int64_t value);

static inline struct trace_record *trace_begin(uint32_t list, uint32_t index) {
    return trace ? trace_add(list, index) : NULL;
}

static inline void trace_end(struct trace_record *record, int64_t value) {
    if (record)
        trace_complete(record, value);
}

#endif
