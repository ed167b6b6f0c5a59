/* Why C: wait, monitor and attach stand on it. */
#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

bool is_child_of_ours(pid_t pid) {
    siginfo_t info;
    return !waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT | __WALL);
}

bool reap(pid_t pid, int *status) {
    int one;
    pid_t ended;
    bool found = false;
    while ((ended = waitpid(getpid() == 1 ? -1 : pid, &one, WNOHANG | __WALL)) > 0) {
        if (ended == pid) {
            *status = one;
            found = true;
        }
    }
    return found;
}

int shell_status(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

int open_signals(void) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    int signals = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
    return signals < 0 ? -errno : signals;
}

int next_signal(int signals, bool *from_kernel) {
    struct signalfd_siginfo info;
    while (read(signals, &info, sizeof info) == sizeof info) {
        *from_kernel = info.ssi_code == SI_KERNEL;
        if (info.ssi_signo != SIGCHLD && info.ssi_signo != SIGPIPE && info.ssi_signo != SIGURG)
            return (int)info.ssi_signo;
    }
    return 0;
}
