/* rocker: one file, with everything in it that it needs.
 *
 *   this program | node, main.cjs, shim, … | trailer
 *
 * It puts Node in its own place, with main.cjs. Node has to be a file of its
 * own for that: the first start unpacks all of it, into a folder that is named
 * after what is in it. Where that lies beside this file already (dist, as it is
 * built), nothing is unpacked.
 *
 * A few lines of sh could start Node. But a shell is linked when it starts, and
 * that takes 1 to 2 ms of each command; this is static.
 *
 * test/build.ts gives the words BRIEF and STRANGERS, and appends the rest.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unpack.h"

enum { EXIT_FAILED = 125, ROOM = PATH_MAX + 64 };

static const char *const brief[] = {BRIEF, NULL};
static const char *const strangers[] = {STRANGERS, NULL};

static const char seed[] = "--no-rehash-snapshot"; /* see reseed.ts */

/* What a command leaves behind in its 50 ms is no work for the garbage collector:
 * 2 ms of `run`, 4 of `logs`; and threads that have nothing to do cost their
 * start and their end. */
static const char *const usual[] = {
    "--min-semi-space-size=4", /* megabytes; more would be touched, and cleared */
    "--v8-pool-size=1",
    "--disable-sigusr1",
};

/* What never runs for long is not worth V8's better compilers. */
static const char *const compiled_once[] = {"--no-opt", "--no-maglev"};

enum {
    usuals = sizeof usual / sizeof *usual,
    compilers = sizeof compiled_once / sizeof *compiled_once,
};

static bool is_one_of(const char *word, const char *const *words) {
    while (*words && strcmp(word, *words) != 0)
        words++;
    return *words != NULL;
}

static _Noreturn void fail(const char *what, const char *path, const char *why, const char *hint) {
    fprintf(stderr, "rocker: %s %s: %s\n  hint: %s\n", what, path, why, hint);
    exit(EXIT_FAILED);
}

/* Nobody but `owner` and root can have put something there. */
static bool is_trusted(const char *path, uid_t owner) {
    struct stat found;
    return stat(path, &found) == 0 && (found.st_uid == owner || found.st_uid == 0) &&
           (found.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* Whether this folder is the one that belongs to this file. */
static bool has_parts(const char *folder, const char *id, uid_t owner) {
    char path[ROOM], found[ID_BYTES];
    snprintf(path, sizeof path, "%s/id", folder);
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0)
        return false;
    bool same = read(file, found, sizeof found) == sizeof found && memcmp(found, id, sizeof found) == 0;
    close(file);
    return same && is_trusted(folder, owner);
}

/* root unpacks for everybody; others for themselves. */
static void cache_folder(char *path) {
    const char *own = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (geteuid() == 0)
        snprintf(path, PATH_MAX, "/var/cache/rocker");
    else if (own && *own == '/')
        snprintf(path, PATH_MAX, "%s/rocker", own);
    else
        snprintf(path, PATH_MAX, "%s/.cache/rocker", home && *home ? home : "/nonexistent");
}

/* Where the parts are; unpacks them where that has to be. */
static void find_parts(char *folder, const char *self, int file, const struct trailer *trailer) {
    char id[ID_BYTES + 1] = {0}, caches[PATH_MAX];
    memcpy(id, trailer->id, ID_BYTES);
    struct stat own;
    fstat(file, &own);
    snprintf(folder, ROOM, "%.*s", (int)(strrchr(self, '/') - self), self);
    if (has_parts(folder, id, own.st_uid))
        return;
    snprintf(folder, ROOM, "/var/cache/rocker/%s", id);
    if (has_parts(folder, id, 0))
        return;
    cache_folder(caches);
    snprintf(folder, ROOM, "%s/%s", caches, id);
    if (has_parts(folder, id, geteuid()))
        return;
    const char *why = unpack(file, trailer, caches, folder);
    if (why)
        fail("unpack into", caches, why, "it takes 140 MB in a folder of its own: root's is /var/cache");
    if (!has_parts(folder, id, geteuid()))
        fail("trust", folder, "others can write there", "remove it, and start rocker again");
}

int main(int argc, char **argv) {
    char self[PATH_MAX] = "", folder[ROOM], node[ROOM + 8], program[ROOM + 16];
    struct trailer trailer;
    if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
        fail("read", "/proc/self/exe", strerror(errno), "is /proc mounted?");
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (file < 0 || !read_trailer(file, &trailer))
        fail("read", self, "it has no end", "it was cut off on its way here: get it again");
    find_parts(folder, self, file, &trailer);
    snprintf(node, sizeof node, "%s/node", folder);
    snprintf(program, sizeof program, "%s/main.cjs", folder);

    const char *word = argc > 1 ? argv[1] : "";
    const char *args[argc + usuals + compilers + 5];
    int count = 0;
    args[count++] = self; /* process.argv0: where this file is */
    if (!is_one_of(word, strangers)) {
        args[count++] = seed;
        for (int i = 0; i < usuals; i++)
            args[count++] = usual[i];
    }
    for (int i = 0; i < compilers && is_one_of(word, brief); i++)
        args[count++] = compiled_once[i];
    args[count++] = "--"; /* else Node wants to find what --env-file names */
    args[count++] = program;
    for (int i = 1; i < argc; i++)
        args[count++] = argv[i];
    args[count] = NULL;
    execv(node, (char *const *)args);
    fail("start", node, strerror(errno), "rocker needs glibc and libstdc++, on a disk without noexec");
}
