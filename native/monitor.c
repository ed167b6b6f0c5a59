/* The loop that a container in the background lives in:
 *
 *     stdout, stderr ──┬──▶ the log
 *                      └──▶ every client that is attached
 *     stdin ◀───────────── what they type, and the size of their terminals
 *     health ◀──────────── a probe, by a timer
 *
 * Why C: it lives as long as the container, and idle Node costs 35 MB.
 */
#define _GNU_SOURCE
#include "monitor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "child.h"
#include "clients.h"
#include "health.h"
#include "log.h"
#include "message.h"
#include "pump.h"

#ifndef TIOCGPTPEER
#define TIOCGPTPEER _IO('T', 0x41)
#endif

enum { LARGEST_PIPE = 1 << 20 }; /* fs.pipe-max-size */

/* One of the two streams of output. */
struct source {
    int fd;
    char type;
};

static struct {
    pid_t pid;
    int signals, listener;
    int terminal, peer; /* both ends of the pty; -1: there is none */
    struct source sources[2];
    struct served served;
} process;

static void kill_process(int number) {
    if (number > 0 && number < NSIG)
        kill(process.pid, number);
}

static void resize_terminal(unsigned rows, unsigned columns) {
    struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
    if (process.terminal >= 0)
        ioctl(process.terminal, TIOCSWINSZ, &size);
}

static void set_nonblocking(int fd) {
    if (fd >= 0)
        fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

/* Of a terminal the other end is kept open too: so it does not hang up where
 * the process closes it for a while. */
static void take_options(pid_t pid, const struct monitor_options *options) {
    process.pid = pid;
    process.listener = (int)options->listener;
    process.terminal = options->terminal ? (int)options->stdout_fd : -1;
    process.peer =
        options->terminal ? ioctl(process.terminal, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    process.sources[0] = (struct source){(int)options->stdout_fd, MESSAGE_OUTPUT};
    process.sources[1] = (struct source){(int)options->stderr_fd, MESSAGE_ERROR};
    int input = (int)options->stdin_fd;
    if (input >= 0 && input == options->stdout_fd) /* each is closed by itself */
        input = fcntl(input, F_DUPFD_CLOEXEC, 3);
    process.served = (struct served){
        .kill = kill_process,
        .resize = resize_terminal,
        .input = input,
        .input_once = options->stdin_once && !options->terminal,
    };
    set_nonblocking(process.listener);
    set_nonblocking(input);
}

// #region pass-on
/* Passes on what a stream has brought: to the log, and to everybody.
 * Returns how much that was. */
static size_t pass_on(struct source *source) {
    static struct message output;
    ssize_t got = read(source->fd, output.bytes, sizeof output.bytes);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return 0;
    if (got <= 0) { /* EIO: a terminal that nobody has open any more */
        close_own(&source->fd);
        return 0;
    }
    output.type = source->type;
    log_write(source->type, output.bytes, (size_t)got);
    show(&output, (size_t)got);
    return (size_t)got;
}
// #endregion pass-on

/* What the process wrote before it ended is still to come; what another writes
 * who has the pipe open as well would never end. */
static void drain(struct source *source) {
    for (size_t passed = 0; source->fd >= 0 && passed < LARGEST_PIPE;) {
        struct pollfd more = {source->fd, POLLIN, 0};
        if (poll(&more, 1, 0) <= 0)
            break;
        passed += pass_on(source);
    }
    close_own(&source->fd);
}

static void finish(int status) {
    static struct message end;
    health_end();
    close_own(&process.listener);
    stop_waiting();
    for (int i = 0; i < 2; i++)
        drain(&process.sources[i]);
    log_close();
    end.type = MESSAGE_EXIT;
    end.bytes[0] = (char)shell_status(status);
    show(&end, 1);
    close_own(&process.served.input);
    close_own(&process.peer);
}

/* The machine goes down, or somebody means well: the process is to end. */
static void pass_termination(void) {
    int number;
    bool from_kernel;
    while ((number = next_signal(process.signals, &from_kernel)))
        if (number == SIGTERM)
            kill_process(SIGTERM);
}

/* Waits until something happens, and does what is to be done then. */
static int serve(void) {
    enum { SIGNALS, LISTENER, INPUT, HEALTH, SOURCES, CLIENTS = SOURCES + 2 };
    static bool no_room; /* for one more client: until somebody has moved */
    struct pollfd polled[CLIENTS + MAX_CLIENTS] = {
        [SIGNALS] = {process.signals, POLLIN, 0},
        [LISTENER] = {no_room ? -1 : process.listener, POLLIN, 0},
        [INPUT] = {input_waits() ? process.served.input : -1, POLLOUT, 0},
        [HEALTH] = health_place(),
    };
    bool waits = somebody_waits();
    for (int i = 0; i < 2; i++)
        polled[SOURCES + i] = (struct pollfd){waits ? -1 : process.sources[i].fd, POLLIN, 0};
    size_t clients = poll_clients(polled + CLIENTS);
    int ready = poll(polled, CLIENTS + clients, health_patience());
    if (ready < 0)
        return errno == EINTR || errno == EAGAIN ? 0 : -errno;
    if (!ready)
        log_rest();
    if (polled[SIGNALS].revents)
        pass_termination();
    health_serve(&polled[HEALTH]);
    serve_clients(polled + CLIENTS, clients, &process.served);
    if (polled[INPUT].revents && input_waits())
        give_input(&process.served);
    while (process.served.input < 0 && input_waits())
        give_input(&process.served);
    for (int i = 0; i < 2; i++)
        if (polled[SOURCES + i].revents && !somebody_waits())
            pass_on(&process.sources[i]);
    no_room = polled[LISTENER].revents && !accept_client(process.listener);
    return 0;
}

static int open_log(const struct monitor_options *options) {
    const char *path = (const char *)(uintptr_t)options->log;
    return path ? (int)log_open(path, options->log_max_bytes, options->log_max_files) : 0;
}

// #region monitor
int monitor(pid_t pid, const struct monitor_options *options) {
    if (!is_child_of_ours(pid))
        return -ECHILD;
    int status = 0, failed = open_log(options);
    if (failed)
        return failed;
    process.signals = open_signals();
    if (process.signals < 0)
        return process.signals;
    take_options(pid, options);
    if (options->client >= 0)
        adopt_client((int)options->client, options->hangs_up);
    while (!failed && !reap(pid, &status))
        failed = serve();
    if (!failed)
        finish(status);
    close(process.signals);
    return failed ? failed : status;
}
// #endregion monitor
