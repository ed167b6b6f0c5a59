/* Why C: between two calls of a plan there is nobody else. */
#define _GNU_SOURCE
#include "trace.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

struct trace *trace;
static uint32_t traced_plan;

/* Read from memory that the kernel shares, where this machine's clock can be. */
static uint64_t now(void) {
    struct timespec time = {0};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

bool trace_open(const char *path, uint32_t plan) {
    struct stat stat;
    int fd = open(path, O_RDWR | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool fits = fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode) && stat.st_size >= (off_t)sizeof *trace;
    void *memory = fits ? mmap(NULL, sizeof *trace, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;
    close(fd);
    if (memory == MAP_FAILED)
        return false;
    trace = memory;
    traced_plan = plan;
    return true;
}

/* What does not fit is only counted. */
struct trace_record *trace_add(uint32_t list, uint32_t index) {
    uint64_t place = __atomic_fetch_add(&trace->count, 1, __ATOMIC_RELAXED);
    if (place >= TRACE_MAX_RECORDS)
        return NULL;
    struct trace_record *record = &trace->records[place];
    *record = (struct trace_record){.plan = traced_plan, .list = list, .index = index, .start = now()};
    __atomic_store_n(&record->state, TRACE_BEGUN, __ATOMIC_RELEASE);
    return record;
}

void trace_complete(struct trace_record *record, int64_t value) {
    record->end = now();
    record->value = value;
    __atomic_store_n(&record->state, TRACE_ANSWERED, __ATOMIC_RELEASE);
}
