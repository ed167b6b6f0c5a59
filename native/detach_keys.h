#ifndef DETACH_KEYS_H
#define DETACH_KEYS_H

#include <stdbool.h>
#include <stddef.h>

/* The keys that detach, and how many of them have been typed in a row: those
 * are held back, and passed on when another one comes. */
struct detach_keys {
    const char *keys;
    size_t count, held;
};

/* Copies what is typed, without what is held back, to `to`: it may lie `count`
 * bytes before `from`, in the same memory. Returns how many bytes that were;
 * `complete` says that the keys are, and the rest of the input is dropped. */
size_t pass_keys(struct detach_keys *keys, const char *from, size_t length, char *to, bool *complete);

#endif
