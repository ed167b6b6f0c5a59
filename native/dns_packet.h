#ifndef DNS_PACKET_H
#define DNS_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DNS_HEADER_BYTES = 12,
    DNS_NAME_TEXT = 254, /* the longest name, and a byte 0 */
    DNS_QUERY_BYTES = 1024,
    DNS_MESSAGE_BYTES = 65535,
    DNS_UDP_BYTES = 512,  /* what each client takes */
    DNS_UDP_OURS = 1232,  /* what comes through every network in one piece */
    DNS_REPLY_ROOM = 512, /* for an answer without records */
};

enum { DNS_IN = 1, DNS_ANY = 255 };
enum { DNS_A = 1, DNS_PTR = 12, DNS_AAAA = 28, DNS_OPT = 41 };

enum dns_code {
    DNS_UNANSWERED = -1, /* what is no query gets no answer */
    DNS_GOOD,
    DNS_MALFORMED,
    DNS_FAILED,
    DNS_NO_NAME,
    DNS_UNKNOWN,
    DNS_REFUSED,
};

struct dns_query {
    uint16_t id, type, class;
    bool wants_recursion, has_edns;
    size_t end;      /* of header and question */
    size_t udp_room; /* what its sender takes by UDP */
    char name[DNS_NAME_TEXT]; /* in lower case, without the last dot; "" is the root, or what text cannot say */
};

/* A reply while it is written. */
struct dns_reply {
    uint8_t *bytes;
    size_t length, room;
    unsigned answers;
    bool is_cut; /* there were more records than room */
};

/* Reads a query; anything but DNS_GOOD is what to answer. */
enum dns_code dns_read_query(const uint8_t *bytes, size_t length, struct dns_query *query);

/* Whether this is the reply to a query that was sent with this id. */
bool dns_is_reply(const uint8_t *reply, size_t length, const uint8_t *query, size_t end, uint16_t id);

bool dns_is_cut(const uint8_t *reply);
enum dns_code dns_code_of(const uint8_t *reply);
bool dns_is_authoritative(const uint8_t *reply);
uint16_t dns_id(const uint8_t *message);
void dns_set_id(uint8_t *message, uint16_t id);
void dns_set_recursion(uint8_t *query, bool wanted);

/* Begins a reply with the query's question; `room` is DNS_REPLY_ROOM or more. */
struct dns_reply dns_begin(const uint8_t *bytes, const struct dns_query *query, uint8_t *to, size_t room);

/* Adds a record about the name that was asked for. */
void dns_add(struct dns_reply *reply, uint16_t type, const uint8_t *data, size_t length);

/* "web.net" as a packet says it; returns its length, or 0 where it cannot. */
size_t dns_write_name(const char *name, uint8_t to[DNS_NAME_TEXT + 1]);

/* Returns the length of all. */
size_t dns_finish(struct dns_reply *reply, const struct dns_query *query, enum dns_code code, bool is_ours);

/* A reply that says that it did not work; the same, in one step. */
size_t dns_refuse(const uint8_t *bytes, const struct dns_query *query, enum dns_code code, uint8_t *to);

/* Leaves of a reply that is too long what says so; returns its length. */
size_t dns_cut(uint8_t *reply, size_t end);

#endif
