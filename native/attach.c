/* The client's half of a container in the background. The terminal, its size
 * and the signals of whoever sits here reach the process as messages.
 *
 * Why C: rocker is gone by then. It has executed the shim, which becomes this.
 */
#define _GNU_SOURCE
#include "attach.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "detach_keys.h"
#include "message.h"
#include "pump.h"
#include "terminal.h"

enum { GOES_ON = INT_MIN, MAX_KEYS = 64, INSISTING_INTERRUPTS = 3 };

static struct {
    const struct attach_options *options;
    pid_t pid;
    int socket, signals;
    int input;      /* -1: at its end, or there is none */
    size_t room[2]; /* what may be written at once, to stdout and to stderr */
    int told;       /* the status that the monitor has told, or -1 */
    int interrupts;
    bool may_type;    /* what was typed last is taken */
    bool has_typed;   /* a message waits to be sent */
    bool has_closed;  /* so does the end of the input */
    bool has_resized; /* so does the size of the terminal */
    uint64_t due;     /* so do these signals: bit 0 is signal 1 */
    struct detach_keys keys;
    bool has_detached;
    bool has_hung_up; /* the terminal is gone */
} client;

static struct pump shown; /* output on its way */
static struct message typed;
static size_t typed_length;

/* ---- to the monitor ----------------------------------------------------- */

/* False where there is no room. A monitor that is gone is seen by its silence. */
static bool say(const void *message, size_t length) {
    ssize_t sent = send(client.socket, message, length, MSG_DONTWAIT | MSG_NOSIGNAL);
    return sent >= 0 || (errno != EAGAIN && errno != EINTR && errno != ENOBUFS);
}

static bool has_more_to_say(void) {
    return client.has_typed || client.has_closed || client.has_resized || client.due || client.has_detached;
}

static bool say_window(void) {
    struct window w;
    if (!window_of((int)client.options->stdout_fd, &w) && !window_of((int)client.options->stdin_fd, &w))
        return true;
    char bytes[] = {MESSAGE_WINDOW, (char)w.rows, (char)(w.rows >> 8), (char)w.columns,
                    (char)(w.columns >> 8)};
    return say(bytes, sizeof bytes);
}

static void say_what_is_due(void) {
    for (int bit = 0; bit < 64; bit++)
        if (client.due >> bit & 1 && say((char[]){MESSAGE_KILL, (char)(bit + 1)}, 2))
            client.due &= ~((uint64_t)1 << bit);
    if (client.has_resized)
        client.has_resized = !say_window();
    if (client.has_typed)
        client.has_typed = !say(&typed, 1 + typed_length);
    if (client.has_closed && !client.has_typed)
        client.has_closed = !say((char[]){MESSAGE_CLOSE}, 1);
}

/* Reads what is typed; at the end of the input says so. A raw terminal has none
 * before it hangs up. */
static void read_input(void) {
    bool complete = false;
    char *bytes = typed.bytes + MAX_KEYS; /* what was held back stands before it */
    ssize_t got = read(client.input, bytes, sizeof typed.bytes - MAX_KEYS);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got > 0) {
        typed_length = pass_keys(&client.keys, bytes, (size_t)got, typed.bytes, &complete);
        client.has_detached = complete;
    } else {
        typed_length = client.keys.held;
        memcpy(typed.bytes, client.keys.keys, client.keys.held);
        client.has_closed = true;
        client.has_hung_up = is_raw();
        client.input = -1;
    }
    typed.type = MESSAGE_INPUT;
    client.has_typed = typed_length > 0;
    client.may_type = !client.has_typed;
}

/* ---- from the monitor --------------------------------------------------- */

/* A monitor that has told how it ended may live on: the container restarts. */
static int status_at_end(void) {
    if (client.told >= 0 || client.pid <= 0)
        return client.told >= 0 ? client.told : -ECONNRESET;
    int status;
    while (waitpid(client.pid, &status, __WALL) < 0)
        if (errno != EINTR)
            return -errno;
    return shell_status(status);
}

/* Takes one message: output is shown before the next one is taken. */
static int hear(void) {
    char type = 0;
    struct iovec parts[] = {{&type, 1}, {shown.bytes, sizeof shown.bytes}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t got = recvmsg(client.socket, &message, MSG_DONTWAIT);
    /* ECONNRESET: it left before it had read all; what it said comes next */
    if (got < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNRESET))
        return GOES_ON;
    if (got <= 0)
        return status_at_end();
    bool is_error = type == MESSAGE_ERROR;
    if (type == MESSAGE_OUTPUT || is_error) {
        shown.to = (int)(is_error ? client.options->stderr_fd : client.options->stdout_fd);
        shown.at_once = client.room[is_error];
        shown.start = 0;
        shown.end = (size_t)got - 1;
    }
    if (type == MESSAGE_TAKEN)
        client.may_type = true;
    if (type == MESSAGE_EXIT && got == 2)
        client.told = (unsigned char)shown.bytes[0];
    return type == MESSAGE_STARTED && client.options->until_started ? 0 : GOES_ON;
}

