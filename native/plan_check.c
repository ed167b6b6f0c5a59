/* Why C: what is checked here is what the shim is about to trust. */
#define _GNU_SOURCE
#include "plan_check.h"

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#if defined __x86_64__
enum { OWN_MACHINE = EM_X86_64 };
#elif defined __aarch64__
enum { OWN_MACHINE = EM_AARCH64 };
#else
#error "rocker runs on x86-64 and arm64"
#endif

/* Turned by five bits, then the next word: any word that differs makes it differ. */
static uint32_t checksum(const unsigned char *bytes, size_t length) {
    uint32_t sum = 1, word;
    for (size_t i = 0; i + sizeof word <= length; i += sizeof word) {
        memcpy(&word, bytes + i, sizeof word);
        sum = (sum << 5 | sum >> 27) ^ word;
    }
    return sum;
}

/* Does a table of `count` entries of `size` bytes lie before the memory? A call
 * can write into the memory, and must not change what was checked. */
static bool inside(const struct plan_header *h, uint32_t offset, uint32_t count, size_t size) {
    return offset % 4 == 0 && offset >= sizeof *h && offset <= h->memory &&
           count <= (h->memory - offset) / size;
}

/* Do `size` bytes at `offset` lie inside the memory? */
static bool in_memory(const struct plan_header *h, uint32_t offset, uint64_t size) {
    return offset <= h->memory_size && size <= h->memory_size - offset;
}

static const char *check_tables(const struct plan_header *h) {
    if (h->list_count < LIST_CHILD || h->list_count > PLAN_MAX_LISTS || h->call_count > PLAN_MAX_CALLS ||
        h->kept_count > PLAN_MAX_KEPT)
        return "the plan is too large";
    if (h->memory % 8 || h->memory > h->size || h->memory_size != h->size - h->memory ||
        h->memory_size < CELLS_END || !inside(h, h->lists, h->list_count, sizeof(struct plan_list)) ||
        !inside(h, h->calls, h->call_count, sizeof(struct plan_call)) ||
        !inside(h, h->patches, h->patch_count, sizeof(struct plan_patch)) ||
        !inside(h, h->kept, h->kept_count, sizeof(uint32_t)) || !in_memory(h, h->trace, 1))
        return "the plan is damaged: a table lies outside of it";
    return NULL;
}

static const char *check_patch(const struct plan_header *h, const struct plan_patch *patch) {
    static const char *const why = "the plan is damaged: a patch lies outside of the memory";
    bool ok = false;
    switch (patch->kind) {
    case PATCH_POINTER:
        ok = in_memory(h, patch->at, 8) && in_memory(h, patch->source, 0);
        break;
    case PATCH_COPY:
        ok = patch->size <= 8 && in_memory(h, patch->at, patch->size) &&
             in_memory(h, patch->source, patch->size);
        break;
    case PATCH_CLEAR:
        ok = in_memory(h, patch->at, 1);
        break;
    case PATCH_APPEND:
        ok = in_memory(h, patch->at, 1) && in_memory(h, patch->source, patch->size);
        break;
    case PATCH_DECIMAL:
    case PATCH_LENGTH:
        ok = (patch->size == 1 || patch->size == 2 || patch->size == 4 || patch->size == 8) &&
             in_memory(h, patch->at, patch->kind == PATCH_LENGTH ? patch->size : 1) &&
             in_memory(h, patch->source, patch->kind == PATCH_LENGTH ? 1 : patch->size);
        break;
    }
    return ok ? NULL : why;
}

/* A string grows by appending; the encoder left room for it. Follow the patches
 * of one call, and see that each string stays inside the memory. */
