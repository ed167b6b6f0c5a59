/* Why C: it is the monitor's half. Node would need 40 ms to ask once. */
#define _GNU_SOURCE
#include "health.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "child.h"
#include "pump.h"

enum { OUTPUT_BYTES = 4096, LOG_BYTES = 32768, KILLED = 128 + SIGKILL };
enum { SECOND = 1000000000, MOMENT = SECOND / 10, MILLISECOND = SECOND / 1000 };

enum status { STARTING, HEALTHY, UNHEALTHY };
static const char *const words[] = {"starting", "healthy", "unhealthy"};

static struct {
    const struct health_options *options; /* NULL: nobody wants to know */
    const struct prober *prober;
    enum status status;
    int64_t streak;       /* how many have failed in a row */
    int64_t began, asked; /* the process, and the last probe */
    int64_t due;          /* when the next thing is to be done */
    struct timespec from, to;
    pid_t joiner, pid; /* who brings the probe in, and the probe; 0: none */
    bool is_late;
    char answer[48]; /* of one that is not concluded yet */
    int output;
    char kept[OUTPUT_BYTES];
    size_t length;
    bool had_more;
} health;

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * SECOND + time.tv_nsec;
}

static const char *text(uint64_t pointer) { return (const char *)(uintptr_t)pointer; }

/* Who stands still cannot answer. */
static bool is_frozen(void) {
    const struct health_options *o = health.options;
    char byte;
    return pread((int)o->freezer, &byte, 1, o->thawed_at) == 1 && byte != (char)o->thawed;
}

/* ---- what came of it ----------------------------------------------------- */

static struct iovec part(const char *string) { return (struct iovec){(char *)string, strlen(string)}; }

/* Appends to a file, by one call: all of it, or nothing. Returns its size. */
static off_t append(const char *path, const struct iovec *parts, int count) {
    struct stat found = {0};
    size_t all = 0;
    int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (file < 0)
        return 0;
    for (int i = 0; i < count; i++)
        all += parts[i].iov_len;
    ssize_t put = writev(file, parts, count);
    if (!fstat(file, &found) && put > 0 && (size_t)put < all && !ftruncate(file, found.st_size - put))
        found.st_size -= put;
    close(file);
    return found.st_size;
}

static void note_result(void) {
    const struct health_options *o = health.options;
    char line[192];
    snprintf(line, sizeof line, "%lld.%09ld %lld.%09ld %s %lld %s %zu%s\n", (long long)health.from.tv_sec,
             health.from.tv_nsec, (long long)health.to.tv_sec, health.to.tv_nsec, health.answer,
             (long long)health.streak, words[health.status], health.length, health.had_more ? "+" : "");
    struct iovec parts[] = {part(line), {health.kept, health.length}, part("\n")};
    if (append(text(o->log), parts, 3) > LOG_BYTES)
        rename(text(o->log), text(o->older_log));
}

static void note_event(void) {
    const struct health_options *o = health.options;
    char time[48];
    snprintf(time, sizeof time, "%lld,%ld", (long long)health.to.tv_sec, health.to.tv_nsec);
    struct iovec parts[] = {part(text(o->event[0])), part(time), part(text(o->event[1])),
                            part(words[health.status]), part(text(o->event[2]))};
    append(text(o->events), parts, 5);
}

/* Is this still the start period, and has none been well yet? */
static bool may_start(int64_t time) {
    return health.status == STARTING && time - health.began < health.options->start_period;
}

/* How long from the end of one probe to the next. */
static int64_t interval(void) {
    return may_start(now()) ? health.options->start_interval : health.options->interval;
}

// #region conclude
/* Who was well stays so until some in a row have failed. As long as it may
 * be starting, those that fail are not counted. */
static void conclude(void) {
    enum status before = health.status;
    if (!strcmp(health.answer, "0")) {
        health.streak = 0;
        health.status = HEALTHY;
    } else if (!may_start(health.asked)) {
        health.streak++;
        if (health.streak >= health.options->retries)
            health.status = UNHEALTHY;
    }
    note_result();
    if (health.status != before)
        note_event();
    *health.answer = 0;
    health.due = now() + interval();
}
// #endregion conclude

/* ---- one probe ----------------------------------------------------------- */

static bool is_under_way(void) { return health.joiner || health.pid; }

/* Keeps the first bytes. False where nothing more is to be kept now. */
static bool take_output(void) {
    char bytes[OUTPUT_BYTES];
    ssize_t got = read(health.output, bytes, sizeof bytes);
    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return false;
    if (got <= 0) {
        close_own(&health.output);
        return false;
    }
    size_t room = sizeof health.kept - health.length;
    size_t kept = (size_t)got < room ? (size_t)got : room;
    memcpy(health.kept + health.length, bytes, kept);
    health.length += kept;
    health.had_more |= kept < (size_t)got;
    return !health.had_more;
}

