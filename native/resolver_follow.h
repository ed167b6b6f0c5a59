#ifndef RESOLVER_FOLLOW_H
#define RESOLVER_FOLLOW_H

#include <stdbool.h>

/* Reads all entries of a zone's folder, and hears of changes from then on.
 * Returns a descriptor that has something to read then, or minus the errno. */
int follow_open(const char *path);

/* Takes in all changes so far. False: the folder is gone. */
bool follow(void);

/* Takes the folder's lock, which whoever starts a resolver holds. */
bool follow_lock(void);
void follow_unlock(void);

#endif