static const char *check_strings(const struct plan *p, const struct plan_call *call) {
    uint32_t string = NONE;
    uint64_t length = 0;
    for (uint32_t i = 0; i < call->patch_count; i++) {
        const struct plan_patch *patch = &p->patches[call->patches + i];
        if (patch->kind == PATCH_CLEAR) {
            string = patch->at;
            length = 0;
        }
        if (patch->kind != PATCH_APPEND && patch->kind != PATCH_DECIMAL)
            continue;
        if (patch->at != string)
            return "the plan is damaged: a text without a start";
        length += patch->kind == PATCH_APPEND ? patch->size : 20;
        if (!in_memory(p->header, string, length + 1))
            return "the plan is damaged: a text lies outside of the memory";
    }
    return NULL;
}

static const char *check_call(const struct plan *p, uint32_t list, const struct plan_call *call) {
    const struct plan_header *h = p->header;
    if (!in_memory(h, call->slots, 48) || call->slots % 8 ||
        !in_memory(h, call->ignore, 2 * (uint64_t)call->ignore_count) ||
        (call->result != NONE && !in_memory(h, call->result, 8)))
        return "the plan is damaged: a call lies outside of the memory";
    /* a child's list stands behind its parent's: so there are no circles */
    if (call->child != NONE &&
        (call->child < LIST_CHILD || call->child <= list || call->child >= h->list_count))
        return "the plan is damaged: a child without a list";
    if (call->patches > h->patch_count || call->patch_count > h->patch_count - call->patches)
        return "the plan is damaged: a call without its patches";
    for (uint32_t i = 0; i < call->patch_count; i++) {
        const char *wrong = check_patch(h, &p->patches[call->patches + i]);
        if (wrong)
            return wrong;
    }
    return check_strings(p, call);
}

static const char *check_lists(const struct plan *p) {
    for (uint32_t list = 0; list < p->header->list_count; list++) {
        const struct plan_list *l = &p->lists[list];
        if (l->first > p->header->call_count || l->count > p->header->call_count - l->first)
            return "the plan is damaged: a list without its calls";
        for (uint32_t i = 0; i < l->count; i++) {
            const char *wrong = check_call(p, list, &p->calls[l->first + i]);
            if (wrong)
                return wrong;
        }
    }
    return NULL;
}

const char *load_plan(int fd, struct plan *p) {
    struct stat stat;
    if (fstat(fd, &stat) < 0 || !S_ISREG(stat.st_mode) || stat.st_size < (off_t)sizeof *p->header)
        return "there is no plan";
    if (stat.st_size > PLAN_MAX_BYTES)
        return "the plan is too large";
    size_t size = (size_t)stat.st_size; /* one byte more: a NUL behind the last string */
    unsigned char *bytes = mmap(NULL, size + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (bytes == MAP_FAILED)
        return "out of memory";
    const struct plan_header *h = p->header = (const struct plan_header *)bytes;
    if (pread(fd, bytes, sizeof *h, 0) != (ssize_t)sizeof *h)
        return "the plan cannot be read";
    if (h->magic != PLAN_MAGIC || h->version != PLAN_VERSION)
        return "this is no plan of this version of rocker";
    if (h->machine != OWN_MACHINE)
        return "the plan is for another architecture";
    uint32_t behind = offsetof(struct plan_header, lists);
    uint32_t wanted = h->size;
    if (wanted < sizeof *h || wanted > size || pread(fd, bytes, wanted, 0) != (ssize_t)wanted ||
        h->size != wanted)
        return "the plan is damaged: it ends too early";
    if (h->size % 4 || checksum(bytes + behind, h->size - behind) != h->checksum)
        return "the plan is damaged: its checksum is wrong";
    const char *wrong = check_tables(h);
    if (wrong)
        return wrong;
    p->lists = (const struct plan_list *)(bytes + h->lists);
    p->calls = (const struct plan_call *)(bytes + h->calls);
    p->patches = (const struct plan_patch *)(bytes + h->patches);
    p->kept = (const uint32_t *)(bytes + h->kept);
    p->memory = bytes + h->memory;
    return check_lists(p);
}
