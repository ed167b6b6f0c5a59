/* Real packets, changed at random: whatever comes, the resolver reads no byte
 * that is not there, and what it answers is a packet that others understand.
 *
 *     dns-fuzz ROUNDS SEED
 *
 * It ends with a report of the sanitizers, or with the number of replies.
 *
 * Why C: it calls what is to be tested a hundred thousand times.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dns_answer.h"
#include "dns_packet.h"
#include "resolver_zone.h"

enum { PACKETS = 9, LONGEST = 700 };

#define HEADER(id, flags, records) id flags "\0\1\0\0\0\0\0" records
#define PACKET(text) {(const uint8_t *)(text), sizeof(text) - 1}

static const struct {
    const uint8_t *bytes;
    size_t length;
} packets[PACKETS] = {
    PACKET(HEADER("ab", "\1\0", "\0") "\3web\0\0\1\0\1"),
    PACKET(HEADER("ab", "\1\0", "\0") "\3WeB\5mynet\0\0\34\0\1"),
    PACKET(HEADER("ab", "\1\40", "\1") "\2db\0\0\1\0\1\0\0\51\4\320\0\0\200\0\0\14\0\12\0\10abcdefgh"),
    PACKET(HEADER("ab", "\1\0", "\0") "\1""2\1""0\2""30\3""172\7in-addr\4arpa\0\0\14\0\1"),
    PACKET(HEADER("ab", "\1\0", "\0")
           "\1""2\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0"
           "\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1""0\1d\1f\3ip6\4arpa\0\0\14\0\1"),
    PACKET(HEADER("ab", "\1\0", "\0") "\3web\0\0\377\0\377"),
    PACKET(HEADER("ab", "\1\0", "\0") "\300\14\0\1\0\1"),
    PACKET(HEADER("ab", "\201\200", "\0") "\7example\3org\0\0\1\0\1\300\14\0\1\0\1\0\0\1\54\0\4\1\2\3\4"),
    PACKET(HEADER("ab", "\203\200", "\1") "\3web\0\0\1\0\1\0\0\51\2\0\0\0\0\0\0\0"),
};

/* The numbers of "Numerical Recipes". */
static uint32_t state;

static uint32_t below(uint32_t most) {
    state = state * 1664525u + 1013904223u;
    return most ? (uint32_t)((uint64_t)state * most >> 32) : 0;
}

static void fill_zone(void) {
    char text[256], id[16];
    zone_set_name("mynet");
    for (int i = 0; i < 60; i++) {
        snprintf(id, sizeof id, "id%d", i);
        int length = snprintf(text, sizeof text, "172.30.0.%d fd00::%x web%d %s db 3f2a%d\nask 9.9.9.9#5353\n",
                              i + 2, i + 2, i, i ? "twin" : "web", i);
        zone_put(id, text, (size_t)length);
    }
    for (int i = 50; i < 60; i++) {
        snprintf(id, sizeof id, "id%d", i);
        zone_drop(id);
    }
}

/* A few bytes become others, go, or come from elsewhere. */
static size_t change(uint8_t *bytes, size_t length) {
    for (uint32_t times = below(6); times > 0; times--) {
        size_t at = below((uint32_t)length), more = below(20);
        switch (below(6)) {
        case 0:
            if (length)
                bytes[at] = (uint8_t)below(256);
            break;
        case 1:
            if (length)
                bytes[at] ^= (uint8_t)(1u << below(8));
            break;
        case 2:
            length = at;
            break;
        case 3:
            for (size_t i = 0; i < more && length < LONGEST; i++)
                bytes[length++] = (uint8_t)below(256);
            break;
        case 4: /* what many readers have stumbled over */
            if (length)
                bytes[at] = (uint8_t[]){0xc0, 0x3f, 0x40, 0xff, 0x00}[below(5)];
            break;
        case 5:
            for (size_t i = 0; i < more && length && length < LONGEST; i++, length++)
                bytes[length] = bytes[at + i < length ? at + i : at];
            break;
        }
    }
    return length;
}

static void expect(int holds, const char *what) {
    if (holds)
        return;
    fprintf(stderr, "dns-fuzz: %s\n", what);
    abort();
}

/* Reads a reply as a client would, who trusts nobody either. */
static void check_reply(const uint8_t *reply, size_t length, size_t room, const struct dns_query *query) {
    expect(length >= DNS_HEADER_BYTES && length <= room, "a reply is as long as there is room for");
    expect(dns_id(reply) == query->id && reply[2] & 0x80, "a reply says whose it is");
    unsigned records = (unsigned)(reply[6] << 8 | reply[7]) + (unsigned)(reply[10] << 8 | reply[11]);
    size_t at = query->end;
    for (unsigned i = 0; i < records; i++) {
        expect(at < length, "a record is there");
        at += reply[at] == 0xc0 ? 2 : 1;
        expect(at + 10 <= length, "a record has a header");
        at += 10 + (size_t)(reply[at + 8] << 8 | reply[at + 9]);
    }
    expect(at == length, "a reply ends with its last record");
}

/* In memory that is exactly as long: the sanitizer sees one byte too many. */
static int try(const uint8_t *changed, size_t length) {
    uint8_t *bytes = malloc(length ? length : 1);
    if (!bytes)
        abort();
    memcpy(bytes, changed, length);
    struct dns_query query;
    enum dns_code code = dns_read_query(bytes, length, &query);
    size_t room = DNS_REPLY_ROOM + below(800), done = 0;
    uint8_t *reply = malloc(room);
    if (!reply)
        abort();
    if (code == DNS_GOOD)
        done = dns_answer(bytes, &query, reply, room);
    if (code != DNS_UNANSWERED && !done)
        done = dns_refuse(bytes, &query, code, reply);
    if (done)
        check_reply(reply, done, room, &query);
    dns_is_reply(bytes, length, packets[7].bytes, 29, (uint16_t)('a' << 8 | 'b'));
    free(reply);
    free(bytes);
    return done > 0;
}

int main(int argc, char **argv) {
    long rounds = argc > 1 ? atol(argv[1]) : 0, replies = 0;
    state = argc > 2 ? (uint32_t)atol(argv[2]) : 1;
    fill_zone();
    for (long i = 0; i < rounds; i++) {
        uint8_t bytes[LONGEST];
        size_t length = packets[i % PACKETS].length;
        memcpy(bytes, packets[i % PACKETS].bytes, length);
        replies += try(bytes, change(bytes, length));
    }
    printf("%ld\n", replies);
    return 0;
}
