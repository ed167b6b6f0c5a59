/* shim: plays a list of system calls.
 *
 *     shim PLAN-FD [REPORT-FD]
 *     shim --check PLAN-FD
 *
 * Why this cannot be TypeScript: Node has many threads. A process of many
 * threads may not join a user or a mount namespace, and once it has unshared
 * its pids it can start no thread any more (man 2 setns, unshare). And Node
 * must never stand inside a container: what is in there could attack it.
 *
 * The shim knows nothing of containers. It checks the whole plan, plays `main`
 * to the first failure, then all of `after`, then, if something had failed,
 * `failed`. It exits with what the last wait(), monitor() or attach() of main
 * answered, or as docker does: 127 program not found, 126 not executable, 125
 * anything else.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attach.h"
#include "child.h"
#include "health.h"
#include "monitor.h"
#include "plan.h"
#include "plan_check.h"
#include "pump.h"
#include "remove_tree.h"
#include "seal.h"
#include "trace.h"
#include "wait.h"

enum { EXIT_FAILED = 125, EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 };
enum { MAX_CHILDREN = 64, GUEST_STACK = 64 << 10 };

/* Words of struct clone_args, which musl does not know. */
enum { CLONE_FLAGS, CLONE_EXIT_SIGNAL = 4, CLONE_CGROUP = 10, CLONE_ARGS };
#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000
#endif

/* A process that a clone3 of the plan made, and that nobody has waited for. */
struct child {
    pid_t pid;
    int launch; /* reads EOF when the child has executed its program, or died */
};

/* The first failure, in memory that the children share: where and what in one
 * word, so that a process that is killed has told all of it or nothing. */
struct failure {
    uint64_t first; /* 0: none */
    int32_t made;   /* the process that a clone3 with a list has made last */
};

static struct plan plan;
static struct failure *failure;       /* of this process, and of whom it makes */
static struct failure *probe_failure; /* of the probes: none of them is the run's */
static uint32_t probe_list = NONE;
static int report_fd = -1;
static int64_t left; /* how many calls of `after` have failed */

/* What each process has of its own, also who runs in another one's memory. */
static struct own {
    struct child children[MAX_CHILDREN];
    int child_count;
    bool is_child;
    int launch; /* in a child: closed by its execve */
    int exit_status;
} self = {.launch = -1, .exit_status = -1};

static bool play(uint32_t list);
static void end_children(void);
static int status_of_wait(void);
static void give_back_signals(void);

/* Says what happened to whoever started us; it may be gone. */
static void report(struct report record) {
    if (report_fd >= 0 && !self.is_child && write(report_fd, &record, sizeof record) < 0)
        report_fd = -1;
}

/* ---- arguments ---------------------------------------------------------- */

static int64_t number_at(uint32_t offset, uint32_t size) {
    int64_t value = 0;
    memcpy(&value, plan.memory + offset, size);
    int shift = 64 - (int)size * 8;
    return (int64_t)((uint64_t)value << shift) >> shift;
}

/* Appends to a string; the checks have seen that there is room for it. */
static void append(uint32_t string, const void *bytes, size_t size) {
    size_t room = plan.header->memory_size - string;
    char *at = (char *)plan.memory + string;
    size_t length = strnlen(at, room);
    if (length + size >= room) /* only where a plan overwrites its own strings */
        return;
    memcpy(at + length, bytes, size);
    at[length + size] = 0;
}

static void append_decimal(uint32_t string, int64_t value) {
    char digits[20], *digit = digits + sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do
        *--digit = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        *--digit = '-';
    append(string, digit, (size_t)(digits + sizeof digits - digit));
}

