#ifndef RESOLVER_FORWARD_H
#define RESOLVER_FORWARD_H

#include <stddef.h>
#include <stdint.h>

#include "dns_packet.h"
#include "resolver_loop.h"

/* A network without a way out asks nobody outside. */
void forward_set_internal(void);

/* Has others asked, and the answer given to who has asked here. */
void forward(const uint8_t *bytes, size_t length, const struct dns_query *query, const struct asker *asker);

/* Takes what a server has sent. */
void forward_hear(unsigned place, unsigned part);

/* Who has asked by a stream is gone. */
void forward_forget(int stream);

/* Goes on where nobody has answered for too long; when is that next? */
int64_t forward_go_on(int64_t now);

#endif
