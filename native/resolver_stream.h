#ifndef RESOLVER_STREAM_H
#define RESOLVER_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "dns_address.h"

/* Takes a new connection, if it is one of the network's. */
void stream_accept(int listener);

/* Goes on with what can be read or written. */
void stream_move(unsigned place);

/* The same with the server that is asked for it. */
void stream_move_server(unsigned place);

/* Answers the query that a stream has sent. */
void stream_answer(int place, const uint8_t *reply, size_t length);

/* Asks a server by a stream too: its answer is too long for a packet. */
void stream_ask(int place, const union address *server);

/* Ends those that have been too slow; when is that next? */
int64_t stream_go_on(int64_t now);

#endif
