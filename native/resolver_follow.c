/* The zone is a folder, and a file in it a container that runs. What is moved
 * there, or removed, is known before the next question is answered.
 *
 * The kernel has only so many watches for a user, and containers may be that
 * user, too. Without one, the folder's time says whether it has changed; a time
 * that is as good as now may still be that of the next change.
 *
 * man 7 inotify
 *
 * Why C: the resolver stands on it.
 */
#define _GNU_SOURCE
#include "resolver_follow.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "resolver_zone.h"

enum { NEARLY_NOW_NS = 50000000 }; /* some ticks of the kernel's clock */

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

/* What getdents64 writes. */
struct entry {
    uint64_t number;
    int64_t next;
    unsigned short length;
    unsigned char type;
    char name[];
};

/* readdir would allocate. */
static void read_all(void) {
    static _Alignas(struct entry) char bytes[8192];
    zone_clear();
    lseek(folder, 0, SEEK_SET);
    for (long got; (got = syscall(SYS_getdents64, folder, bytes, sizeof bytes)) > 0;)
        for (long at = 0; at < got;) {
            const struct entry *entry = (const void *)(bytes + at);
            read_entry(entry->name);
            at += entry->length;
        }
}

bool follow_enter(const char *path) {
    folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    return folder >= 0 && !fchdir(folder);
}

int follow_begin(void) {
    uint32_t mask = IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CLOSE_WRITE | IN_DELETE_SELF | IN_ONLYDIR;
    changes = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (changes >= 0 && inotify_add_watch(changes, ".", mask) < 0) {
        close(changes);
        changes = -1;
    }
    read_all();
    return changes;
}

static int64_t nanoseconds(struct timespec time) { return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec; }

static bool look(void) {
    static int64_t seen; /* 0: what was read may be old */
    struct timespec now;
    struct stat found;
    clock_gettime(CLOCK_REALTIME, &now);
    if (fstat(folder, &found) < 0 || !found.st_nlink)
        return false;
    int64_t changed = nanoseconds(found.st_mtim);
    if (changed == seen)
        return true;
    read_all();
    seen = nanoseconds(now) - changed > NEARLY_NOW_NS ? changed : 0;
    return true;
}

bool follow(void) {
    static _Alignas(struct inotify_event) char bytes[4096];
    if (changes < 0)
        return look();
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
