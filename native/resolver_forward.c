/* Questions that others answer: first the resolvers of a container's other
 * networks, then its own servers or the host's, one after the other. Whoever
 * answers first is believed, if it was asked: each question has a socket, so a
 * port, and an id that nobody can guess.
 *
 * RFC 5452 (what makes it hard to lie)
 *
 * Why C: the resolver stands on it.
 */
#define _GNU_SOURCE
#include "resolver_forward.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "resolver_servers.h"
#include "resolver_stream.h"
#include "resolver_zone.h"

enum {
    MOST = 512,          /* questions at once */
    MOST_OF_ONE = 128,   /* container */
    PEERS_MOST = 4,
    ALL_SERVERS = PEERS_MOST + SERVERS_MOST,
    TRIES = 5,           /* who asked gives up after 5 seconds */
    PEER_MS = 300,
    SERVER_MS = 900,
};

struct question {
    bool is_open;
    struct asker asker;
    struct dns_query query;
    uint16_t id;
    size_t length;
    size_t peers, count; /* of servers, and how many of them are peers */
    size_t first, step;
    int64_t deadline;
    enum dns_code failure;
    int sockets[ALL_SERVERS];
    bool failed[ALL_SERVERS];
    union address servers[ALL_SERVERS];
    uint8_t bytes[DNS_QUERY_BYTES];
};

static struct question questions[MOST];
static size_t used; /* places that are open, or were */
static bool is_internal;
static union address preferred; /* the host's server that has answered last */

void forward_set_internal(void) { is_internal = true; }

static void finish(struct question *q) {
    for (size_t i = 0; i < q->count; i++) {
        if (q->sockets[i] >= 0)
            close(q->sockets[i]);
        q->sockets[i] = -1;
    }
    q->is_open = false;
    while (used > 0 && !questions[used - 1].is_open)
        used--;
}

static void deliver(struct question *q, uint8_t *reply, size_t length) {
    dns_set_id(reply, q->query.id);
    if (q->asker.stream >= 0) {
        stream_answer(q->asker.stream, reply, length);
    } else {
        if (length > q->query.udp_room)
            length = dns_cut(reply, q->query.end);
        sendto(q->asker.socket, reply, length, MSG_DONTWAIT | MSG_NOSIGNAL, &q->asker.address.any,
               address_size(&q->asker.address));
    }
    finish(q);
}

