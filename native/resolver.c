/* The name server of a network: one process for all of its containers, at the
 * address that they also leave by.
 *
 *     a container ── who is web? ──▶ 172.30.0.1:53 ── the zone's folder
 *                                               └──▶ the host's own servers
 *
 *     resolver FOLDER NAME open|internal RESOLV_CONF ADDRESS/PREFIX… [-- CGROUP…]
 *
 * It returns when it can be asked, and stays behind, as a child of nobody. It
 * ends by itself when nobody has been in the network for a moment. Whoever
 * starts one holds the lock of FOLDER/zone; that of FOLDER/resolver is held as
 * long as one is there.
 *
 * Why C: it lives as long as the network is used, and idle Node costs 69 MB.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "dns_answer.h"
#include "dns_packet.h"
#include "resolver_follow.h"
#include "resolver_forward.h"
#include "resolver_loop.h"
#include "resolver_servers.h"
#include "resolver_stream.h"
#include "resolver_zone.h"

#ifndef IPV6_FREEBIND
#define IPV6_FREEBIND 78
#endif

enum {
    MOST_SUBNETS = 4,
    MOST_FILES = 4096,
    PACKETS_AT_ONCE = 64,
    EVENTS_AT_ONCE = 32,
    MOMENT_MS = 200, /* that it outlives the last container by */
    LOOK_MS = 1000,
    NOBODY = 65534,
    PORT_TRIES = 20,
    PORT_PAUSE_NS = 10000000,
};

static struct {
    int events, life; /* epoll, and the lock that says that it is there */
    struct subnet subnets[MOST_SUBNETS];
    int packets[MOST_SUBNETS], listeners[MOST_SUBNETS];
    size_t count;
    int64_t ends; /* when, if it stays as it is */
    bool looks;   /* now and then, whether the zone has changed */
} resolver = {.ends = NEVER};

/* ---- what the others need ------------------------------------------------ */

bool loop_watch(int fd, uint32_t events, struct event event) {
    struct epoll_event wanted = {.events = events};
    wanted.data.u64 = event.kind | (uint64_t)event.place << 16 | (uint64_t)event.part << 32;
    return !epoll_ctl(resolver.events, EPOLL_CTL_ADD, fd, &wanted);
}

void loop_change(int fd, uint32_t events, struct event event) {
    struct epoll_event wanted = {.events = events};
    wanted.data.u64 = event.kind | (uint64_t)event.place << 16 | (uint64_t)event.part << 32;
    epoll_ctl(resolver.events, EPOLL_CTL_MOD, fd, &wanted);
}

int64_t loop_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t loop_earlier(int64_t one, int64_t other) {
    if (one == NEVER || other == NEVER)
        return one == NEVER ? other : one;
    return one < other ? one : other;
}

bool is_own(const union address *address) {
    for (size_t i = 0; i < resolver.count; i++)
        if (address_equals(address, &resolver.subnets[i].address))
            return true;
    return false;
}

bool is_served(const union address *address) {
    for (size_t i = 0; i < resolver.count; i++)
        if (address_is_within(address, &resolver.subnets[i]))
            return true;
    return false;
}

static void leave(void) {
    for (size_t i = 0; i < resolver.count; i++) {
        close(resolver.packets[i]);
        close(resolver.listeners[i]);
    }
    close(resolver.life); /* before the zone's lock, which goes with the process */
    _exit(0);
}

static void take_changes(void) {
    if (!follow())
        leave();
}

/* The host may ask who is here, and so do the resolvers of other networks; it
 * is no container that others are asked for. So no question goes in a circle. */