static void apply(const struct plan_patch *patch) {
    unsigned char *at = plan.memory + patch->at, *source = plan.memory + patch->source;
    uint64_t word;
    switch (patch->kind) {
    case PATCH_POINTER:
        word = (uintptr_t)source;
        memcpy(at, &word, sizeof word);
        break;
    case PATCH_COPY:
        memmove(at, source, patch->size);
        break;
    case PATCH_CLEAR:
        *at = 0;
        break;
    case PATCH_APPEND:
        append(patch->at, source, patch->size);
        break;
    case PATCH_DECIMAL:
        append_decimal(patch->at, number_at(patch->source, patch->size));
        break;
    case PATCH_LENGTH:
        word = strlen((char *)source);
        memcpy(at, &word, patch->size);
        break;
    }
}

static void set_cell(uint32_t cell, int64_t value) { memcpy(plan.memory + cell, &value, sizeof value); }

/* A failure, as claim() has put it into one word. */
static struct report report_of(uint32_t kind, uint64_t word) {
    return (struct report){kind, (uint32_t)(word >> 40) & 0x7fffff, (uint32_t)(word >> 16) & 0xffffff,
                           word & 0xffff};
}

/* What a call of the shim's own is given has to lie in the plan's memory. A string
 * that begins there also ends there: behind it stands a NUL. */
static const void *in_plan(uint64_t address, uint64_t size) {
    uint64_t start = (uintptr_t)plan.memory, all = plan.header->memory_size;
    bool inside = address >= start && size <= all && address - start <= all - size;
    return inside ? (const void *)(uintptr_t)address : NULL;
}

/* ---- children ----------------------------------------------------------- */

/* Closes what is above 2, but these; those end with an execve. */
static void close_others(const uint32_t *kept, uint32_t count) {
    uint32_t from = 3;
    for (;;) { /* close the gaps between what stays */
        uint32_t next = UINT32_MAX;
        for (uint32_t i = 0; i < count; i++)
            if (kept[i] >= from && kept[i] < next)
                next = kept[i];
        if (next > from)
            syscall(SYS_close_range, from, next - 1, 0);
        if (next == UINT32_MAX)
            break;
        fcntl((int)next, F_SETFD, FD_CLOEXEC);
        from = next + 1;
    }
}

static bool has_failed(void) { return __atomic_load_n(&failure->first, __ATOMIC_ACQUIRE) != 0; }

/* In a new process: it forgets what is its parent's, plays a list, and ends. */
static _Noreturn void play_as_child(uint32_t list, int launch) {
    for (int i = 0; i < self.child_count; i++)
        close(self.children[i].launch);
    self.child_count = 0;
    if (self.launch >= 0)
        close(self.launch);
    self.launch = launch;
    self.exit_status = -1;
    /* only once: a child of ours may have other files by these numbers */
    for (uint32_t i = 0; !self.is_child && i < plan.header->kept_count; i++)
        if (plan.kept[i] & KEPT_IS_LOCK)
            close((int)(plan.kept[i] & ~KEPT_IS_LOCK));
    self.is_child = true;
    give_back_signals();
    bool ok = play(list);
    if (!ok)
        end_children();
    _exit(ok ? status_of_wait() : EXIT_FAILED);
}

static int play_as_guest(void *list) { play_as_child((uint32_t)(uintptr_t)list, -1); }

// #region clone-guest
/* A child that runs in our memory, while we stand still until it has
 * executed its program or ended: nothing is copied for it. It has a part
 * of our stack for itself; and what we know of ourselves we know again
 * when it is gone. */
static long clone_guest(const uint64_t *words, uint32_t list) {
    _Alignas(16) char stack[GUEST_STACK];
    struct own host = self;
    uint64_t how = words[CLONE_FLAGS] | words[CLONE_EXIT_SIGNAL];
    int flags = (int)how | CLONE_VFORK | CLONE_PARENT_SETTID;
    int pid = clone(play_as_guest, stack + sizeof stack, flags,
                    (void *)(uintptr_t)list, &failure->made);
    self = host;
    if (pid < 0)
        return -errno;
    self.children[self.child_count++] = (struct child){pid, -1};
    return pid;
}
// #endregion clone-guest

