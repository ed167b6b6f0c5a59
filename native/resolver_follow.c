/* The zone is a folder, and a file in it a container that runs. What is moved
 * there, or removed, is known before the next question is answered.
 *
 * man 7 inotify
 *
 * Why C: the resolver stands on it.
 */
#define _GNU_SOURCE
#include "resolver_follow.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "resolver_zone.h"

static int folder = -1, changes = -1;

static void read_entry(const char *name) {
    static char text[ZONE_FILE_BYTES + 1];
    if (*name == '.') /* it is being written */
        return;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    ssize_t length = fd < 0 ? -1 : read(fd, text, sizeof text);
    if (fd >= 0)
        close(fd);
    if (length < 0)
        zone_drop(name);
    else
        zone_put(name, text, (size_t)length);
}

/* By its own descriptor: one that is shared would also share its place. */
static void read_all(void) {
    int own = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = own < 0 ? NULL : fdopendir(own);
    zone_clear();
    if (!list) {
        if (own >= 0)
            close(own);
        return;
    }
    for (struct dirent *entry; (entry = readdir(list));)
        read_entry(entry->d_name);
    closedir(list);
}

int follow_open(const char *path) {
    folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (folder < 0 || changes < 0)
        return -errno;
    uint32_t mask = IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_ONLYDIR;
    if (inotify_add_watch(changes, path, mask) < 0)
        return -errno;
    read_all();
    return changes;
}

bool follow(void) {
    static _Alignas(struct inotify_event) char bytes[4096];
    for (ssize_t got; (got = read(changes, bytes, sizeof bytes)) > 0;)
        for (ssize_t at = 0; at < got;) {
            const struct inotify_event *event = (const void *)(bytes + at);
            if (event->mask & (IN_DELETE_SELF | IN_IGNORED | IN_UNMOUNT))
                return false;
            if (event->mask & IN_Q_OVERFLOW)
                read_all();
            else if (event->len)
                read_entry(event->name);
            at += (ssize_t)(sizeof *event + event->len);
        }
    return true;
}

bool follow_lock(void) { return !flock(folder, LOCK_EX | LOCK_NB); }
void follow_unlock(void) { flock(folder, LOCK_UN); }
