#ifndef WAIT_H
#define WAIT_H

#include <stdbool.h>
#include <sys/types.h>

#include "plan.h"

enum { WAIT_MAX_RELAYS = 4 };

/* Waits for a process while copying bytes, reaping orphans and forwarding
 * signals. Returns its status as wait4 gives it, or minus the errno. At a third
 * ctrl-c a process that ignores them is killed, if `insist` says so. */
int wait_for(pid_t pid, const struct relay *relays, int count, bool insist);

#endif
