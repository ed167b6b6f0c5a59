/* The bytes of a plan, as chapters/02-process/encode.ts writes them.
 *
 * A plan is like an object file: calls, the memory of their arguments, and
 * patches that complete the memory just before each call. All numbers are
 * little-endian; offsets of the header are into the file, all others into the
 * memory. What stands behind `size` is for people (the words for each call), and
 * never read here.
 */
#ifndef PLAN_H
#define PLAN_H

#include <stdint.h>

enum { PLAN_MAGIC = 0x4c504b52, PLAN_VERSION = 1 }; /* "RKPL" */
enum { PLAN_MAX_BYTES = 16 << 20, PLAN_MAX_CALLS = 65536, PLAN_MAX_LISTS = 1024, PLAN_MAX_KEPT = 64 };

struct plan_header {
    uint32_t magic, version;
    uint32_t machine;  /* of ELF: 62 is x86-64, 183 is arm64 */
    uint32_t size;     /* of header, tables and memory */
    uint32_t checksum; /* of the words behind this field, up to size */
    uint32_t lists, list_count;
    uint32_t calls, call_count;
    uint32_t patches, patch_count;
    uint32_t memory, memory_size;
    uint32_t kept, kept_count; /* descriptors that stay open */
    uint32_t trace;            /* where in the memory its path is; 0: there is none */
};

/* Lists 0 to 2 are main, after and failed; the others belong to a clone3, or to
 * a monitor: its probe. */
enum { LIST_MAIN, LIST_AFTER, LIST_FAILED, LIST_CHILD };

struct plan_list {
    uint32_t first, count;
};

enum { NONE = 0xffffffff };

struct plan_call {
    uint32_t number;
    uint32_t slots; /* six words of eight bytes */
    uint32_t patches, patch_count;
    uint32_t ignore, ignore_count; /* errnos of two bytes each */
    uint32_t result;               /* a cell of eight bytes, or NONE */
    uint32_t child;                /* a list, or NONE */
};

enum patch_kind { PATCH_POINTER = 1, PATCH_COPY, PATCH_CLEAR, PATCH_APPEND, PATCH_DECIMAL, PATCH_LENGTH };

struct plan_patch {
    uint32_t kind, at, source, size;
};

/* A kept descriptor; a lock is closed in every child. */
enum { KEPT_IS_LOCK = 0x80000000 };

/* The first cells of the memory, known to every plan. */
enum { CELL_LIST = 0, CELL_INDEX = 8, CELL_ERRNO = 16, CELL_PLAN = 24, CELL_LEFT = 32, CELLS_END = 40 };

/* Calls that are loops over events, and so no single call of the kernel. */
enum { CALL_WAIT = 0x10000, CALL_EXPECT, CALL_STARTED, CALL_REMOVE_TREE, CALL_MONITOR, CALL_ATTACH, CALL_REFUSE };

/* What the shim writes to the report: first `started`, if the plan asks for
 * it, then every call that failed. */
enum report_kind { REPORT_STARTED = 1, REPORT_FAILED, REPORT_AFTER_FAILED, REPORT_REFUSED };

struct report {
    uint32_t kind, list, index, error;
};

/* Where wait() copies while it waits: from one descriptor to another. */
struct relay {
    uint32_t from, to;
};

/* What monitor() serves while it waits. A descriptor that is -1 is not there. */
struct monitor_options {
    int64_t stdin_fd;       /* what is typed is written to it */
    int64_t stdout_fd;      /* read; a pty's master with `terminal` */
    int64_t stderr_fd;      /* read */
    int64_t terminal;       /* 1: the process has a terminal */
    int64_t listener;       /* a listening socket: whoever wants to attach */
    int64_t client;         /* the first client's end of a socketpair */
    int64_t stdin_once;     /* 1: with the client that types the input ends */
    uint64_t log;           /* a pointer to the log's path, or 0 */
    uint64_t log_max_bytes; /* of one file; 0: no limit */
    uint64_t log_max_files; /* 0 is 1 */
    uint64_t health;        /* a pointer to health_options, or 0 */
    int64_t hangs_up;       /* 1: the process hears SIGHUP where the first client is lost */
};

/* How monitor() asks whether the process is well: its list is played by a timer.
 * Times are nanoseconds, and texts are pointers to strings. */
struct health_options {
    int64_t interval, timeout, start_period, start_interval;
    int64_t retries;
    uint64_t kept, kept_count; /* uint32_t: what the probe's list needs open, and no more */
    int64_t cgroup;            /* whoever plays it is born in this one; -1: in ours */
    uint64_t log, older_log;   /* the results; a file that is full becomes the older one */
    int64_t freezer;           /* a file that says whether it stands still; -1: there is none */
    int64_t thawed_at;         /* it does where this byte is not */
    int64_t thawed;            /* this one */
    uint64_t events;         /* a file that is told when its status changes: */
    uint64_t event[3];       /* a line in three, between them the time and the status */
};

/* What attach() connects with the monitor at the other end of its socket. */
struct attach_options {
    int64_t stdin_fd, stdout_fd, stderr_fd;
    int64_t terminal;      /* 1: the process has a terminal */
    int64_t proxy;         /* 1: signals are for the process */
    int64_t until_started; /* 1: no longer than until it runs */
    uint64_t keys;         /* a pointer to the bytes that detach, or 0 */
    uint64_t keys_length;
};

#endif
