/* The parts of rocker come out of its file: all of them, or none. They are made
 * in a folder beside the place, and that is renamed when it is whole and on the
 * disk. Of two that do it at once, the second waits, and finds the first's. */
#define _GNU_SOURCE
#include "unpack.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static const char magic[8] = "ROCKER01";

struct entry {
    uint32_t name_bytes, mode;
    uint64_t size;
};

enum { LONGEST_NAME = 100, CHUNK = 1 << 20 };

static unsigned char chunk[CHUNK];

bool read_trailer(int file, struct trailer *trailer) {
    struct stat found;
    if (fstat(file, &found) < 0 || found.st_size < (off_t)sizeof *trailer)
        return false;
    uint64_t end = (uint64_t)found.st_size - sizeof *trailer;
    return pread(file, trailer, sizeof *trailer, (off_t)end) == sizeof *trailer &&
           memcmp(trailer->magic, magic, sizeof magic) == 0 && trailer->offset <= end &&
           trailer->size == end - trailer->offset;
}

/* CRC-32, as zlib has it: it notices what was changed on the way. An attacker
 * who can write to this file needs no sum. */
static uint32_t add(uint32_t sum, const unsigned char *bytes, size_t count) {
    static uint32_t table[256];
    for (uint32_t i = 0; table[255] == 0 && i < 256; i++) {
        table[i] = i;
        for (int bit = 0; bit < 8; bit++)
            table[i] = (table[i] >> 1) ^ (table[i] & 1 ? 0xedb88320 : 0);
    }
    sum = ~sum;
    while (count-- > 0)
        sum = (sum >> 8) ^ table[(sum ^ *bytes++) & 0xff];
    return ~sum;
}

static bool read_all(int file, void *bytes, size_t count, uint32_t *sum) {
    for (size_t done = 0; done < count;) {
        ssize_t got = read(file, (char *)bytes + done, count - done);
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    *sum = add(*sum, bytes, count);
    return true;
}

static bool copy(int from, int to, uint64_t size, uint32_t *sum) {
    while (size > 0) {
        size_t count = size < CHUNK ? (size_t)size : CHUNK;
        if (!read_all(from, chunk, count, sum))
            return false;
        for (size_t done = 0; done < count;) {
            ssize_t put = write(to, chunk + done, count - done);
            if (put < 0)
                return false;
            done += (size_t)put;
        }
        size -= count;
    }
    return true;
}

/* One file, by its name in the folder: no name leads out of it. */
static bool unpack_entry(int file, int folder, uint64_t *left, uint32_t *sum) {
    struct entry entry;
    char name[LONGEST_NAME + 1] = {0};
    if (*left < sizeof entry || !read_all(file, &entry, sizeof entry, sum))
        return false;
    *left -= sizeof entry;
    if (entry.name_bytes == 0 || entry.name_bytes > LONGEST_NAME || entry.name_bytes > *left)
        return false;
    *left -= entry.name_bytes;
    if (!read_all(file, name, entry.name_bytes, sum) || strchr(name, '/') || entry.size > *left)
        return false;
    *left -= entry.size;
    int to = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (to < 0)
        return false;
    bool ok = copy(file, to, entry.size, sum) && fchmod(to, entry.mode & 0755) == 0;
    return close(to) == 0 && ok;
}

static bool unpack_all(int file, const struct trailer *trailer, int folder) {
    uint64_t left = trailer->size;
    uint32_t sum = 0;
    if (lseek(file, (off_t)trailer->offset, SEEK_SET) < 0)
        return false;
    while (left > 0)
        if (!unpack_entry(file, folder, &left, &sum))
            return false;
    if (sum != trailer->checksum) {
        errno = EBADMSG;
        return false;
    }
    return mkdirat(folder, "cache", 0700) == 0 && syncfs(folder) == 0;
}

static void remove_folder(const char *path) {
    DIR *folder = opendir(path);
    if (!folder)
        return;
    for (struct dirent *entry; (entry = readdir(folder));)
        if (unlinkat(dirfd(folder), entry->d_name, 0) < 0)
            unlinkat(dirfd(folder), entry->d_name, AT_REMOVEDIR);
    closedir(folder);
    rmdir(path);
}

/* a/b/c: what is missing of it. */
static bool make_folders(const char *path) {
    char part[PATH_MAX];
    for (const char *at = path; (at = strchr(at + 1, '/'));) {
        snprintf(part, sizeof part, "%.*s", (int)(at - path), path);
        if (mkdir(part, 0755) < 0 && errno != EEXIST)
            return false;
    }
    return mkdir(path, 0755) == 0 || errno == EEXIST;
}

/* With the folder of the caches locked: what lies half made there is nobody's. */
static int unpack_locked(int file, const struct trailer *trailer, const char *caches, const char *folder) {
    char making[PATH_MAX];
    snprintf(making, sizeof making, "%s/.making", caches);
    remove_folder(making);
    if (access(folder, F_OK) == 0)
        return 0; /* somebody else was first */
    if (mkdir(making, 0755) < 0)
        return errno;
    int into = open(making, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    errno = EBADMSG; /* where no call fails, its bytes are not right */
    bool ok = into >= 0 && unpack_all(file, trailer, into) && rename(making, folder) == 0;
    int error = ok ? 0 : errno;
    if (into >= 0)
        close(into);
    if (!ok)
        remove_folder(making);
    return error;
}

const char *unpack(int file, const struct trailer *trailer, const char *caches, const char *folder) {
    umask(022);
    if (!make_folders(caches))
        return strerror(errno);
    int lock = open(caches, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock < 0 || flock(lock, LOCK_EX) < 0)
        return strerror(errno);
    int error = unpack_locked(file, trailer, caches, folder);
    close(lock);
    if (error == EBADMSG)
        return "this copy of rocker is damaged";
    return error ? strerror(error) : NULL;
}
