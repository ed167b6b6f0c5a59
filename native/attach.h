#ifndef ATTACH_H
#define ATTACH_H

#include <sys/types.h>

#include "plan.h"

/* Connects our own streams and terminal with a process in the background, over
 * a socket to its monitor. Ends with the monitor, and returns what that has
 * answered for: its own status where `pid`, not 0, says that it is our child,
 * else what it has told, or -ECONNRESET. Returns 0 at once where the detach
 * keys are typed, or, if only that is asked, where the process runs. Where
 * nobody reads our output it returns as SIGPIPE would end us. */
int attach(int socket, pid_t pid, const struct attach_options *options);

#endif
