/* What the monitor and its clients say to each other, over a socket that keeps
 * messages apart (SOCK_SEQPACKET): a byte of type, and what belongs to it.
 *
 * A client sends its next INPUT when the last one is TAKEN: so input that the
 * process does not read never stands in the way of a signal.
 */
#ifndef MESSAGE_H
#define MESSAGE_H

#include <stddef.h>

enum { MESSAGE_BYTES = 16384 };

struct message {
    char type;
    char bytes[MESSAGE_BYTES];
};

/* from the monitor; its end of the socket closes when all is cleaned up */
enum {
    MESSAGE_STARTED = 's', /* the process runs */
    MESSAGE_OUTPUT = 'o',  /* bytes of stdout, or of the terminal */
    MESSAGE_ERROR = 'e',   /* bytes of stderr */
    MESSAGE_TAKEN = 't',   /* the process has got the input */
    MESSAGE_EXIT = 'x',    /* one byte: the status, behind the last output */
};

/* from a client */
enum {
    MESSAGE_INPUT = 'i',  /* bytes; none: this client has an input */
    MESSAGE_CLOSE = 'c',  /* the input has ended */
    MESSAGE_WINDOW = 'w', /* rows, columns: two bytes each, little-endian */
    MESSAGE_KILL = 'k',   /* one byte: the number of a signal */
    MESSAGE_DETACH = 'd', /* this client leaves because it wants to */
};

#endif
