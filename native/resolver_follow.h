#ifndef RESOLVER_FOLLOW_H
#define RESOLVER_FOLLOW_H

#include <stdbool.h>

/* Opens a zone's folder, and makes it the one that this process is in. */
bool follow_enter(const char *path);

/* Reads all entries, and hears of changes from then on. Returns a descriptor
 * that has something to read then; -1 where somebody has to look by himself. */
int follow_begin(void);

/* Takes in all changes so far. False: the folder is gone. */
bool follow(void);

/* Takes the folder's lock, which whoever starts a resolver holds. */
bool follow_lock(void);
void follow_unlock(void);

#endif
