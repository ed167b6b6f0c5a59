/* Queries by TCP: what is too long for a packet. A message has its length
 * before it, and a stream has one query at a time.
 *
 *     READING ─▶ ASKED ─▶ (CALLING ─▶ HEARING) ─▶ WRITING ─▶ READING …
 *
 * RFC 7766
 *
 * Why C: the resolver stands on it.
 */
#define _GNU_SOURCE
#include "resolver_stream.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dns_packet.h"
#include "resolver_forward.h"
#include "resolver_loop.h"

enum {
    MOST = 16,       /* streams at once */
    MOST_OF_ONE = 4, /* container */
    LENGTH_BYTES = 2,
    IDLE_MS = 10000,
    ASKED_MS = 8000,
    SERVER_MS = 4000,
};

enum state { FREE, READING, ASKED, CALLING, HEARING, WRITING };

struct stream {
    enum state state;
    int fd, server;
    int64_t deadline;
    struct asker asker;
    struct dns_query query;
    size_t done, length; /* of what is being read or written */
    size_t asked_length;
    uint8_t asked[LENGTH_BYTES + DNS_QUERY_BYTES];
    uint8_t bytes[LENGTH_BYTES + DNS_MESSAGE_BYTES];
};

static struct stream streams[MOST];

static unsigned place_of(const struct stream *s) { return (unsigned)(s - streams); }

static void begin(struct stream *s, enum state state, int64_t patience) {
    s->state = state;
    s->done = 0;
    s->deadline = loop_time() + patience;
}

/* What is waited for of the client. */
static void watch_client(struct stream *s, uint32_t events) {
    loop_change(s->fd, events, (struct event){EVENT_CLIENT, (uint16_t)place_of(s), 0});
}

static void hang_up(struct stream *s) {
    if (s->server >= 0)
        close(s->server);
    s->server = -1;
}

static void drop(struct stream *s) {
    hang_up(s);
    close(s->fd);
    s->state = FREE;
    forward_forget((int)place_of(s));
}

static size_t length_of(const uint8_t *bytes) { return (size_t)bytes[0] << 8 | bytes[1]; }

static void put_length(uint8_t *bytes, size_t length) {
    bytes[0] = (uint8_t)(length >> 8);
    bytes[1] = (uint8_t)length;
}

/* Reads one message: 1 when it is there, 0 when more is to come, -1 at an end. */
static int read_message(int fd, struct stream *s, size_t most) {
    for (;;) {
        size_t wanted = LENGTH_BYTES;
        if (s->done >= LENGTH_BYTES) {
            wanted += length_of(s->bytes);
            if (wanted > LENGTH_BYTES + most || wanted < LENGTH_BYTES + DNS_HEADER_BYTES)
                return -1;
        }
        if (s->done == wanted && s->done > LENGTH_BYTES)
            return 1;
        ssize_t got = recv(fd, s->bytes + s->done, wanted - s->done, MSG_DONTWAIT);
        if (got < 0 && (errno == EAGAIN || errno == EINTR))
            return 0;
        if (got <= 0)
            return -1;
        s->done += (size_t)got;
    }
}

static void write_on(struct stream *s) {
    while (s->done < s->length) {
        ssize_t put = send(s->fd, s->bytes + s->done, s->length - s->done, MSG_DONTWAIT | MSG_NOSIGNAL);
        if (put < 0 && (errno == EAGAIN || errno == EINTR)) {
            watch_client(s, EPOLLOUT);
            return;
        }
        if (put <= 0) {
            drop(s);
            return;
        }
        s->done += (size_t)put;
    }
    begin(s, READING, IDLE_MS);
    watch_client(s, EPOLLIN);
}

static void write_message(struct stream *s, size_t length) {
    hang_up(s);
    put_length(s->bytes, length);
    s->length = LENGTH_BYTES + length;
    begin(s, WRITING, IDLE_MS);
    write_on(s);
}

void stream_answer(int place, const uint8_t *reply, size_t length) {
    struct stream *s = &streams[place];
    memcpy(s->bytes + LENGTH_BYTES, reply, length);
    write_message(s, length);
}

static void fail(struct stream *s) {
    uint8_t reply[DNS_REPLY_ROOM];
    stream_answer((int)place_of(s), reply, dns_refuse(s->asked + LENGTH_BYTES, &s->query, DNS_FAILED, reply));
}

