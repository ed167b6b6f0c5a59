/* dist/rocker: puts the pinned Node in its own place, with main.cjs.
 *
 * A few lines of sh would do the same. But a shell is linked when it starts,
 * and that takes 1 to 2 ms of each command; this is static.
 *
 * build.ts gives the paths of NODE and MAIN, and the words ALONE and STRANGERS.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const alone[] = {ALONE, NULL};
static const char *const strangers[] = {STRANGERS, NULL};

static const char seed[] = "--no-rehash-snapshot"; /* see reseed.ts */

/* What `run` leaves behind in its 50 ms is no work for the garbage collector:
 * 2 ms, and 1 of `ps`; and threads that have nothing to do in them cost their
 * start and their end. */
static const char *const brief[] = {
    "--min-semi-space-size=4", /* megabytes; more would be touched, and cleared */
    "--v8-pool-size=1",
    "--disable-sigusr1",
};
enum { briefs = sizeof brief / sizeof *brief };

static bool is_one_of(const char *word, const char *const *words) {
    while (*words && strcmp(word, *words) != 0)
        words++;
    return *words != NULL;
}

int main(int argc, char **argv) {
    const char *word = argc > 1 ? argv[1] : "";
    const char *args[argc + briefs + 4];
    int count = 0;
    args[count++] = NODE;
    if (!is_one_of(word, strangers))
        args[count++] = seed;
    for (int i = 0; i < briefs && is_one_of(word, alone); i++)
        args[count++] = brief[i];
    args[count++] = MAIN;
    for (int i = 1; i < argc; i++)
        args[count++] = argv[i];
    args[count] = NULL;
    execv(NODE, (char *const *)args);
    perror("rocker: start " NODE);
    return 127;
}
