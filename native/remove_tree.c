/* A container's files were made by strangers: links that point outside, and
 * folders that are a hundred thousand deep. So each step is made by descriptor
 * and follows nothing, and a folder that is deep down and not empty is first
 * moved up to the top: so a few descriptors are enough for any depth.
 *
 * Why C: it runs when Node is gone already.
 */
#define _GNU_SOURCE
#include "remove_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* linux/openat2.h and linux/fs.h: musl has no headers of the kernel. */
struct open_how {
    uint64_t flags, mode, resolve;
};
enum { RESOLVE_NO_XDEV = 0x01, RESOLVE_NO_SYMLINKS = 0x04 };
enum { KEEP_EXISTING = 1 /* RENAME_NOREPLACE */ };
enum { DEEPEST = 16 };

/* A tree that is being removed, and what was met on the way. */
struct removal {
    int top;
    const char *last; /* a file of the top that is not met, or NULL */
    unsigned moved; /* names for what has been moved up */
    long error;     /* minus the first errno */
};

static void failed(struct removal *r, int error) {
    if (!r->error)
        r->error = -error;
}

/* Opens a folder itself: through no link, and on no other mount. */
static int open_folder(int parent, const char *name) {
    struct open_how how = {.flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
                           .resolve = RESOLVE_NO_XDEV | RESOLVE_NO_SYMLINKS};
    return (int)syscall(SYS_openat2, parent, name, &how, sizeof how);
}

/* Removes a file or an empty folder. */
static bool remove_one(int parent, const char *name) {
    if (!unlinkat(parent, name, 0))
        return true;
    int error = errno;
    if (error != EISDIR && error != EPERM)
        return false;
    if (!unlinkat(parent, name, AT_REMOVEDIR))
        return true;
    if (errno == ENOTDIR) /* a file that may not be removed */
        errno = error;
    return false;
}

/* Moves a folder with something in it to the top, under a name of our own. */
static bool move_up(struct removal *r, int parent, const char *name) {
    char moved[32];
    do {
        snprintf(moved, sizeof moved, ".removed-%u", r->moved++);
        if (!syscall(SYS_renameat2, parent, name, r->top, moved, KEEP_EXISTING))
            return true;
    } while (errno == EEXIST);
    return false;
}

/* Empties the folder `fd` and closes it. A full folder is emptied on the spot,
 * or, too deep below the top, moved up. Answers whether it got any further. */
static bool empty(struct removal *r, int fd, int depth) {
    DIR *entries = fdopendir(fd);
    if (!entries) {
        failed(r, errno);
        close(fd);
        return false;
    }
    bool progress = false;
    for (struct dirent *entry; (entry = readdir(entries));) {
        const char *name = entry->d_name;
        if (!strcmp(name, ".") || !strcmp(name, ".."))
            continue;
        if (depth == 0 && r->last && !strcmp(name, r->last))
            continue;
        bool done = remove_one(dirfd(entries), name);
        if (!done && errno == ENOTEMPTY && depth < DEEPEST) {
            int full = open_folder(dirfd(entries), name);
            progress |= full >= 0 && empty(r, full, depth + 1);
            done = full >= 0 && remove_one(dirfd(entries), name);
        } else if (!done && errno == ENOTEMPTY) {
            done = move_up(r, dirfd(entries), name);
        }
        if (!done && errno != ENOTEMPTY)
            failed(r, errno);
        progress |= done;
    }
    closedir(entries);
    return progress;
}

/* Removes one name of a folder. */
static long remove_name(int parent, const char *name, const char *last) {
    struct removal r = {.last = last};
    if (!*name || !strcmp(name, ".") || !strcmp(name, ".."))
        return -EINVAL;
    if (remove_one(parent, name) || errno == ENOENT)
        return 0;
    if (errno != ENOTEMPTY)
        return -errno;
    if ((r.top = open_folder(parent, name)) < 0)
        return -errno;
    bool progress = true;
    while (progress) { /* what was moved up is met in the next round */
        int again = openat(r.top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (again < 0)
            failed(&r, errno);
        progress = again >= 0 && empty(&r, again, 0);
    }
    if (last)
        unlinkat(r.top, last, 0);
    close(r.top);
    if (remove_one(parent, name) || errno == ENOENT)
        return 0;
    if (last && errno == ENOTEMPTY)
        return r.error;
    failed(&r, errno);
    return r.error;
}

long remove_tree(int parent, const char *path, const char *last) {
    const char *slash = path ? strrchr(path, '/') : NULL;
    char folder[PATH_MAX];
    if (!path || (slash && slash - path >= PATH_MAX - 1))
        return path ? -ENAMETOOLONG : -EFAULT;
    if (!slash)
        return remove_name(parent, path, last);
    /* the way to it is the host's own: its links and mounts are as good as any */
    snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
    int opened = openat(parent, folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (opened < 0)
        return errno == ENOENT ? 0 : -errno;
    long removed = remove_name(opened, slash + 1, last);
    close(opened);
    return removed;
}