bool serve(const uint8_t *bytes, size_t length, const struct asker *asker) {
    static uint8_t reply[DNS_MESSAGE_BYTES];
    struct dns_query query;
    enum dns_code code = dns_read_query(bytes, length, &query);
    if (code == DNS_UNANSWERED)
        return false;
    take_changes(); /* all that was there before the question */
    size_t room = query.udp_room < DNS_UDP_OURS ? query.udp_room : DNS_UDP_OURS;
    if (asker->stream >= 0)
        room = sizeof reply;
    size_t done = code == DNS_GOOD ? dns_answer(bytes, &query, reply, room) : 0;
    if (!done && code == DNS_GOOD && query.wants_recursion && !is_own(&asker->address)) {
        forward(bytes, length, &query, asker);
        return true;
    }
    if (!done)
        done = dns_refuse(bytes, &query, code == DNS_GOOD ? DNS_REFUSED : code, reply);
    if (asker->stream >= 0)
        stream_answer(asker->stream, reply, done);
    else
        sendto(asker->socket, reply, done, MSG_DONTWAIT | MSG_NOSIGNAL, &asker->address.any,
               address_size(&asker->address));
    return true;
}

/* ---- the loop ------------------------------------------------------------ */

static void take_packets(int socket) {
    static uint8_t bytes[DNS_QUERY_BYTES + 1];
    for (int i = 0; i < PACKETS_AT_ONCE; i++) {
        struct asker asker = {.socket = socket, .stream = -1};
        socklen_t size = sizeof asker.address;
        ssize_t got = recvfrom(socket, bytes, sizeof bytes, MSG_DONTWAIT, &asker.address.any, &size);
        if (got < 0)
            return;
        if (got <= DNS_QUERY_BYTES && is_served(&asker.address))
            serve(bytes, (size_t)got, &asker);
    }
}

static void handle(uint64_t data) {
    unsigned place = data >> 16 & 0xffff, part = data >> 32 & 0xffff;
    switch ((enum event_kind)(data & 0xffff)) {
    case EVENT_ZONE: /* is looked at in any case */
        break;
    case EVENT_PACKET:
        take_packets(resolver.packets[place]);
        break;
    case EVENT_LISTENER:
        stream_accept(resolver.listeners[place]);
        break;
    case EVENT_REPLY:
        forward_hear(place, part);
        break;
    case EVENT_CLIENT:
        stream_move(place);
        break;
    case EVENT_SERVER:
        stream_move_server(place);
        break;
    }
}

/* Nobody is here, and who comes finds the lock free, and starts the next one. */
static void end_alone(int64_t now) {
    if (zone_count()) {
        resolver.ends = NEVER;
    } else if (resolver.ends == NEVER) {
        resolver.ends = now + MOMENT_MS;
    } else if (resolver.ends <= now) {
        bool locked = follow_lock();
        take_changes();
        if (locked && !zone_count())
            leave();
        if (locked)
            follow_unlock();
        resolver.ends = now + MOMENT_MS;
    }
}

static void run(void) {
    for (;;) {
        struct epoll_event events[EVENTS_AT_ONCE];
        int64_t now = loop_time();
        take_changes();
        end_alone(now);
        int64_t next = loop_earlier(forward_go_on(now), stream_go_on(now));
        next = loop_earlier(next, resolver.ends);
        next = loop_earlier(next, resolver.looks ? now + LOOK_MS : NEVER);
        int patience = next == NEVER ? -1 : next <= now ? 0 : (int)(next - now);
        int count = epoll_wait(resolver.events, events, EVENTS_AT_ONCE, patience);
        for (int i = 0; i < count; i++)
            handle(events[i].data.u64);
    }
}

/* ---- its start ----------------------------------------------------------- */

/* "bind 172.30.0.1 98": what was tried, with what, and the errno. */
static void give_up(const char *what, const char *with, int error) {
    fprintf(stderr, "%s %s %d\n", what, with, error);
    exit(1);
}

/* The address may come a moment later than we do, or go and come again. */
static int listen_at(const union address *address, int type, const char *name) {
    int on = 1, fd = socket(address->any.sa_family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        give_up("open a socket for", name, errno);
    if (address->any.sa_family == AF_INET)
        setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof on);
    else
        setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &on, sizeof on);
    if (type == SOCK_STREAM)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    for (int tries = PORT_TRIES; bind(fd, &address->any, address_size(address)) < 0; tries--) {
        if (errno != EADDRINUSE || !tries) /* one that was killed had it a moment ago */
            give_up("bind", name, errno);
        nanosleep(&(struct timespec){.tv_nsec = PORT_PAUSE_NS}, NULL);
    }
    if (type == SOCK_STREAM && listen(fd, 64) < 0)
        give_up("bind", name, errno);
    return fd;
}

