/* A child that is waited for in a loop over events, and the signals that come
 * meanwhile. */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <sys/types.h>

/* Is there such a child, running or not yet waited for? */
bool is_child_of_ours(pid_t pid);

/* Reaps what has ended: the process, and the orphans that come to a pid 1.
 * True where the process is among them; then `status` is as wait4 gives it. */
bool reap(pid_t pid, int *status);

/* The status as a shell has it: 128 + n for a signal. */
int shell_status(int status);

/* From now on signals are read from this descriptor. Minus the errno, else. */
int open_signals(void);

/* The next signal that has come, and whether the kernel itself sent it: a
 * terminal's ctrl-c, to the whole group. Those that only mean this process
 * (CHLD, PIPE, URG) are skipped. 0: there is none. */
int next_signal(int signals, bool *from_kernel);

#endif