/* clone3 with a list for the child, who never comes back. */
static long clone_child(const uint64_t *slots, uint32_t list) {
    if (self.child_count == MAX_CHILDREN)
        return -EAGAIN;
    const uint64_t *arguments = in_plan(slots[0], CLONE_ARGS * sizeof *arguments);
    if (!arguments || slots[0] % 8)
        return -EFAULT;
    if (arguments[CLONE_FLAGS] & CLONE_VM)
        return clone_guest(arguments, list);
    int launch[2];
    if (pipe2(launch, O_CLOEXEC) < 0)
        return -errno;
    long pid = syscall(SYS_clone3, slots[0], slots[1]);
    if (pid < 0) {
        int error = errno;
        close(launch[0]), close(launch[1]);
        return -error;
    }
    if (pid > 0) {
        close(launch[1]);
        self.children[self.child_count++] = (struct child){(pid_t)pid, launch[0]};
        failure->made = (int32_t)pid;
        return pid;
    }
    close(launch[0]);
    play_as_child(list, launch[1]);
}

/* Forgets a child that has been waited for. */
static void forget(pid_t pid) {
    for (int i = 0; i < self.child_count; i++) {
        if (self.children[i].pid != pid)
            continue;
        close(self.children[i].launch);
        self.children[i--] = self.children[--self.child_count];
    }
}

/* started(pid): waits until the child has executed its program, or failed. */
static long started(pid_t pid) {
    for (int i = 0; i < self.child_count; i++) {
        if (self.children[i].pid != pid)
            continue;
        char byte;
        while (read(self.children[i].launch, &byte, 1) < 0 && errno == EINTR)
            ;
        if (has_failed())
            return -ECANCELED;
        if (self.launch >= 0) { /* we are a child ourselves, and have started */
            close(self.launch);
            self.launch = -1;
        }
        report((struct report){REPORT_STARTED, 0, (uint32_t)pid, 0});
        return 0;
    }
    return -ECHILD;
}

/* A new process plays the list of the probe; it dies with the monitor, has
 * nothing of it open, and prints into `output`. */
static pid_t start_probe(int output, const struct health_options *options) {
    bool into = options->cgroup >= 0;
    uint64_t how[CLONE_ARGS] = {[CLONE_FLAGS] = into ? CLONE_INTO_CGROUP : 0,
                                [CLONE_EXIT_SIGNAL] = SIGCHLD,
                                [CLONE_CGROUP] = into ? (uint64_t)options->cgroup : 0};
    pid_t monitor = getpid();
    *probe_failure = (struct failure){0};
    long pid = syscall(SYS_clone3, how, sizeof how);
    if (pid != 0)
        return pid < 0 ? -errno : (pid_t)pid;
    failure = probe_failure;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != monitor || dup2(output, 1) < 0 || dup2(output, 2) < 0)
        _exit(EXIT_FAILED);
    close_others((const uint32_t *)(uintptr_t)options->kept, (uint32_t)options->kept_count);
    play_as_child(probe_list, -1);
}

/* The process that the joiner has made. */
static pid_t probe_made(void) { return probe_failure->made; }

/* Why the last probe could not be started: its lists are counted from its own. */
static bool probe_has_failed(struct report *why) {
    uint64_t first = __atomic_load_n(&probe_failure->first, __ATOMIC_ACQUIRE);
    *why = report_of(REPORT_FAILED, first);
    why->list -= probe_list;
    return first != 0;
}

/* What a process has answered, or minus the errno of waiting for it. */
static long answer_of(pid_t pid, int status) {
    if (status < 0)
        return status;
    forget(pid);
    return has_failed() ? -ECANCELED : shell_status(status);
}

/* wait(pid, relays, count): the exit status as a shell has it, 128 + n for a
 * signal. Signals that reach the shim meanwhile go to the process. */
