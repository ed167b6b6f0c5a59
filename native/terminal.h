/* The terminal of whoever is attached: every key goes to the container, so the
 * terminal itself obeys none. It is as before after every kind of end. */
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdbool.h>

struct window {
    unsigned rows, columns;
};

/* Lets a terminal pass everything on, ctrl-c too, until it is restored; a small
 * process does that where this one is killed. Anything else stays as it is. */
void make_raw(int fd);

/* The same again, where a shell has changed the terminal meanwhile. */
void make_raw_again(void);

bool is_raw(void);

void restore_terminal(void);

/* How large it is. False: this is no terminal. */
bool window_of(int fd, struct window *window);

#endif
