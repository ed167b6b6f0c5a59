/*
 * Makes system calls, and says what the kernel answered: a number, or minus an
 * errno, or the signal that came of it.
 *
 *   calls n:272:268435456 i:102:1,0 x:16:0,21522
 *   272 -1
 *   102 -1
 *   16 -1
 *
 * n is this machine's own way, i that of i386, by int 0x80; x sets the bit of
 * x32. Each call is made by a process of its own.
 *
 *   calls --filter FILE n:0 …
 *
 * One process installs the program in FILE and makes them all. It may answer
 * anything to anything: the results lie in shared memory, and the process ends
 * by a trap, which is no system call.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { x32_bit = 0x40000000, most_bytes = 4096 * 8, by_signal = 10000 };
enum { set_mode_filter = 1 };

/* as linux/filter.h has it, which musl has not */
struct sock_fprog {
    unsigned short length;
    const void *filter;
};

struct call {
    char how;
    long number;
    unsigned long long args[6];
    long answer;
};

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

static struct call parse(char *text)
{
    struct call call = { .how = text[0] };
    char *at = text + 2;
    call.number = strtol(at, &at, 0);
    for (int i = 0; i < 6 && *at != '\0'; i++)
        call.args[i] = strtoull(at + 1, &at, 0);
    return call;
}

static long as_i386(const struct call *call)
{
#ifdef __x86_64__
    int answer;
    __asm__ volatile("int $0x80"
        : "=a"(answer)
        : "a"((int)call->number), "b"((unsigned)call->args[0]),
          "c"((unsigned)call->args[1]), "d"((unsigned)call->args[2]),
          "S"((unsigned)call->args[3]), "D"((unsigned)call->args[4])
        : "memory", "r8", "r9", "r10", "r11");
    return answer;
#else
    (void)call;
    return -ENOSYS;
#endif
}

static void make(struct call *call)
{
    if (call->how == 'i') {
        call->answer = as_i386(call);
        return;
    }
    const unsigned long long *args = call->args;
    long number = call->number | (call->how == 'x' ? x32_bit : 0);
    long answer = syscall(number, args[0], args[1], args[2], args[3],
        args[4], args[5]);
    call->answer = answer == -1 ? -errno : answer;
}

static void install(const char *path)
{
    static char bytes[most_bytes];
    FILE *file = fopen(path, "r");
    if (!file)
        fail(path);
    size_t length = fread(bytes, 1, sizeof bytes, file);
    struct sock_fprog program = {
        .length = (unsigned short)(length / 8),
        .filter = bytes,
    };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
        || syscall(SYS_seccomp, set_mode_filter, 0, &program) != 0)
        fail("install the filter");
}

static void make_filtered(struct call *calls, int count, const char *path)
{
    pid_t pid = fork();
    if (pid == 0) {
        install(path);
        for (int i = 0; i < count; i++)
            make(&calls[i]);
        __builtin_trap();
    }
    int status;
    waitpid(pid, &status, 0);
    if (!WIFSIGNALED(status))
        exit(1);
}

static void make_alone(struct call *call)
{
    pid_t pid = fork();
    if (pid == 0) {
        make(call);
        _exit(0);
    }
    int status;
    waitpid(pid, &status, 0);
    if (WIFSIGNALED(status))
        call->answer = -by_signal - WTERMSIG(status);
}

int main(int count, char **arguments)
{
    const char *filter = NULL;
    int first = 1;
    if (count > 2 && strcmp(arguments[1], "--filter") == 0) {
        filter = arguments[2];
        first = 3;
    }
    count -= first;
    struct call *calls = mmap(NULL, (size_t)(count + 1) * sizeof *calls,
        PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (calls == MAP_FAILED)
        fail("share memory");
    for (int i = 0; i < count; i++)
        calls[i] = parse(arguments[first + i]);
    if (filter)
        make_filtered(calls, count, filter);
    for (int i = 0; i < count; i++) {
        if (!filter)
            make_alone(&calls[i]);
        printf("%ld %ld\n", calls[i].number, calls[i].answer);
    }
    return 0;
}
