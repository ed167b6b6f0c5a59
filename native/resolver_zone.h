#ifndef RESOLVER_ZONE_H
#define RESOLVER_ZONE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "dns_address.h"

enum {
    ZONE_MOST = 1024,       /* a bridge has no more ports */
    ZONE_FILE_BYTES = 4096, /* and what of a file is longer is not read */
    ZONE_ID_BYTES = 72,
};

/* A container that runs in this network. Its file, which is called by its id:
 *
 *     172.30.0.2 fd00:30::2 web db 3f2a19c0d1e2     - for an address it has not
 *     ask 9.9.9.9                where its other questions go
 *     also 172.31.0.1            who knows the names of its other networks
 */
struct zone_entry {
    char id[ZONE_ID_BYTES];
    uint8_t v4[4], v6[16];
    bool has_v4, has_v6;
    uint16_t names, length; /* of its text: of the names, and of all */
    uint32_t text;
};

/* What the network is called: web.net is web. */
void zone_set_name(const char *name);

/* Puts an entry in the place of the one with its id; a file that says nothing
 * that can be understood leaves none. */
void zone_put(const char *id, const char *text, size_t length);
void zone_drop(const char *id);
void zone_clear(void);

size_t zone_count(void);
const struct zone_entry *zone_at(size_t place);

/* Whether a name in lower case is one of its names. */
bool zone_is_called(const struct zone_entry *entry, const char *name);

/* "web.net", for who asks by the address; returns its length, or 0. */
size_t zone_write_name(const struct zone_entry *entry, char *to, size_t room);

const struct zone_entry *zone_with(int family, const uint8_t *bytes);

/* The addresses in the line that begins with `word`; returns how many. */
size_t zone_servers(const struct zone_entry *entry, const char *word, union address *to, size_t most);

#endif
