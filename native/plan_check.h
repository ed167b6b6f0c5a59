/* Reads a plan and checks all of it before the first call is made: a plan that
 * is damaged or too large is refused, never played in part. */
#ifndef PLAN_CHECK_H
#define PLAN_CHECK_H

#include "plan.h"

/* A plan in memory of our own: nobody else can change it any more. */
struct plan {
    const struct plan_header *header;
    const struct plan_list *lists;
    const struct plan_call *calls;
    const struct plan_patch *patches;
    const uint32_t *kept;
    unsigned char *memory;
};

/* Fills in `plan` from a file. Returns NULL, or a sentence that says why not. */
const char *load_plan(int fd, struct plan *plan);

#endif