static void take_query(struct stream *s) {
    int got = read_message(s->fd, s, DNS_QUERY_BYTES);
    if (got < 0)
        drop(s);
    if (got <= 0)
        return;
    s->asked_length = s->done;
    memcpy(s->asked, s->bytes, s->done);
    begin(s, ASKED, ASKED_MS);
    watch_client(s, 0);
    if (!serve(s->asked + LENGTH_BYTES, s->asked_length - LENGTH_BYTES, &s->asker))
        drop(s);
}

void stream_move(unsigned place) {
    struct stream *s = &streams[place];
    if (s->state == READING)
        take_query(s);
    else if (s->state == WRITING)
        write_on(s);
    else if (s->state != FREE) { /* nothing else is waited for: it has gone */
        drop(s);
    }
}

void stream_ask(int place, const union address *server) {
    struct stream *s = &streams[place];
    struct event event = {EVENT_SERVER, (uint16_t)place, 0};
    if (dns_read_query(s->asked + LENGTH_BYTES, s->asked_length - LENGTH_BYTES, &s->query) != DNS_GOOD) {
        drop(s);
        return;
    }
    begin(s, CALLING, SERVER_MS);
    s->server = socket(server->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->server < 0 ||
        (connect(s->server, &server->any, address_size(server)) < 0 && errno != EINPROGRESS) ||
        !loop_watch(s->server, EPOLLOUT, event))
        fail(s);
}

/* The query is short enough to be taken at once. */
static void call_server(struct stream *s) {
    struct event event = {EVENT_SERVER, (uint16_t)place_of(s), 0};
    ssize_t put = send(s->server, s->asked, s->asked_length, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (put != (ssize_t)s->asked_length) {
        fail(s);
        return;
    }
    begin(s, HEARING, SERVER_MS);
    loop_change(s->server, EPOLLIN, event);
}

static void hear_server(struct stream *s) {
    int got = read_message(s->server, s, DNS_MESSAGE_BYTES);
    if (!got)
        return;
    size_t length = s->done - LENGTH_BYTES;
    const uint8_t *asked = s->asked + LENGTH_BYTES;
    if (got < 0 || !dns_is_reply(s->bytes + LENGTH_BYTES, length, asked, s->query.end, s->query.id))
        fail(s);
    else
        write_message(s, length);
}

void stream_move_server(unsigned place) {
    struct stream *s = &streams[place];
    if (s->state == CALLING)
        call_server(s);
    else if (s->state == HEARING)
        hear_server(s);
}

/* A place for one more; where there is none, the idle one that came first goes. */
static struct stream *free_place(const union address *address) {
    struct stream *found = NULL, *oldest = NULL;
    size_t of_one = 0;
    for (struct stream *s = streams; s < streams + MOST; s++) {
        if (s->state == FREE) {
            found = s;
            continue;
        }
        of_one += address_equals(&s->asker.address, address);
        if (s->state == READING && (!oldest || s->deadline < oldest->deadline))
            oldest = s;
    }
    if (of_one >= MOST_OF_ONE)
        return NULL;
    if (!found && oldest) {
        drop(oldest);
        found = oldest;
    }
    return found;
}

void stream_accept(int listener) {
    union address address = {0};
    socklen_t size = sizeof address;
    int fd = accept4(listener, &address.any, &size, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0)
        return;
    struct stream *s = is_served(&address) ? free_place(&address) : NULL;
    if (!s || !loop_watch(fd, EPOLLIN, (struct event){EVENT_CLIENT, (uint16_t)place_of(s), 0})) {
        close(fd);
        return;
    }
    s->fd = fd;
    s->server = -1;
    s->asker = (struct asker){.address = address, .socket = -1, .stream = (int)place_of(s)};
    begin(s, READING, IDLE_MS);
}

int64_t stream_go_on(int64_t now) {
    int64_t next = NEVER;
    for (struct stream *s = streams; s < streams + MOST; s++) {
        if (s->state == FREE)
            continue;
        if (s->deadline <= now && (s->state == CALLING || s->state == HEARING))
            fail(s);
        else if (s->deadline <= now)
            drop(s);
        if (s->state != FREE)
            next = loop_earlier(next, s->deadline);
    }
    return next;
}
