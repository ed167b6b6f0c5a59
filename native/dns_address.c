/* Addresses as text and as the kernel has them.
 *
 * Why C: the resolver stands on it.
 */
#define _GNU_SOURCE
#include "dns_address.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT_BYTES = 80 };

/* "5353" → 5353; 0: that is no port. */
static unsigned read_port(const char *text) {
    char *end;
    unsigned long port = *text >= '0' && *text <= '9' ? strtoul(text, &end, 10) : 0;
    return port && !*end && port <= 65535 ? (unsigned)port : 0;
}

static bool read_v6(char *text, struct sockaddr_in6 *to) {
    char *scope = strchr(text, '%');
    if (scope)
        *scope++ = 0;
    to->sin6_family = AF_INET6;
    to->sin6_scope_id = scope ? if_nametoindex(scope) : 0;
    return inet_pton(AF_INET6, text, &to->sin6_addr) == 1 && (!scope || to->sin6_scope_id);
}

bool address_read(const char *text, size_t length, union address *address) {
    char copy[TEXT_BYTES];
    if (!length || length >= sizeof copy)
        return false;
    memcpy(copy, text, length);
    copy[length] = 0;
    char *hash = strchr(copy, '#');
    unsigned port = hash ? read_port(hash + 1) : DNS_PORT;
    if (!port)
        return false;
    if (hash)
        *hash = 0;
    memset(address, 0, sizeof *address);
    address->v4.sin_port = htons((uint16_t)port); /* both have it in one place */
    address->v4.sin_family = AF_INET;
    return inet_pton(AF_INET, copy, &address->v4.sin_addr) == 1 || read_v6(copy, &address->v6);
}

bool subnet_read(const char *text, struct subnet *subnet) {
    const char *slash = strchr(text, '/');
    if (!slash || !address_read(text, (size_t)(slash - text), &subnet->address))
        return false;
    subnet->prefix = read_port(slash + 1);
    return subnet->prefix && subnet->prefix <= (subnet->address.any.sa_family == AF_INET ? 32 : 128);
}

const uint8_t *address_bytes(const union address *address) {
    return address->any.sa_family == AF_INET ? (const uint8_t *)&address->v4.sin_addr
                                             : (const uint8_t *)&address->v6.sin6_addr;
}

bool address_is_within(const union address *address, const struct subnet *subnet) {
    if (address->any.sa_family != subnet->address.any.sa_family)
        return false;
    const uint8_t *one = address_bytes(address), *other = address_bytes(&subnet->address);
    unsigned bytes = subnet->prefix / 8, bits = subnet->prefix % 8;
    unsigned mask = 0xff00u >> bits & 0xff;
    return !memcmp(one, other, bytes) && (!bits || !((one[bytes] ^ other[bytes]) & mask));
}

bool address_equals(const union address *one, const union address *other) {
    size_t size = one->any.sa_family == AF_INET ? 4 : 16;
    return one->any.sa_family == other->any.sa_family &&
           !memcmp(address_bytes(one), address_bytes(other), size);
}

socklen_t address_size(const union address *address) {
    return address->any.sa_family == AF_INET ? sizeof address->v4 : sizeof address->v6;
}
