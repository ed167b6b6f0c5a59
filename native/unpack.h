/* What is appended to the launcher, and how it comes out. test/one-file.ts has
 * the same layout.
 *
 *   entry     name's length (4), mode (4), size (8), name, bytes
 *   …
 *   trailer   at the very end
 */
#ifndef UNPACK_H
#define UNPACK_H

#include <stdbool.h>
#include <stdint.h>

enum { ID_BYTES = 16 };

struct trailer {
    uint64_t offset, size; /* of the entries */
    uint64_t checksum;     /* of all their bytes: CRC-32 */
    char id[ID_BYTES];     /* the first digits of their sha256 */
    char magic[8];
};

/* Whether the file has one that fits. */
bool read_trailer(int file, struct trailer *trailer);

/* Makes `folder` in `caches`, in one step; answers why not, or NULL. */
const char *unpack(int file, const struct trailer *trailer, const char *caches, const char *folder);

#endif
