#ifndef SEAL_H
#define SEAL_H

/* Executes this program again from a sealed copy in memory, unless it is one. */
void seal_self(char **argv, char **environment);

#endif
