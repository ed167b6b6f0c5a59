/*
 * What a process was given, one line each, by system calls alone: it works
 * without /proc, and as the only file of a root.
 *
 *   ignored: 13 25        signals whose action is SIG_IGN
 *   handled:
 *   blocked:
 *   descriptors: 0 1 2
 *   ids: pid=1 ppid=0 pgrp=1 session=1 uid=0 gid=0
 *   groups: 0 29
 *   hostname: box
 *   folder: /
 *   umask: 0022
 *   argument: sh
 *   variable: PATH=/bin
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { last_signal = 64, last_descriptor = 4096, most_groups = 1024 };

static int is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0
        && action.sa_handler == SIG_IGN;
}

static int is_handled(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0
        && action.sa_handler != SIG_IGN && action.sa_handler != SIG_DFL;
}

static int is_blocked(int number)
{
    sigset_t set;
    sigprocmask(SIG_BLOCK, NULL, &set);
    return sigismember(&set, number) == 1;
}

static int is_open(int descriptor)
{
    return fcntl(descriptor, F_GETFD) >= 0;
}

static void list(const char *title, int from, int to, int (*has)(int))
{
    printf("%s:", title);
    for (int i = from; i <= to; i++)
        if (has(i))
            printf(" %d", i);
    printf("\n");
}

static void print_ids(void)
{
    gid_t groups[most_groups];
    int count = getgroups(most_groups, groups);
    printf("ids: pid=%d ppid=%d pgrp=%d session=%d uid=%d gid=%d\n",
        (int)getpid(), (int)getppid(), (int)getpgrp(), (int)getsid(0),
        (int)geteuid(), (int)getegid());
    printf("groups:");
    for (int i = 0; i < count; i++)
        printf(" %d", (int)groups[i]);
    printf("\n");
}

static void print_surroundings(void)
{
    char text[4096] = "";
    gethostname(text, sizeof text - 1);
    printf("hostname: %s\n", text);
    printf("folder: %s\n", getcwd(text, sizeof text) ? text : "(none)");
    printf("umask: %04o\n", (unsigned)umask(0));
}

int main(int count, char **arguments, char **variables)
{
    list("ignored", 1, last_signal, is_ignored);
    list("handled", 1, last_signal, is_handled);
    list("blocked", 1, last_signal, is_blocked);
    list("descriptors", 0, last_descriptor, is_open);
    print_ids();
    print_surroundings();
    for (int i = 0; i < count; i++)
        printf("argument: %s\n", arguments[i]);
    for (char **one = variables; *one; one++)
        printf("variable: %s\n", *one);
    return 0;
}
