// Who meets whom on a network: a server that says who asks it, a client, and
// frames as somebody wants them to look.
//
//   meet serve NAME PORT…             TCP and UDP, IPv4 and IPv6
//   meet ask tcp|udp ADDRESS PORT MS  prints the answer; 1 where there is none
//   meet send DEVICE HEX…             each a whole frame

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { mostPorts = 8, mostBytes = 2048 };

static int fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  return 1;
}

static const char *text(const struct sockaddr_in6 *from) {
  static char name[INET6_ADDRSTRLEN];
  inet_ntop(AF_INET6, &from->sin6_addr, name, sizeof name);
  return strncmp(name, "::ffff:", 7) == 0 ? name + 7 : name;
}

static int listenAt(int type, int port) {
  int fd = socket(AF_INET6, type | SOCK_CLOEXEC, 0);
  struct sockaddr_in6 any = {.sin6_family = AF_INET6,
                             .sin6_port = htons((unsigned short)port)};
  int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, (struct sockaddr *)&any, sizeof any) != 0) return -1;
  if (type == SOCK_STREAM && listen(fd, 16) != 0) return -1;
  return fd;
}

static void answer(int fd, int isStream, const char *name) {
  char bytes[mostBytes];
  struct sockaddr_in6 from;
  socklen_t length = sizeof from;
  if (isStream) {
    int client = accept(fd, (struct sockaddr *)&from, &length);
    if (client < 0) return;
    dprintf(client, "%s %s\n", name, text(&from));
    // what is closed with something unread in it is reset
    struct timeval wait = {0, 200000};
    setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
    shutdown(client, SHUT_WR);
    while (recv(client, bytes, sizeof bytes, 0) > 0) continue;
    close(client);
    return;
  }
  ssize_t got = recvfrom(fd, bytes, sizeof bytes, 0,
                         (struct sockaddr *)&from, &length);
  if (got < 0) return;
  printf("%s\n", text(&from));
  fflush(stdout);
  int n = snprintf(bytes, sizeof bytes, "%s %s\n", name, text(&from));
  sendto(fd, bytes, (size_t)n, 0, (struct sockaddr *)&from, length);
}

static int serve(const char *name, int count, char **ports) {
  struct pollfd all[2 * mostPorts];
  for (int i = 0; i < count; i++) {
    all[2 * i].fd = listenAt(SOCK_STREAM, atoi(ports[i]));
    all[2 * i + 1].fd = listenAt(SOCK_DGRAM, atoi(ports[i]));
    if (all[2 * i].fd < 0 || all[2 * i + 1].fd < 0) return fail("listen");
    all[2 * i].events = all[2 * i + 1].events = POLLIN;
  }
  printf("ready\n");
  fflush(stdout);
  while (poll(all, (nfds_t)(2 * count), -1) > 0)
    for (int i = 0; i < 2 * count; i++)
      if (all[i].revents & POLLIN) answer(all[i].fd, i % 2 == 0, name);
  return 1;
}

static int ask(int isStream, const char *where, int port, int ms) {
  struct sockaddr_in six = {.sin_family = AF_INET,
                            .sin_port = htons((unsigned short)port)};
  struct sockaddr_in6 to = {.sin6_family = AF_INET6,
                            .sin6_port = htons((unsigned short)port)};
  int is6 = strchr(where, ':') != NULL;
  if (inet_pton(is6 ? AF_INET6 : AF_INET, where,
                is6 ? (void *)&to.sin6_addr : (void *)&six.sin_addr) != 1)
    return 2;
  int fd = socket(is6 ? AF_INET6 : AF_INET,
                  isStream ? SOCK_STREAM : SOCK_DGRAM, 0);
  struct timeval wait = {ms / 1000, ms % 1000 * 1000};
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  if (connect(fd, is6 ? (struct sockaddr *)&to : (struct sockaddr *)&six,
              is6 ? sizeof to : sizeof six) != 0)
    return fail("connect");
  if (!isStream && send(fd, "?", 1, 0) != 1) return fail("send");
  char bytes[mostBytes];
  ssize_t got = recv(fd, bytes, sizeof bytes, 0);
  if (got <= 0) return fail("receive");
  return write(1, bytes, (size_t)got) == got ? 0 : 1;
}

static int sendFrame(const char *device, const char *hex) {
  unsigned char bytes[mostBytes];
  size_t length = strlen(hex) / 2;
  if (length > sizeof bytes) return 2;
  for (size_t i = 0; i < length; i++)
    if (sscanf(hex + 2 * i, "%2hhx", &bytes[i]) != 1) return 2;
  struct sockaddr_ll to = {.sll_family = AF_PACKET,
                           .sll_ifindex = (int)if_nametoindex(device)};
  int fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
  if (sendto(fd, bytes, length, 0, (struct sockaddr *)&to, sizeof to) < 0)
    return fail("send a frame");
  close(fd);
  return 0;
}

int main(int argc, char **argv) {
  if (argc > 3 && strcmp(argv[1], "serve") == 0 && argc - 3 <= mostPorts)
    return serve(argv[2], argc - 3, argv + 3);
  if (argc == 6 && strcmp(argv[1], "ask") == 0)
    return ask(strcmp(argv[2], "tcp") == 0, argv[3], atoi(argv[4]),
               atoi(argv[5]));
  if (argc > 3 && strcmp(argv[1], "send") == 0) {
    for (int i = 3; i < argc; i++)
      if (sendFrame(argv[2], argv[i]) != 0) return 1;
    return 0;
  }
  return 2;
}
