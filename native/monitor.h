#ifndef MONITOR_H
#define MONITOR_H

#include <sys/types.h>

#include "plan.h"

/* Waits for a process and serves it: keeps its log, lets clients attach and
 * resize its terminal, and passes SIGTERM on; no other signal reaches it from
 * here. Returns its status as wait4 gives it, or minus the errno. Each client
 * has then got all of the output and the status, and its socket stays open
 * until this process ends. */
int monitor(pid_t pid, const struct monitor_options *options);

#endif
