/* What the resolver waits for, and who waits for its answers. */
#ifndef RESOLVER_LOOP_H
#define RESOLVER_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns_address.h"

enum event_kind { EVENT_ZONE, EVENT_PACKET, EVENT_LISTENER, EVENT_REPLY, EVENT_CLIENT, EVENT_SERVER };

/* Which of them, and, of several sockets that it has, which one. */
struct event {
    uint16_t kind, place, part;
};

/* Who has asked: by UDP through this socket, or by a stream. */
struct asker {
    union address address;
    int socket;
    int stream; /* -1: none */
};

enum { NEVER = -1 };

bool loop_watch(int fd, uint32_t events, struct event event);
void loop_change(int fd, uint32_t events, struct event event);

/* In milliseconds. */
int64_t loop_time(void);

/* The earlier of two times, of which each may be NEVER. */
int64_t loop_earlier(int64_t one, int64_t other);

/* Answers a query at once, or has others asked. False: it is none. */
bool serve(const uint8_t *bytes, size_t length, const struct asker *asker);

/* Whether the resolver itself listens there. */
bool is_own(const union address *address);

/* Whether somebody who asks from there is answered. */
bool is_served(const union address *address);

#endif
