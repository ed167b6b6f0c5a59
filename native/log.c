/* Records are gathered, and written by one call, so that a reader never meets
 * half of one for long. There is one log: the monitor's.
 *
 * Why C: the monitor writes it.
 */
#define _GNU_SOURCE
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "pump.h"

enum { GATHERED_BYTES = 20480, RECORD_BYTES = 16384 };

static struct {
    bool is_open;
    int folder, file; /* file is -1 where it could not be opened */
    char name[NAME_MAX + 1];
    uint64_t size, max_bytes;
    unsigned max_files;
    bool open_line[2]; /* of stdout, stderr */
    char time[32];     /* of what is being gathered */
    size_t time_length;
    char gathered[GATHERED_BYTES];
    size_t length;
    uint64_t records;       /* how many are gathered */
    uint64_t dropped, told; /* of which so many stand in what is gathered */
} the_log;

static bool open_file(void) {
    struct stat found;
    int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
    the_log.file = openat(the_log.folder, the_log.name, flags, 0600);
    if (the_log.file < 0)
        return false;
    the_log.size = fstat(the_log.file, &found) < 0 ? 0 : (uint64_t)found.st_size;
    return true;
}

/* Writes what is gathered: all of it, or nothing. */
static void flush(void) {
    if (!the_log.length)
        return;
    bool open = the_log.file >= 0 || open_file();
    ssize_t put = open ? write(the_log.file, the_log.gathered, the_log.length) : -1;
    if (put == (ssize_t)the_log.length) {
        the_log.size += the_log.length;
        the_log.dropped -= the_log.told;
    } else {
        struct stat found;
        the_log.dropped += the_log.records;
        if (put > 0 && !fstat(the_log.file, &found) && ftruncate(the_log.file, found.st_size - put) < 0)
            the_log.size += (uint64_t)put;
    }
    the_log.length = 0;
    the_log.records = the_log.told = 0;
}

/* log.3 → log.4, log.2 → log.3, log.1 → log.2, log → log.1 */
static bool rotate(void) {
    char from[NAME_MAX + 16], to[NAME_MAX + 16];
    if (the_log.max_files == 1) {
        if (the_log.file < 0 || ftruncate(the_log.file, 0) < 0)
            return false;
        the_log.size = 0;
        return true;
    }
    for (unsigned i = the_log.max_files - 1; i > 0; i--) {
        snprintf(from, sizeof from, i > 1 ? "%s.%u" : "%s", the_log.name, i - 1);
        snprintf(to, sizeof to, "%s.%u", the_log.name, i);
        if (renameat(the_log.folder, from, the_log.folder, to) < 0 && errno != ENOENT)
            return false;
    }
    if (the_log.file >= 0)
        close(the_log.file);
    the_log.file = -1;
    the_log.size = 0;
    return true;
}

/* Makes room for a record in the file; whatever is gathered was there first. */
static bool has_room(size_t length) {
    uint64_t held = the_log.size + the_log.length;
    if (the_log.max_bytes && held && held + length > the_log.max_bytes) {
        flush();
        return !the_log.size || rotate();
    }
    return true;
}

/* Most lines are short: calling memcpy would cost more than their bytes. */
static char *copy(char *to, const char *from, size_t length) {
    if (length > 64)
        return (char *)memcpy(to, from, length) + length;
    for (size_t i = 0; i < length; i++)
        to[i] = from[i];
    return to + length;
}

static size_t digits_of(size_t number) {
    size_t digits = 1;
    while (number /= 10)
        digits++;
    return digits;
}

/* "… oF 6\n": returns where it ends. */
static char *put_header(char *to, const char *kind, size_t length) {
    to = copy(to, the_log.time, the_log.time_length);
    memcpy(to, (char[]){' ', kind[0], kind[1], ' '}, 4);
    to += 4 + digits_of(length);
    char *digit = to;
    do
        *--digit = (char)('0' + length % 10);
    while (length /= 10);
    *to = '\n';
    return to + 1;
}

static bool put_record(const char *kind, const char *bytes, size_t length) {
    size_t all = the_log.time_length + 4 + digits_of(length) + 1 + length + 1;
    if (!has_room(all))
        return false;
    if (the_log.length + all > sizeof the_log.gathered)
        flush();
    char *to = put_header(the_log.gathered + the_log.length, kind, length);
    *copy(to, bytes, length) = '\n';
    the_log.length += all;
    return true;
}

/* What a full disk has cost comes first, as soon as there is room again. */
static void tell_dropped(void) {
    if (!the_log.dropped || the_log.length)
        return;
    char number[24];
    int length = snprintf(number, sizeof number, "%llu", (unsigned long long)the_log.dropped);
    if (put_record("dF", number, (size_t)length))
        the_log.told = the_log.dropped;
}

static void put_line(char stream, const char *bytes, size_t length, bool ends) {
    tell_dropped();
    if (put_record((char[]){stream, ends ? 'F' : 'P'}, bytes, length))
        the_log.records++;
    else
        the_log.dropped++;
    the_log.open_line[stream == 'e'] = !ends;
}

static void take_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    the_log.time_length =
        (size_t)snprintf(the_log.time, sizeof the_log.time, "%lld.%09ld", (long long)now.tv_sec, now.tv_nsec);
}

long log_open(const char *path, uint64_t max_bytes, uint64_t max_files) {
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char folder[PATH_MAX] = ".";
    if (max_files > LOG_MAX_FILES)
        return -EINVAL;
    if (!*name || strlen(path) >= sizeof folder || strlen(name) >= sizeof the_log.name)
        return -ENAMETOOLONG;
    if (slash)
        memcpy(folder, path, (size_t)(slash - path) + 1), folder[slash - path + 1] = 0;
    strcpy(the_log.name, name);
    the_log.max_bytes = max_bytes;
    the_log.max_files = max_files ? (unsigned)max_files : 1;
    the_log.folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (the_log.folder >= 0 && (open_file() || errno == ENOSPC || errno == EDQUOT))
        the_log.is_open = true;
    long error = the_log.is_open ? 0 : -errno;
    if (error && the_log.folder >= 0)
        close(the_log.folder);
    return error;
}

/* The length of the first line, or of as much of it as a record holds. */
static size_t line_length(const char *bytes, size_t length) {
    size_t most = length < RECORD_BYTES ? length : RECORD_BYTES, end = 0;
    while (end < most && bytes[end++] != '\n')
        ;
    return end;
}

void log_write(char stream, const char *bytes, size_t length) {
    if (!the_log.is_open)
        return;
    take_time();
    while (length) {
        size_t line = line_length(bytes, length);
        put_line(stream, bytes, line, bytes[line - 1] == '\n');
        bytes += line;
        length -= line;
    }
    flush();
}

void log_rest(void) { give_back(the_log.gathered + the_log.length, the_log.gathered + GATHERED_BYTES); }

void log_close(void) {
    if (!the_log.is_open)
        return;
    take_time();
    for (int i = 0; i < 2; i++)
        if (the_log.open_line[i])
            put_line("oe"[i], "", 0, true);
    tell_dropped();
    flush();
    close(the_log.file);
    close(the_log.folder);
    the_log.is_open = false;
}
