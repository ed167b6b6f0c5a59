/* Why C: it is the monitor's half. A client costs no memory but what it types,
 * and one that is killed leaves nothing: what it was sent lies in its socket.
 */
#define _GNU_SOURCE
#include "clients.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "pump.h"

enum { ENOUGH_BYTES = 2 << 20 }; /* for all that a pipe can hold */

struct client {
    int fd;      /* -1: it is gone */
    bool waits;  /* for the message that is being shown */
    bool deaf;   /* it reads no more */
    bool untold; /* that what it has typed is taken */
    bool types;  /* it has an input */
    bool closes; /* which ends behind what it has typed */
    bool hangs_up; /* for the process, where it is lost */
    struct pump typed;
};

static struct client clients[MAX_CLIENTS];
static size_t used; /* places that somebody has, or had */
static size_t turn; /* whose input is being given */
static bool impatient;
static const struct message *shown;
static size_t shown_length;

static void drop(struct client *c) {
    close(c->fd);
    c->fd = -1;
    c->waits = c->untold = false;
    c->closes = c->types;
}

/* False where it has to be said again, when there is room. */
static bool say(struct client *c, const void *message, size_t length) {
    if (c->fd < 0 || c->deaf || send(c->fd, message, length, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0)
        return true;
    bool full = errno == EAGAIN || errno == EINTR || errno == ENOBUFS;
    c->deaf = !full || impatient; /* it is gone; what it has said is still there */
    return c->deaf;
}

static bool is_free(const struct client *c) { return c->fd < 0 && !c->closes && !has_bytes(&c->typed); }

void adopt_client(int fd, bool hangs_up) {
    size_t place = 0;
    while (place < used && !is_free(&clients[place]))
        place++;
    if (place == MAX_CLIENTS) {
        close(fd);
        return;
    }
    if (place == used)
        used++;
    struct client *c = &clients[place];
    c->fd = fd;
    c->types = c->deaf = false;
    c->hangs_up = hangs_up;
    c->typed.from = -1;
    c->typed.at_once = PUMP_BYTES;
    say(c, (char[]){MESSAGE_STARTED}, 1);
}

bool accept_client(int listener) {
    int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return errno != EMFILE && errno != ENFILE && errno != ENOMEM && errno != ENOBUFS;
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (!getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) && (peer.uid == 0 || peer.uid == geteuid()))
        adopt_client(fd, false);
    else
        close(fd);
    return true;
}

void show(const struct message *message, size_t length) {
    shown = message;
    shown_length = 1 + length;
    for (size_t i = 0; i < used; i++)
        clients[i].waits = !say(&clients[i], message, shown_length);
}

bool somebody_waits(void) {
    for (size_t i = 0; i < used; i++)
        if (clients[i].waits)
            return true;
    return false;
}

void stop_waiting(void) {
    int bytes = ENOUGH_BYTES;
    impatient = true;
    for (size_t i = 0; i < used; i++) {
        struct client *c = &clients[i];
        if (c->fd >= 0 && setsockopt(c->fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof bytes) < 0)
            setsockopt(c->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
        if (c->waits)
            c->waits = !say(c, shown, shown_length);
    }
}

size_t poll_clients(struct pollfd *places) {
    for (size_t i = 0; i < used; i++) {
        bool has_more = clients[i].waits || clients[i].untold;
        places[i] = (struct pollfd){clients[i].fd, has_more ? POLLIN | POLLOUT : POLLIN, 0};
    }
    return used;
}

/* The input of this client is at its end, when all of it is taken. */
static void close_input(struct client *c, struct served *served) {
    if (!c->closes || has_bytes(&c->typed))
        return;
    c->closes = c->types = false;
    if (served->input_once)
        close_own(&served->input);
}

/* Does what a client says. False: that is none of the messages there are. */
static bool obey(struct client *c, char type, const unsigned char *bytes, size_t length,
                 struct served *served) {
    switch (type) {
    case MESSAGE_INPUT:
        if (has_bytes(&c->typed)) /* it has not waited for TAKEN */
            return false;
        c->types = true;
        c->typed.start = 0;
        c->typed.end = length;
        return true;
    case MESSAGE_CLOSE:
        c->closes = true;
        return true;
    case MESSAGE_WINDOW:
        if (length == 4)
            served->resize(bytes[0] | (unsigned)bytes[1] << 8, bytes[2] | (unsigned)bytes[3] << 8);
        return length == 4;
    case MESSAGE_KILL:
        if (length == 1)
            served->kill(bytes[0]);
        return length == 1;
    case MESSAGE_DETACH:
        c->hangs_up = false;
        return true;
    }
    return false;
}

/* Takes one message. What is typed comes to where it stays until it is given;
 * as long as something stands there, only what is short can come. */
static void hear(struct client *c, struct served *served) {
    char type, few[8];
    bool busy = has_bytes(&c->typed);
    void *bytes = busy ? few : c->typed.bytes;
    struct iovec parts[] = {{&type, 1}, {bytes, busy ? sizeof few : sizeof c->typed.bytes}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    ssize_t got = recvmsg(c->fd, &message, MSG_DONTWAIT);
    /* ECONNRESET: it left before it had read all; what it said comes next */
    if (got < 0 && (errno == EAGAIN || errno == EINTR || errno == ECONNRESET))
        return;
    if (got > 0 && !(message.msg_flags & MSG_TRUNC) && obey(c, type, bytes, (size_t)got - 1, served))
        return;
    drop(c);
    if (c->hangs_up)
        served->kill(SIGHUP);
}

void serve_clients(const struct pollfd *places, size_t count, struct served *served) {
    for (size_t i = 0; i < count; i++) {
        struct client *c = &clients[i];
        if (!places[i].revents)
            continue;
        if (c->waits)
            c->waits = !say(c, shown, shown_length);
        if (c->untold)
            c->untold = !say(c, (char[]){MESSAGE_TAKEN}, 1);
        if (c->fd >= 0 && places[i].revents & ~POLLOUT)
            hear(c, served);
        close_input(c, served);
    }
}

bool input_waits(void) {
    for (size_t i = 0; i < used; i++)
        if (has_bytes(&clients[i].typed))
            return true;
    return false;
}

void give_input(struct served *served) {
    while (!has_bytes(&clients[turn].typed))
        turn = (turn + 1) % used;
    struct client *c = &clients[turn];
    c->typed.to = served->input;
    give(&c->typed);
    served->input = c->typed.to;
    if (!has_bytes(&c->typed))
        c->untold = !say(c, (char[]){MESSAGE_TAKEN}, 1);
    close_input(c, served);
}