/* What it has answered. Where it was killed, or not let in, the container may
 * be about to end: then that is heard of in a moment, and this counts nothing. */
static void hear(int status) {
    struct report why;
    bool failed = health.prober->failed(&why), killed = shell_status(status) == KILLED;
    clock_gettime(CLOCK_REALTIME, &health.to);
    while (health.output >= 0 && take_output())
        ;
    close_own(&health.output); /* what it has left behind may have it open */
    health.pid = 0;
    if (health.is_late)
        strcpy(health.answer, "timeout");
    else if (failed)
        snprintf(health.answer, sizeof health.answer, "%u@%u:%u", why.error, why.list, why.index);
    else
        snprintf(health.answer, sizeof health.answer, "%d", shell_status(status));
    health.due = !health.is_late && (failed || killed) ? now() + MOMENT : now();
}

/* Has this child ended? A pid 1 may have reaped it with its orphans. */
static bool has_ended(pid_t child, int *status) {
    *status = KILLED << 8; /* as one that has exited with it */
    pid_t ended = waitpid(child, status, WNOHANG | __WALL);
    return ended > 0 || (ended < 0 && errno == ECHILD);
}

/* Who has come in. It is told in memory that the probe's process shares, which
 * somebody inside may look into: so none but a child of ours is believed. */
static pid_t newcomer(void) {
    pid_t pid = health.prober->made();
    return pid > 0 && is_child_of_ours(pid) ? pid : 0;
}

/* The joiner ends as soon as the probe runs: that is a child of ours, too. */
static void look(void) {
    int status;
    if (health.joiner && has_ended(health.joiner, &status)) {
        health.joiner = 0;
        health.pid = newcomer();
        if (!health.pid)
            hear(status);
    }
    if (!health.joiner && health.pid && has_ended(health.pid, &status))
        hear(status);
}

/* Kills the probe and what it has started; or who was about to make it. */
static void end_probe(void) {
    pid_t probe = health.joiner ? newcomer() : health.pid;
    if (probe) {
        kill(-probe, SIGKILL);
        kill(probe, SIGKILL);
    } else {
        kill(health.joiner, SIGKILL);
    }
}

/* Starts a probe; where there is no process to be had it has answered. */
static void ask(void) {
    int ends[2] = {-1, -1};
    health.is_late = health.had_more = false;
    health.length = 0;
    health.asked = now();
    health.due = health.asked + health.options->timeout;
    clock_gettime(CLOCK_REALTIME, &health.from);
    pid_t pid = pipe2(ends, O_CLOEXEC) < 0 ? -errno : health.prober->start(ends[1], health.options);
    close_own(&ends[1]);
    health.output = ends[0];
    if (pid > 0) {
        health.joiner = pid;
        fcntl(health.output, F_SETFL, O_NONBLOCK);
        return;
    }
    close_own(&health.output);
    health.to = health.from;
    health.due = health.asked;
    snprintf(health.answer, sizeof health.answer, "%d@", -pid);
}

/* Does what is due: who is frozen is left alone, and who is late is killed. */
static void on_time(void) {
    const struct health_options *o = health.options;
    if (*health.answer) {
        conclude();
    } else if (is_frozen()) {
        health.due = now() + (is_under_way() ? o->timeout : o->interval);
    } else if (is_under_way()) {
        health.is_late = true;
        end_probe();
        health.due = now() + SECOND; /* once more, if that was too early */
    } else {
        ask();
    }
}

void health_begin(const struct health_options *options, const struct prober *prober) {
    health.options = options;
    health.prober = prober;
    health.output = -1;
    health.began = now();
    if (options)
        health.due = health.began + interval();
}

int health_patience(void) {
    if (!health.options)
        return -1;
    int64_t left = health.due - now();
    if (left <= 0)
        return 0;
    return left / MILLISECOND < INT_MAX ? (int)(left / MILLISECOND) + 1 : INT_MAX;
}

struct pollfd health_place(void) {
    return (struct pollfd){health.options ? health.output : -1, POLLIN, 0};
}

void health_serve(const struct pollfd *place) {
    if (!health.options)
        return;
    if (place->revents && health.output >= 0)
        take_output();
    if (is_under_way())
        look();
    if (now() >= health.due)
        on_time();
}

static void kill_and_reap(pid_t child) {
    if (child)
        kill(child, SIGKILL);
    while (child && waitpid(child, NULL, __WALL) < 0 && errno == EINTR)
        ;
}

void health_end(void) {
    if (is_under_way()) {
        end_probe();
        kill_and_reap(health.joiner);
        kill_and_reap(health.joiner ? newcomer() : health.pid);
    }
    close_own(&health.output);
    health.options = NULL;
}
