/* What stands in a packet of DNS. Whoever sent it may be hostile: each byte is
 * looked at only where the packet has it, and no pointer is followed.
 *
 *     header ── id, flags, four counts ── 12 bytes
 *     question ─ 3web3net0, type, class
 *     records ── name, type, class, ttl, length, data
 *
 * RFC 1035 section 4, RFC 6891 (EDNS)
 *
 * Why C: the resolver stands on it.
 */
#include "dns_packet.h"

#include <string.h>

enum { QR = 0x80, OPCODE = 0x78, AA = 0x04, TC = 0x02, RD = 0x01 }; /* in byte 2 */
enum { RA = 0x80, RCODE = 0x0f };                                   /* in byte 3 */
enum { QUESTIONS = 4, ANSWERS = 6, AUTHORITIES = 8, ADDITIONAL = 10 };
enum { LABEL_MOST = 63, NAME_MOST = 255, RECORD_BYTES = 10, OPT_BYTES = 11 };

static unsigned get16(const uint8_t *at) { return (unsigned)at[0] << 8 | at[1]; }

static void put16(uint8_t *at, unsigned value) {
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

uint16_t dns_id(const uint8_t *message) { return (uint16_t)get16(message); }
void dns_set_id(uint8_t *message, uint16_t id) { put16(message, id); }
bool dns_is_cut(const uint8_t *reply) { return reply[2] & TC; }
bool dns_is_authoritative(const uint8_t *reply) { return reply[2] & AA; }
enum dns_code dns_code_of(const uint8_t *reply) { return (enum dns_code)(reply[3] & RCODE); }

void dns_set_recursion(uint8_t *query, bool wanted) {
    query[2] = (uint8_t)((query[2] & ~RD) | (wanted ? RD : 0));
}

static char lower(uint8_t letter) {
    return (char)(letter >= 'A' && letter <= 'Z' ? letter + ('a' - 'A') : letter);
}

/* "\3web\3net\0" → "web.net"; returns where it ends, or 0. */
static size_t read_name(const uint8_t *bytes, size_t length, size_t at, char *text) {
    size_t start = at, written = 0;
    bool is_text = true;
    for (;;) {
        if (at >= length)
            return 0;
        size_t label = bytes[at++];
        if (label > LABEL_MOST || label > length - at || at + label - start >= NAME_MOST)
            return 0;
        if (!label)
            break;
        if (written)
            text[written++] = '.';
        for (size_t i = 0; i < label; i++, at++) {
            is_text = is_text && bytes[at] > ' ' && bytes[at] != '.' && bytes[at] < 0x7f;
            text[written++] = lower(bytes[at]);
        }
    }
    text[is_text ? written : 0] = 0;
    return at;
}

/* Behind a name that nobody reads; or 0. */
static size_t skip_name(const uint8_t *bytes, size_t length, size_t at) {
    while (at < length) {
        size_t label = bytes[at++];
        if (!label)
            return at;
        if ((label & 0xc0) == 0xc0)
            return at < length ? at + 1 : 0;
        if (label > LABEL_MOST || label > length - at)
            return 0;
        at += label;
    }
    return 0;
}

/* Finds the one additional record that concerns us: how much its sender takes. */
static bool read_additional(const uint8_t *bytes, size_t length, struct dns_query *query) {
    size_t at = query->end;
    for (unsigned left = get16(bytes + ADDITIONAL); left > 0; left--) {
        at = skip_name(bytes, length, at);
        if (!at || length - at < RECORD_BYTES)
            return false;
        size_t data = get16(bytes + at + 8);
        if (get16(bytes + at) == DNS_OPT) {
            if (query->has_edns) /* there is one at most */
                return false;
            query->has_edns = true;
            query->udp_room = get16(bytes + at + 2);
        }
        at += RECORD_BYTES;
        if (data > length - at)
            return false;
        at += data;
    }
    return true;
}

enum dns_code dns_read_query(const uint8_t *bytes, size_t length, struct dns_query *query) {
    if (length < DNS_HEADER_BYTES || bytes[2] & QR)
        return DNS_UNANSWERED;
    *query = (struct dns_query){.id = dns_id(bytes), .end = DNS_HEADER_BYTES, .udp_room = DNS_UDP_BYTES};
    query->wants_recursion = bytes[2] & RD;
    if (bytes[2] & OPCODE)
        return DNS_UNKNOWN;
    if (get16(bytes + QUESTIONS) != 1 || get16(bytes + ANSWERS) || get16(bytes + AUTHORITIES))
        return DNS_MALFORMED;
    size_t at = read_name(bytes, length, DNS_HEADER_BYTES, query->name);
    if (!at || length - at < 4)
        return DNS_MALFORMED;
    query->type = (uint16_t)get16(bytes + at);
    query->class = (uint16_t)get16(bytes + at + 2);
    query->end = at + 4;
    if (!read_additional(bytes, length, query))
        return DNS_MALFORMED;
    if (query->udp_room < DNS_UDP_BYTES)
        query->udp_room = DNS_UDP_BYTES;
    return DNS_GOOD;
}

bool dns_is_reply(const uint8_t *reply, size_t length, const uint8_t *query, size_t end, uint16_t id) {
    if (length < DNS_HEADER_BYTES || dns_id(reply) != id || !(reply[2] & QR) || reply[2] & OPCODE)
        return false;
    if (length == DNS_HEADER_BYTES) /* some that fail repeat no question */
        return dns_code_of(reply) != DNS_GOOD && dns_code_of(reply) != DNS_NO_NAME;
    return length >= end && get16(reply + QUESTIONS) == 1 &&
           !memcmp(reply + DNS_HEADER_BYTES, query + DNS_HEADER_BYTES, end - DNS_HEADER_BYTES);
}

struct dns_reply dns_begin(const uint8_t *bytes, const struct dns_query *query, uint8_t *to, size_t room) {
    memcpy(to, bytes, query->end);
    memset(to + 2, 0, DNS_HEADER_BYTES - 2);
    to[2] = bytes[2] & OPCODE;
    put16(to + QUESTIONS, query->end > DNS_HEADER_BYTES);
    size_t kept = query->has_edns ? OPT_BYTES : 0; /* for the last record */
    return (struct dns_reply){.bytes = to, .length = query->end, .room = room - kept};
}

void dns_add(struct dns_reply *reply, uint16_t type, const uint8_t *data, size_t length) {
    /* its name is a pointer to the question's; nobody is to remember it */
    uint8_t start[] = {0xc0, DNS_HEADER_BYTES, (uint8_t)(type >> 8), (uint8_t)type, 0, DNS_IN, 0, 0, 0, 0};
    size_t all = sizeof start + 2 + length;
    reply->is_cut = reply->is_cut || all > reply->room - reply->length;
    if (reply->is_cut)
        return;
    uint8_t *at = reply->bytes + reply->length;
    memcpy(at, start, sizeof start);
    put16(at + sizeof start, (unsigned)length);
    memcpy(at + sizeof start + 2, data, length);
    reply->length += all;
    reply->answers++;
}

size_t dns_write_name(const char *name, uint8_t to[DNS_NAME_TEXT + 1]) {
    size_t length = 0;
    while (*name) {
        size_t label = strcspn(name, ".");
        if (!label || label > LABEL_MOST || length + 1 + label >= NAME_MOST)
            return 0;
        to[length++] = (uint8_t)label;
        memcpy(to + length, name, label);
        length += label;
        name += label + (name[label] == '.');
    }
    to[length++] = 0;
    return length;
}

size_t dns_finish(struct dns_reply *reply, const struct dns_query *query, enum dns_code code, bool is_ours) {
    uint8_t *bytes = reply->bytes;
    bytes[2] = (uint8_t)(bytes[2] | QR | (is_ours ? AA : 0) | (reply->is_cut ? TC : 0) | (query->wants_recursion ? RD : 0));
    bytes[3] = (uint8_t)(RA | code);
    put16(bytes + ANSWERS, reply->answers);
    if (query->has_edns) {
        uint8_t record[OPT_BYTES] = {0, 0, DNS_OPT, DNS_UDP_OURS >> 8, DNS_UDP_OURS & 0xff};
        memcpy(bytes + reply->length, record, sizeof record);
        reply->length += sizeof record;
        put16(bytes + ADDITIONAL, 1);
    }
    return reply->length;
}

size_t dns_refuse(const uint8_t *bytes, const struct dns_query *query, enum dns_code code, uint8_t *to) {
    struct dns_reply reply = dns_begin(bytes, query, to, DNS_REPLY_ROOM);
    return dns_finish(&reply, query, code, false);
}

size_t dns_cut(uint8_t *reply, size_t end) {
    reply[2] |= TC;
    memset(reply + ANSWERS, 0, DNS_HEADER_BYTES - ANSWERS);
    return end;
}
