/* Why C: attach reads what is typed. */
#include "detach_keys.h"

#include <string.h>

/* One key. The first of those that are held back are let go until the others
 * are a beginning again: a, a, b has to be found in a a a b. */
static size_t pass_key(struct detach_keys *k, char key, char *to) {
    size_t passed = 0;
    while (k->held && key != k->keys[k->held]) {
        size_t gone = 1;
        while (memcmp(k->keys, k->keys + gone, k->held - gone))
            gone++;
        memcpy(to + passed, k->keys, gone);
        passed += gone;
        k->held -= gone;
    }
    if (k->count && key == k->keys[k->held])
        k->held++;
    else
        to[passed++] = key;
    return passed;
}

size_t pass_keys(struct detach_keys *k, const char *from, size_t length, char *to, bool *complete) {
    size_t passed = 0;
    *complete = false;
    for (size_t i = 0; i < length && !*complete; i++) {
        passed += pass_key(k, from[i], to + passed);
        *complete = k->count && k->held == k->count;
    }
    return passed;
}
