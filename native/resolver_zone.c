/* Who is in the network: a table, and one piece of text that holds all names.
 * There is as much memory in use as there are names; nothing is allocated.
 *
 * Why C: the resolver stands on it.
 */
#define _GNU_SOURCE
#include "resolver_zone.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

enum { TEXT_BYTES = 1 << 20 };

static struct zone_entry entries[ZONE_MOST];
static size_t count;
static char texts[TEXT_BYTES];
static size_t used;
static char suffix[256]; /* ".net" */

void zone_set_name(const char *name) {
    snprintf(suffix, sizeof suffix, ".%s", name);
    for (char *at = suffix; *at; at++)
        *at = (char)(*at >= 'A' && *at <= 'Z' ? *at + ('a' - 'A') : *at);
}

size_t zone_count(void) { return count; }
const struct zone_entry *zone_at(size_t place) { return &entries[place]; }
void zone_clear(void) { count = used = 0; }

static const char *text_of(const struct zone_entry *entry) { return texts + entry->text; }

void zone_drop(const char *id) {
    size_t place = 0;
    while (place < count && strcmp(entries[place].id, id))
        place++;
    if (place == count)
        return;
    struct zone_entry gone = entries[place];
    used -= gone.length;
    memmove(texts + gone.text, texts + gone.text + gone.length, used - gone.text);
    entries[place] = entries[--count];
    for (size_t i = 0; i < count; i++)
        if (entries[i].text > gone.text)
            entries[i].text -= gone.length;
}

/* The next word of a line; returns its length, which is 0 at the end. */
static size_t next_word(const char **at, const char *end) {
    while (*at < end && **at == ' ')
        ++*at;
    const char *start = *at;
    while (*at < end && **at != ' ' && **at != '\n')
        ++*at;
    return (size_t)(*at - start);
}

static bool read_address(const char **at, const char *end, int family, uint8_t *to, bool *has) {
    char text[INET6_ADDRSTRLEN];
    size_t length = next_word(at, end);
    if (!length || length >= sizeof text)
        return false;
    memcpy(text, *at - length, length);
    text[length] = 0;
    *has = inet_pton(family, text, to) == 1;
    return *has || !strcmp(text, "-");
}

void zone_put(const char *id, const char *text, size_t length) {
    zone_drop(id);
    const char *at = text, *end = text + length;
    struct zone_entry entry = {.text = (uint32_t)used};
    if (count == ZONE_MOST || length > ZONE_FILE_BYTES || strlen(id) >= sizeof entry.id)
        return;
    if (!read_address(&at, end, AF_INET, entry.v4, &entry.has_v4) ||
        !read_address(&at, end, AF_INET6, entry.v6, &entry.has_v6) || !(entry.has_v4 || entry.has_v6))
        return;
    entry.length = (uint16_t)(end - at);
    if (entry.length > sizeof texts - used)
        return;
    strcpy(entry.id, id);
    const char *line = memchr(at, '\n', entry.length);
    entry.names = line ? (uint16_t)(line - at) : entry.length;
    for (size_t i = 0; i < entry.length; i++)
        texts[used + i] = (char)(at[i] >= 'A' && at[i] <= 'Z' ? at[i] + ('a' - 'A') : at[i]);
    used += entry.length;
    entries[count++] = entry;
}

static bool has_word(const struct zone_entry *entry, const char *word, size_t length) {
    const char *at = text_of(entry), *end = at + entry->names;
    for (size_t found; (found = next_word(&at, end));)
        if (found == length && !memcmp(at - found, word, length))
            return true;
    return false;
}

bool zone_is_called(const struct zone_entry *entry, const char *name) {
    size_t length = strlen(name), behind = strlen(suffix);
    if (has_word(entry, name, length))
        return true;
    return length > behind && !strcmp(name + length - behind, suffix) && has_word(entry, name, length - behind);
}

size_t zone_write_name(const struct zone_entry *entry, char *to, size_t room) {
    const char *at = text_of(entry);
    size_t length = next_word(&at, at + entry->names);
    int all = length ? snprintf(to, room, "%.*s%s", (int)length, at - length, suffix) : 0;
    return all > 0 && (size_t)all < room ? (size_t)all : 0;
}

const struct zone_entry *zone_with(int family, const uint8_t *bytes) {
    for (size_t i = 0; i < count; i++) {
        const struct zone_entry *entry = &entries[i];
        if (family == AF_INET ? entry->has_v4 && !memcmp(entry->v4, bytes, sizeof entry->v4)
                              : entry->has_v6 && !memcmp(entry->v6, bytes, sizeof entry->v6))
            return entry;
    }
    return NULL;
}

size_t zone_servers(const struct zone_entry *entry, const char *word, union address *to, size_t most) {
    const char *at = text_of(entry) + entry->names, *end = text_of(entry) + entry->length;
    size_t found = 0;
    while (at < end) {
        at++; /* the end of the line before */
        size_t length = next_word(&at, end);
        if (length == strlen(word) && !memcmp(at - length, word, length))
            while (found < most && (length = next_word(&at, end)))
                found += address_read(at - length, length, &to[found]);
        const char *line = memchr(at, '\n', (size_t)(end - at));
        at = line ? line : end;
    }
    return found;
}