static long wait_child(const uint64_t *slots) {
    pid_t pid = (pid_t)slots[0];
    if (slots[2] > WAIT_MAX_RELAYS)
        return -EINVAL;
    const struct relay *relays = in_plan(slots[1], slots[2] * sizeof *relays);
    if (slots[2] && !relays)
        return -EFAULT;
    return answer_of(pid, wait_for(pid, relays, (int)slots[2], !self.is_child));
}

/* Are these the options of somebody who has a probe? */
static bool can_ask(const struct health_options *health) {
    if (!health || (uintptr_t)health % 8 || probe_list == NONE)
        return false;
    if (health->kept_count > PLAN_MAX_KEPT || !in_plan(health->kept, health->kept_count * sizeof(uint32_t)))
        return false;
    const uint64_t texts[] = {health->log,      health->older_log, health->events,
                              health->event[0], health->event[1],  health->event[2]};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (!in_plan(texts[i], 1))
            return false;
    return true;
}

/* The list of a child that has been made is that child's alone, and so is what
 * it has in memory: behind that its parent keeps the pid. */
static void forget_lists_of_children(void) {
    const struct plan_list *main = &plan.lists[LIST_MAIN];
    for (uint32_t i = 0; !self.is_child && i < main->count; i++) {
        const struct plan_call *call = &plan.calls[main->first + i];
        if (call->number == CALL_MONITOR)
            break;
        if (call->child == NONE || call->result == NONE || !plan.lists[call->child].count)
            continue;
        const struct plan_call *first = &plan.calls[plan.lists[call->child].first];
        const struct plan_call *end = first + plan.lists[call->child].count, *last = end - 1;
        give_back(plan.memory + first->slots, plan.memory + call->result);
        give_back(&plan.patches[first->patches], &plan.patches[last->patches + last->patch_count]);
        give_back(first, end);
    }
}

/* monitor(pid, options): the same, for a process in the background. The list of
 * its child asks whether the process is well. */
static long monitor_child(const uint64_t *slots, uint32_t child) {
    static const struct prober prober = {start_probe, probe_made, probe_has_failed};
    pid_t pid = (pid_t)slots[0];
    const struct monitor_options *options = in_plan(slots[1], sizeof *options);
    if (!options || slots[1] % 8 || (options->log && !in_plan(options->log, 1)))
        return -EFAULT;
    probe_list = child;
    const struct health_options *health = in_plan(options->health, sizeof *health);
    if (options->health && !can_ask(health))
        return -EFAULT;
    health_begin(options->health ? health : NULL, &prober);
    forget_lists_of_children();
    return answer_of(pid, monitor(pid, options));
}

/* attach(socket, pid, options): its status, from the monitor. */
static long attach_client(const uint64_t *slots) {
    pid_t pid = (pid_t)slots[1];
    const struct attach_options *options = in_plan(slots[2], sizeof *options);
    if (!options || slots[2] % 8 || (options->keys && !in_plan(options->keys, options->keys_length)))
        return -EFAULT;
    int status = attach((int)slots[0], pid, options);
    if (status >= 0 && pid > 0 && !is_child_of_ours(pid))
        forget(pid);
    return status;
}

/* ---- calls -------------------------------------------------------------- */

