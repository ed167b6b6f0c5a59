/* Whether a process is well: a probe asks it, again and again. What came of it
 * is a record in a file, and docker's word for it is the status:
 *
 *     1795326000.123456789 1795326000.125456789 1 2 starting 8\n
 *     no luck\n\n       when it began and ended, its answer, how many failed in
 *                       a row, the status, how long the output is, the output
 *
 * Answers: an exit status; "timeout"; "2@1:13", errno 2 of call 13 in list 1 of
 * the probe. A + behind the length: there was more output than is kept.
 * chapters/10-exec/health-log.ts reads that.
 */
#ifndef HEALTH_H
#define HEALTH_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

#include "plan.h"

/* Whoever can play the list of a probe. */
struct prober {
    /* A process plays it, the joiner: there the probe is made, which is a child
     * of ours, too. Minus the errno where there is none. */
    pid_t (*start)(int output, const struct health_options *options);
    pid_t (*made)(void);                /* the probe, or 0 */
    bool (*failed)(struct report *why); /* could it not be started? */
};

/* Asks from now on; without options nobody wants to know. */
void health_begin(const struct health_options *options, const struct prober *prober);

/* For poll: for how many milliseconds there is nothing to do, and where output
 * of a probe comes from. */
int health_patience(void);
struct pollfd health_place(void);
void health_serve(const struct pollfd *place);

/* Ends a probe that is under way; nobody is told what became of it. */
void health_end(void);

#endif