/* Asks one of them, once more where it was asked before. */
static bool ask(struct question *q, size_t server) {
    const union address *address = &q->servers[server];
    int *fd = &q->sockets[server];
    if (*fd < 0) {
        struct event event = {EVENT_REPLY, (uint16_t)(q - questions), (uint16_t)server};
        *fd = socket(address->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (*fd < 0 || connect(*fd, &address->any, address_size(address)) < 0 || !loop_watch(*fd, EPOLLIN, event))
            return false;
    }
    dns_set_id(q->bytes, q->id);
    dns_set_recursion(q->bytes, server >= q->peers); /* peers say what they know themselves */
    return send(*fd, q->bytes, q->length, MSG_NOSIGNAL) == (ssize_t)q->length;
}

static void set_failed(struct question *q, size_t server) {
    q->failed[server] = true;
    if (q->sockets[server] >= 0)
        close(q->sockets[server]);
    q->sockets[server] = -1;
}

/* Asks the next one; where all have been asked often enough, nobody knows. */
static void go_on(struct question *q) {
    size_t servers = q->count - q->peers;
    size_t steps = q->peers + (servers ? TRIES : 0);
    while (q->step < steps) {
        size_t step = q->step++;
        bool is_peer = step < q->peers;
        size_t server = is_peer ? step : q->peers + (step - q->peers + q->first) % servers;
        if (q->failed[server])
            continue;
        if (ask(q, server)) {
            q->deadline = loop_time() + (is_peer ? PEER_MS : SERVER_MS);
            return;
        }
        set_failed(q, server);
    }
    uint8_t reply[DNS_REPLY_ROOM];
    deliver(q, reply, dns_refuse(q->bytes, &q->query, q->failure, reply));
}

static struct question *free_place(const struct asker *asker) {
    size_t of_one = 0, place = MOST;
    for (size_t i = used + 1; i-- > 0;) {
        if (i < used && questions[i].is_open)
            of_one += address_equals(&questions[i].asker.address, &asker->address);
        else if (i < MOST)
            place = i;
    }
    return place == MOST || of_one >= MOST_OF_ONE ? NULL : &questions[place];
}

/* A container may have servers of its own, and other networks. */
static void choose_servers(struct question *q) {
    const union address *address = &q->asker.address;
    const struct zone_entry *entry = zone_with(address->any.sa_family, address_bytes(address));
    union address *to = q->servers;
    q->peers = q->count = entry ? zone_servers(entry, "also", to, PEERS_MOST) : 0;
    if (is_internal)
        return;
    q->count += entry ? zone_servers(entry, "ask", to + q->peers, SERVERS_MOST) : 0;
    if (q->count > q->peers)
        return;
    q->count += servers_of_host(to + q->peers);
    for (size_t i = q->peers; i < q->count; i++)
        if (address_equals(&to[i], &preferred))
            q->first = i - q->peers;
}

void forward(const uint8_t *bytes, size_t length, const struct dns_query *query, const struct asker *asker) {
    struct question *q = length <= DNS_QUERY_BYTES ? free_place(asker) : NULL;
    uint8_t reply[DNS_REPLY_ROOM];
    if (!q) {
        struct question full = {.asker = *asker, .query = *query};
        deliver(&full, reply, dns_refuse(bytes, query, DNS_REFUSED, reply));
        return;
    }
    if (q == &questions[used])
        used++;
    *q = (struct question){.is_open = true, .asker = *asker, .query = *query, .length = length};
    memcpy(q->bytes, bytes, length);
    memset(q->sockets, -1, sizeof q->sockets);
    q->failure = is_internal ? DNS_NO_NAME : DNS_FAILED;
    choose_servers(q);
    if (getrandom(&q->id, sizeof q->id, 0) != sizeof q->id)
        q->count = q->peers = 0;
    go_on(q);
}

/* What a server says that cannot, or will not, is not yet the answer. */
static bool is_answer(const struct question *q, size_t server, const uint8_t *reply, size_t length) {
    enum dns_code code = dns_code_of(reply);
    if (server < q->peers)
        return code == DNS_GOOD && dns_is_authoritative(reply) && length >= q->query.end;
    return code != DNS_FAILED && code != DNS_UNKNOWN && code != DNS_REFUSED && length >= q->query.end;
}

void forward_hear(unsigned place, unsigned part) {
    static uint8_t reply[DNS_MESSAGE_BYTES];
    struct question *q = &questions[place];
    if (!q->is_open || part >= q->count || q->sockets[part] < 0)
        return;
    ssize_t got = recv(q->sockets[part], reply, sizeof reply, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (got >= 0 && !dns_is_reply(reply, (size_t)got, q->bytes, q->query.end, q->id))
        return; /* somebody guesses: the true one is still to come */
    if (got < 0 || !is_answer(q, part, reply, (size_t)got)) {
        if (got >= 0 && part >= q->peers)
            q->failure = dns_code_of(reply);
        set_failed(q, part);
        go_on(q);
        return;
    }
    if (part >= q->peers)
        preferred = q->servers[part];
    if (q->asker.stream < 0 || !dns_is_cut(reply)) {
        deliver(q, reply, (size_t)got);
        return;
    }
    stream_ask(q->asker.stream, &q->servers[part]);
    finish(q);
}

void forward_forget(int stream) {
    for (size_t i = used; i-- > 0;)
        if (questions[i].is_open && questions[i].asker.stream == stream)
            finish(&questions[i]);
}

int64_t forward_go_on(int64_t now) {
    int64_t next = NEVER;
    for (size_t i = 0; i < used; i++) {
        if (questions[i].is_open && questions[i].deadline <= now)
            go_on(&questions[i]);
        if (i < used && questions[i].is_open)
            next = loop_earlier(next, questions[i].deadline);
    }
    return next;
}
