#ifndef RESOLVER_SERVERS_H
#define RESOLVER_SERVERS_H

#include <stddef.h>

#include "dns_address.h"

enum { SERVERS_MOST = 4 };

/* The file that names the host's servers: its resolv.conf. */
void servers_set_file(const char *path);

/* Whom the host asks now, and not the resolver itself; returns how many. */
size_t servers_of_host(union address to[SERVERS_MOST]);

#endif