/* Nobody reads what we have to show: that ends us, as it ends any program. A
 * terminal that is gone is no reader that has seen enough. */
static int show(void) {
    give(&shown);
    if (shown.to >= 0)
        return GOES_ON;
    client.has_hung_up |= errno == EIO;
    return client.has_hung_up ? GOES_ON : 128 + SIGPIPE;
}

/* ---- signals ------------------------------------------------------------ */

/* Stops as ctrl-z would have it; the terminal belongs to the shell meanwhile. */
static void stop(void) {
    restore_terminal();
    kill(getpid(), SIGSTOP);
    if (client.options->terminal)
        make_raw((int)client.options->stdin_fd);
}

static int obey(int number) {
    bool proxy = client.options->proxy, terminal = client.options->terminal;
    if (number == SIGCONT || (number == SIGWINCH && terminal)) {
        make_raw_again();
        client.has_resized = terminal;
        return GOES_ON;
    }
    if (number == SIGTSTP && (terminal || !proxy)) {
        stop();
        return GOES_ON;
    }
    if (!proxy)
        return number == SIGWINCH ? GOES_ON : 128 + number;
    if (number == SIGINT && client.pid > 0 && ++client.interrupts >= INSISTING_INTERRUPTS)
        number = SIGKILL;
    client.due |= (uint64_t)1 << (number - 1);
    return GOES_ON;
}

static int take_signals_that_came(void) {
    int number, status = GOES_ON;
    bool from_kernel;
    while (status == GOES_ON && (number = next_signal(client.signals, &from_kernel)))
        status = obey(number);
    return status;
}

/* ---- the loop ----------------------------------------------------------- */

/* Waits until something happens, and does what is to be done then. */
static int serve(void) {
    enum { SIGNALS, SOCKET, INPUT, OUTPUT, ALL };
    bool showing = has_bytes(&shown);
    short to_hear = showing ? 0 : POLLIN, to_say = has_more_to_say() ? POLLOUT : 0;
    struct pollfd polled[ALL] = {
        [SIGNALS] = {client.signals, POLLIN, 0},
        [SOCKET] = {to_hear | to_say ? client.socket : -1, (short)(to_hear | to_say), 0},
        [INPUT] = {client.may_type ? client.input : -1, POLLIN, 0},
        [OUTPUT] = {showing ? shown.to : -1, POLLOUT, 0},
    };
    if (poll(polled, ALL, -1) < 0)
        return errno == EINTR || errno == EAGAIN ? GOES_ON : -errno;
    int status = polled[SIGNALS].revents ? take_signals_that_came() : GOES_ON;
    if (status == GOES_ON && polled[INPUT].revents)
        read_input();
    if (status == GOES_ON && has_more_to_say())
        say_what_is_due();
    if (client.has_detached && say((char[]){MESSAGE_DETACH}, 1))
        return 0;
    if (client.has_hung_up && !client.options->proxy)
        return 128 + SIGHUP; /* else the process was told, and decides */
    if (status == GOES_ON && polled[OUTPUT].revents)
        return show();
    if (status == GOES_ON && polled[SOCKET].revents & ~POLLOUT && !showing)
        return hear();
    return status;
}

static void take_options(int socket, pid_t pid, const struct attach_options *options) {
    memset(&client, 0, sizeof client);
    client.options = options;
    client.pid = pid;
    client.socket = socket;
    client.input = (int)options->stdin_fd;
    client.room[0] = at_once((int)options->stdout_fd);
    client.room[1] = at_once((int)options->stderr_fd);
    client.told = -1;
    client.may_type = true;
    client.has_resized = options->terminal;
    client.keys.keys = options->keys ? (const char *)(uintptr_t)options->keys : "";
    client.keys.count = options->keys ? options->keys_length : 0;
    shown.from = -1;
}

/* A background job that touches its terminal stops, as any other does. */
static void obey_job_control(void) {
    sigset_t background;
    sigemptyset(&background);
    sigaddset(&background, SIGTTIN);
    sigaddset(&background, SIGTTOU);
    sigprocmask(SIG_UNBLOCK, &background, NULL);
}

int attach(int socket, pid_t pid, const struct attach_options *options) {
    if (options->keys_length > MAX_KEYS)
        return -EINVAL;
    take_options(socket, pid, options);
    client.signals = open_signals();
    if (client.signals < 0)
        return client.signals;
    obey_job_control();
    if (client.input >= 0)
        say((char[]){MESSAGE_INPUT}, 1);
    if (client.input >= 0 && options->terminal)
        make_raw(client.input);
    int status = GOES_ON;
    while (status == GOES_ON)
        status = serve();
    restore_terminal();
    close(client.signals);
    close(socket);
    return status;
}
