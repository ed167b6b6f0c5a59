/* What the resolver answers by itself: names of containers, and the names that
 * belong to their addresses. A name that has no address of the kind that is
 * asked for is there all the same: no records, and no error.
 *
 * RFC 1035, RFC 2308 (what is not there), RFC 3596 (ip6.arpa)
 *
 * Why C: the resolver stands on it.
 */
#define _GNU_SOURCE
#include "dns_answer.h"

#include <stdio.h>
#include <string.h>

#include "resolver_zone.h"

enum { NIBBLES = 32 };

static const struct subnet *subnets;
static size_t subnet_count;

void dns_set_subnets(const struct subnet *ours, size_t count) {
    subnets = ours;
    subnet_count = count;
}

static void add_addresses(struct dns_reply *reply, uint16_t type, const struct zone_entry *entry) {
    if (entry->has_v4 && (type == DNS_A || type == DNS_ANY))
        dns_add(reply, DNS_A, entry->v4, sizeof entry->v4);
    if (entry->has_v6 && (type == DNS_AAAA || type == DNS_ANY))
        dns_add(reply, DNS_AAAA, entry->v6, sizeof entry->v6);
}

/* All who are called so, and each time another one of them first. */
static size_t answer_name(const uint8_t *bytes, const struct dns_query *query, uint8_t *to, size_t room) {
    static const struct zone_entry *called[ZONE_MOST];
    static size_t turn;
    size_t count = 0;
    for (size_t i = 0; *query->name && i < zone_count(); i++)
        if (zone_is_called(zone_at(i), query->name))
            called[count++] = zone_at(i);
    if (!count)
        return 0;
    struct dns_reply reply = dns_begin(bytes, query, to, room);
    size_t first = turn++ % count;
    for (size_t i = 0; i < count; i++)
        add_addresses(&reply, query->type, called[(first + i) % count]);
    return dns_finish(&reply, query, DNS_GOOD, true);
}

/* "2.0.30.172" → 172.30.0.2 */
static bool read_v4(const char *text, size_t length, struct in_addr *to) {
    unsigned part[4];
    int end = 0;
    char behind;
    if (sscanf(text, "%3u.%3u.%3u.%3u%n%c", &part[3], &part[2], &part[1], &part[0], &end, &behind) != 5 ||
        (size_t)end != length)
        return false;
    uint8_t *bytes = (uint8_t *)to;
    for (int i = 0; i < 4; i++)
        bytes[i] = (uint8_t)part[i];
    return part[0] < 256 && part[1] < 256 && part[2] < 256 && part[3] < 256;
}

/* "2.0.0. … .d.f": 32 digits, the last of the address first */
static bool read_v6(const char *text, size_t length, struct in6_addr *to) {
    static const char digits[] = "0123456789abcdef";
    if (length != 2 * NIBBLES - 1)
        return false;
    memset(to, 0, sizeof *to);
    for (size_t i = 0; i < NIBBLES; i++) {
        const char *digit = memchr(digits, text[2 * i], 16);
        if (!digit || (text[2 * i + 1] != '.'))
            return false;
        to->s6_addr[(NIBBLES - 1 - i) / 2] |= (uint8_t)((digit - digits) << (i % 2 ? 4 : 0));
    }
    return true;
}

/* "2.0.30.172.in-addr.arpa" → 172.30.0.2 */
static bool read_reverse(const char *name, union address *address) {
    const char *v4 = strstr(name, ".in-addr.arpa"), *v6 = strstr(name, ".ip6.arpa");
    memset(address, 0, sizeof *address);
    address->any.sa_family = v4 ? AF_INET : AF_INET6;
    if (v4 && !strcmp(v4, ".in-addr.arpa"))
        return read_v4(name, (size_t)(v4 - name), &address->v4.sin_addr);
    return v6 && !strcmp(v6, ".ip6.arpa") && read_v6(name, (size_t)(v6 - name), &address->v6.sin6_addr);
}

static bool is_ours(const union address *address) {
    for (size_t i = 0; i < subnet_count; i++)
        if (address_is_within(address, &subnets[i]))
            return true;
    return false;
}

static size_t answer_address(const uint8_t *bytes, const struct dns_query *query, uint8_t *to, size_t room) {
    union address address;
    char name[2 * DNS_NAME_TEXT];
    uint8_t wire[DNS_NAME_TEXT + 1];
    if (!read_reverse(query->name, &address) || !is_ours(&address))
        return 0;
    const struct zone_entry *entry = zone_with(address.any.sa_family, address_bytes(&address));
    struct dns_reply reply = dns_begin(bytes, query, to, room);
    size_t length = entry && zone_write_name(entry, name, sizeof name) ? dns_write_name(name, wire) : 0;
    if (length && (query->type == DNS_PTR || query->type == DNS_ANY))
        dns_add(&reply, DNS_PTR, wire, length);
    return dns_finish(&reply, query, entry ? DNS_GOOD : DNS_NO_NAME, true);
}

size_t dns_answer(const uint8_t *bytes, const struct dns_query *query, uint8_t *to, size_t room) {
    if (query->class != DNS_IN && query->class != DNS_ANY)
        return 0;
    size_t length = answer_name(bytes, query, to, room);
    return length ? length : answer_address(bytes, query, to, room);
}
