/* Those who are attached to a container: they get its output, and it gets what
 * they type. The slowest of them sets the pace, so that nobody misses anything. */
#ifndef CLIENTS_H
#define CLIENTS_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

#include "message.h"

enum { MAX_CLIENTS = 64 };

/* What clients want of the process. */
struct served {
    void (*kill)(int number);
    void (*resize)(unsigned rows, unsigned columns);
    int input;       /* what is typed is written to it; -1: it goes nowhere */
    bool input_once; /* it closes where a client that types has no more, or is gone */
};

/* A new client; with `hangs_up` the process hears SIGHUP where it is lost. And
 * one that knocks: others than root and our own user are turned away. False
 * where there is no descriptor left for it. */
void adopt_client(int fd, bool hangs_up);
bool accept_client(int listener);

/* Sends a message to everybody. It may not be changed while somebody waits for
 * it: his socket is full. */
void show(const struct message *message, size_t length);
bool somebody_waits(void);

/* What is said from now on has to fit in the sockets: nobody is waited for. */
void stop_waiting(void);

/* One place for each client: to poll, and to serve. */
size_t poll_clients(struct pollfd *places);
void serve_clients(const struct pollfd *places, size_t count, struct served *served);

/* Has something been typed that is not taken yet? Gives one client's. */
bool input_waits(void);
void give_input(struct served *served);

#endif