static void add_subnet(const char *text) {
    struct subnet *subnet = &resolver.subnets[resolver.count];
    if (resolver.count == MOST_SUBNETS || !subnet_read(text, subnet))
        give_up("read", text, EINVAL);
    uint16_t place = (uint16_t)resolver.count;
    resolver.packets[place] = listen_at(&subnet->address, SOCK_DGRAM, text);
    resolver.listeners[place] = listen_at(&subnet->address, SOCK_STREAM, text);
    resolver.count++;
    if (!loop_watch(resolver.packets[place], EPOLLIN, (struct event){EVENT_PACKET, place, 0}) ||
        !loop_watch(resolver.listeners[place], EPOLLIN, (struct event){EVENT_LISTENER, place, 0}))
        give_up("watch", text, errno);
}

static void take_life(const char *folder) {
    char path[4096];
    snprintf(path, sizeof path, "%s/resolver", folder);
    resolver.life = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (resolver.life < 0)
        give_up("open", path, errno);
    if (flock(resolver.life, LOCK_EX | LOCK_NB) < 0)
        exit(errno == EWOULDBLOCK ? 0 : 1); /* there is one */
}

static void enter_zone(const char *folder) {
    char path[4096];
    snprintf(path, sizeof path, "%s/zone", folder);
    if (!follow_enter(path))
        give_up("enter", path, errno);
}

static void watch_zone(void) {
    int changes = follow_begin();
    resolver.looks = changes < 0;
    if (!resolver.looks && !loop_watch(changes, EPOLLIN, (struct event){EVENT_ZONE, 0, 0}))
        give_up("watch", "zone", errno);
}

/* The process is in none of its caller's cgroups; one that is closed to it, it
 * does not leave. */
static void move_to(char **files) {
    for (; *files; files++) {
        int fd = open(*files, O_WRONLY | O_CLOEXEC);
        if (fd >= 0 && write(fd, "0", 1) < 0)
            errno = 0;
        if (fd >= 0)
            close(fd);
    }
}

/* As far as that is allowed. */
static void set_limit(int resource, rlim_t wanted) {
    struct rlimit limit;
    if (getrlimit(resource, &limit) < 0)
        return;
    if (wanted < limit.rlim_max)
        limit.rlim_max = wanted;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(resource, &limit);
}

/* What reads the packets of containers needs no power over the host. */
static void become_nobody(void) {
    set_limit(RLIMIT_NOFILE, MOST_FILES);
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    if (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0)
        give_up("become", "nobody", errno);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

/* Its parent ends when all is ready; nobody waits for it any more then. */
static void stay_behind(void) {
    pid_t child = fork();
    if (child < 0)
        give_up("fork", "", errno);
    if (child > 0)
        _exit(0);
    setsid();
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (int fd = 0; fd <= 2; fd++)
        dup2(null, fd);
    if (null > 2)
        close(null);
    set_limit(RLIMIT_NPROC, 0);
    set_limit(RLIMIT_FSIZE, 0);
    set_limit(RLIMIT_CORE, 0);
}

static void read_addresses(char **words) {
    while (*words && strcmp(*words, "--"))
        add_subnet(*words++);
    if (*words)
        move_to(words + 1);
}

int main(int argc, char **argv) {
    if (argc < 6 || (strcmp(argv[3], "open") && strcmp(argv[3], "internal"))) {
        fprintf(stderr, "usage: resolver FOLDER NAME open|internal RESOLV_CONF ADDRESS/PREFIX… [-- CGROUP…]\n");
        return 2;
    }
    syscall(SYS_close_range, 3, ~0u, 0);
    resolver.events = epoll_create1(EPOLL_CLOEXEC);
    take_life(argv[1]);
    read_addresses(argv + 5);
    enter_zone(argv[1]);
    dns_set_subnets(resolver.subnets, resolver.count);
    zone_set_name(argv[2]);
    servers_set_file(argv[4]);
    if (!strcmp(argv[3], "internal"))
        forward_set_internal();
    become_nobody();
    watch_zone();
    stay_behind();
    run();
}
