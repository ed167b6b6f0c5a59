#ifndef REMOVE_TREE_H
#define REMOVE_TREE_H

/* Deletes `name` in the folder `parent` and all that is below it. Follows no
 * link and stays on one mount. Returns 0, also where nothing was there, or
 * minus the first errno; it removes what it can in any case. */
long remove_tree(int parent, const char *name);

#endif