// #region make-call
/* Makes one call. Returns its value, or minus the errno. */
static long make(const struct plan_call *call) {
    for (uint32_t i = 0; i < call->patch_count; i++)
        apply(&plan.patches[call->patches + i]);
    uint64_t s[6]; /* the arguments */
    memcpy(s, plan.memory + call->slots, sizeof s);
    switch (call->number) {
    case CALL_WAIT:
        return wait_child(s);
    case CALL_EXPECT:
        return s[0] == s[1] ? 0 : -(long)s[2];
    case CALL_REFUSE:
        return s[0] != s[1] ? 0 : -(long)s[2];
    case CALL_STARTED:
        return started((pid_t)s[0]);
    case CALL_REMOVE_TREE:
        return remove_tree((int)s[0], (char *)(uintptr_t)s[1],
                           (char *)(uintptr_t)s[2]);
    case CALL_MONITOR:
        return monitor_child(s, call->child);
    case CALL_ATTACH:
        return attach_client(s);
    case SYS_kill: /* a missing result is -1, and -1 would be everybody */
        if ((pid_t)s[0] <= 0)
            return -ESRCH;
        break;
    }
    if (call->child != NONE)
        return clone_child(s, call->child);
    long value;
    int tries = 100; /* of "..", while somebody mounts: man 2 openat2 */
    do
        value = syscall(call->number, s[0], s[1], s[2], s[3], s[4], s[5]);
    while (value == -1 && errno == EAGAIN &&
           call->number == SYS_openat2 && --tries > 0);
    return value == -1 ? -errno : value;
}
// #endregion make-call

static bool ignored(const struct plan_call *call, int error) {
    for (uint32_t i = 0; i < call->ignore_count; i++) {
        uint16_t ignore;
        memcpy(&ignore, plan.memory + call->ignore + i * sizeof ignore, sizeof ignore);
        if (ignore == error)
            return true;
    }
    return false;
}

