#ifndef SEAL_H
#define SEAL_H

/* Executes this program again from a sealed copy in memory, unless it is one.
 * Returns NULL, or a sentence that says why that cannot be. */
const char *seal_self(char **argv, char **environment);

#endif
