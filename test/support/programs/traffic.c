// Traffic to be measured: a server, and clients that say how much they got.
//
//   traffic serve PORT                       answers a byte, and takes all
//   traffic connect ADDRESS PORT SECONDS     new connections a second
//   traffic send ADDRESS PORT SECONDS        megabytes a second
//
// A connection that sends one byte gets one back and ends; one that sends more
// is read to its end.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { chunk = 256 * 1024, atOnce = 32 };

static char bytes[chunk];

static double now(void) {
  struct timespec at;
  clock_gettime(CLOCK_MONOTONIC, &at);
  return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

static int watch(int poll, int fd, unsigned events) {
  struct epoll_event event = {.events = events, .data.fd = fd};
  return epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event);
}

static int serve(int port) {
  int on = 1;
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  struct sockaddr_in any = {.sin_family = AF_INET,
                            .sin_port = htons((unsigned short)port)};
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&any, sizeof any) != 0 ||
      listen(listener, 4096) != 0)
    return 1;
  int poll = epoll_create1(0);
  watch(poll, listener, EPOLLIN);
  struct epoll_event events[256];
  for (;;) {
    int count = epoll_wait(poll, events, 256, -1);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (fd == listener) {
        int client;
        while ((client = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0)
          watch(poll, client, EPOLLIN);
        continue;
      }
      ssize_t got = recv(fd, bytes, sizeof bytes, 0);
      if (got > 1) continue;
      if (got == 1) send(fd, "!", 1, MSG_NOSIGNAL);
      close(fd);
    }
  }
}

static struct sockaddr_in place(char **words) {
  struct sockaddr_in to = {.sin_family = AF_INET,
                           .sin_port = htons((unsigned short)atoi(words[1]))};
  if (inet_pton(AF_INET, words[0], &to.sin_addr) != 1) exit(2);
  return to;
}

static int begin(int poll, const struct sockaddr_in *to) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  // its port is free again at once: else they are used up in a moment
  struct linger none = {1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  connect(fd, (const struct sockaddr *)to, sizeof *to);
  return watch(poll, fd, EPOLLOUT | EPOLLIN | EPOLLET);
}

static int connectMany(const struct sockaddr_in *to, double seconds) {
  int poll = epoll_create1(0);
  for (int i = 0; i < atOnce; i++) begin(poll, to);
  struct epoll_event events[atOnce];
  long answered = 0, failed = 0;
  double start = now(), end = start + seconds;
  while (now() < end) {
    int count = epoll_wait(poll, events, atOnce, 1000);
    for (int i = 0; i < count; i++) {
      int fd = events[i].data.fd;
      if (!(events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP))) {
        send(fd, "?", 1, MSG_NOSIGNAL);
        continue;
      }
      if (recv(fd, bytes, 1, 0) == 1)
        answered++;
      else
        failed++;
      close(fd);
      begin(poll, to);
    }
  }
  if (answered == 0 || failed > answered / 100) return 1;
  printf("%.0f\n", (double)answered / (now() - start));
  return 0;
}

static int sendMuch(const struct sockaddr_in *to, double seconds) {
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(fd, (const struct sockaddr *)to, sizeof *to) != 0) return 1;
  double start = now(), end = start + seconds, sent = 0;
  while (now() < end) {
    ssize_t n = send(fd, bytes, sizeof bytes, MSG_NOSIGNAL);
    if (n <= 0) return 1;
    sent += (double)n;
  }
  printf("%.0f\n", sent / 1e6 / (now() - start));
  return 0;
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "serve") == 0) return serve(atoi(argv[2]));
  if (argc != 5) return 2;
  struct sockaddr_in to = place(argv + 2);
  double seconds = atof(argv[4]);
  return strcmp(argv[1], "connect") == 0 ? connectMany(&to, seconds)
                                         : sendMuch(&to, seconds);
}