/* Keeps the first failure of all processes; the others are its consequences. */
static void claim(uint32_t list, uint32_t index, int error) {
    uint64_t none = 0,
             own = (uint64_t)1 << 63 | (uint64_t)list << 40 | (uint64_t)index << 16 | (uint16_t)error;
    __atomic_compare_exchange_n(&failure->first, &none, own, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
}

/* The first failure, which is forgotten: `after` has failures of its own. */
static struct report take_failure(uint32_t kind) {
    return report_of(kind, __atomic_exchange_n(&failure->first, 0, __ATOMIC_ACQ_REL));
}

/* Is this a call whose value is what the shim exits with? */
static bool answers(uint32_t number) {
    return number == CALL_WAIT || number == CALL_MONITOR || number == CALL_ATTACH;
}

// #region play-list
/* Plays a list to the first failure; `after` to its end, or to an expect
 * that fails: "only where nothing is left". */
static bool play(uint32_t list) {
    for (uint32_t i = 0; i < plan.lists[list].count; i++) {
        uint32_t number = plan.lists[list].first + i;
        const struct plan_call *call = &plan.calls[number];
        struct trace_record *record = trace_begin(list, i);
        long value = make(call);
        trace_end(record, value);
        if (call->result != NONE)
            set_cell(call->result, value);
        if (value < 0 && !ignored(call, (int)-value)) {
            claim(list, i, (int)-value);
            if (list != LIST_AFTER)
                return false;
            report(take_failure(REPORT_AFTER_FAILED));
            set_cell(CELL_LEFT, ++left);
            if (call->number == CALL_EXPECT)
                return false;
        } else if (answers(call->number) && list != LIST_AFTER) {
            self.exit_status = (int)value;
        }
    }
    return true;
}
// #endregion play-list

/* What the last of them in this process answered. */
static int status_of_wait(void) { return self.exit_status < 0 ? 0 : self.exit_status; }

/* ---- the process -------------------------------------------------------- */

/* Docker's exit codes for what could not be started. */
static int failed_status(const struct report *r) {
    /* who looks into a child that is inside a container could have written it */
    if (r->list >= plan.header->list_count || r->index >= plan.lists[r->list].count)
        return EXIT_FAILED;
    uint32_t number = plan.calls[plan.lists[r->list].first + r->index].number;
    if (number != SYS_execve && number != SYS_execveat)
        return EXIT_FAILED;
    return r->error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

/* Ends what is left of a plan that failed half way. */
static void end_children(void) {
    for (int i = 0; i < self.child_count; i++)
        kill(self.children[i].pid, SIGKILL);
    for (int i = 0; i < self.child_count; i++) {
        while (waitpid(self.children[i].pid, NULL, __WALL) < 0 && errno == EINTR)
            ;
        close(self.children[i].launch);
    }
    self.child_count = 0;
}

/* Node leaves SIGPIPE and SIGXFSZ ignored, and that would be inherited by the
 * container: `yes | head` would never end. What is pending is dropped. */
static void take_signals(void) {
    sigset_t all;
    struct sigaction dropped = {.sa_handler = SIG_IGN}, standard = {.sa_handler = SIG_DFL};
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    for (int signal = 1; signal < NSIG; signal++) {
        sigaction(signal, &dropped, NULL);
        sigaction(signal, &standard, NULL);
    }
}

static void give_back_signals(void) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* 0 to 2 are open and blocking; above them only what the plan keeps. */
static void tidy_descriptors(int plan_fd) {
    uint32_t kept[2 + PLAN_MAX_KEPT] = {(uint32_t)plan_fd, (uint32_t)report_fd}, count = 2;
    for (int fd = 0; fd <= 2; fd++) {
        int flags = fcntl(fd, F_GETFL);
        if (flags < 0)
            open("/dev/null", O_RDWR);
        else if (flags & O_NONBLOCK)
            fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
    }
    for (uint32_t i = 0; i < plan.header->kept_count; i++)
        kept[count++] = plan.kept[i] & ~KEPT_IS_LOCK;
    close_others(kept, count);
}

static int refuse(const char *why) {
    report((struct report){REPORT_REFUSED, 0, 0, EINVAL});
    if (write(2, "shim: ", 6) < 0 || write(2, why, strlen(why)) < 0 || write(2, "\n", 1) < 0)
        return EXIT_FAILED;
    return EXIT_FAILED;
}

/* "17" → 17; anything else → -1. */
static int descriptor(const char *text) {
    char *end;
    long value = text && *text >= '0' && *text <= '9' ? strtol(text, &end, 10) : -1;
    return value >= 0 && value < 1 << 20 && !*end ? (int)value : -1;
}

int main(int argc, char **argv, char **environment) {
    bool check_only = argc == 3 && !strcmp(argv[1], "--check");
    int plan_fd = descriptor(argc > 1 ? argv[check_only ? 2 : 1] : NULL);
    if (plan_fd < 0 || argc > 3)
        return refuse("usage: shim PLAN-FD [REPORT-FD], with a plan that rocker wrote");
    if (!check_only && argc == 3 && (report_fd = descriptor(argv[2])) < 0)
        return refuse("the report is no descriptor");
    const char *wrong = check_only ? NULL : seal_self(argv, environment);
    if (!wrong)
        wrong = load_plan(plan_fd, &plan);
    if (wrong || check_only)
        return wrong ? refuse(wrong) : 0;

    take_signals();
    prctl(PR_SET_NAME, "rocker-shim");
    tidy_descriptors(plan_fd);
    if (plan.header->trace && !trace_open((char *)plan.memory + plan.header->trace, plan.header->checksum))
        return refuse("the trace cannot be opened");
    set_cell(CELL_PLAN, plan_fd);
    set_cell(CELL_LEFT, 0);
    failure = mmap(NULL, 2 * sizeof *failure, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (failure == MAP_FAILED)
        return refuse("out of memory");
    probe_failure = failure + 1;

    struct report first = {0};
    bool ok = play(LIST_MAIN);
    if (!ok) {
        end_children();
        first = take_failure(REPORT_FAILED);
        self.exit_status = failed_status(&first);
        report(first);
    }
    play(LIST_AFTER);
    if (!ok) {
        set_cell(CELL_LIST, first.list);
        set_cell(CELL_INDEX, first.index);
        set_cell(CELL_ERRNO, first.error);
        take_signals(); /* what came for a run that has failed comes too late */
        give_back_signals();
        play(LIST_FAILED);
    }
    return status_of_wait();
}
