#ifndef REMOVE_TREE_H
#define REMOVE_TREE_H

/* Deletes what stands at `path`, from the folder `parent`, and all below it.
 * From its last name on it follows no link and stays on one mount. Returns 0,
 * also where nothing was there, or minus the first errno; it removes what it
 * can in any case.
 *
 * `last`, if not NULL, is a file in there that goes when all the rest is gone.
 * What others put there after it stays, and that counts as removed. */
long remove_tree(int parent, const char *path, const char *last);

#endif
