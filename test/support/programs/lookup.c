/* What the C library of this program finds for a name: "172.30.0.2 …", each
 * address once, sorted; or its error. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv) {
    struct addrinfo wanted = {.ai_socktype = SOCK_STREAM}, *found;
    int wrong = argc > 1 ? getaddrinfo(argv[1], NULL, &wanted, &found) : EAI_NONAME;
    if (wrong) {
        puts(gai_strerror(wrong));
        return 2;
    }
    for (; found; found = found->ai_next) {
        char text[NI_MAXHOST];
        getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof text, NULL, 0, NI_NUMERICHOST);
        printf("%s%s", text, found->ai_next ? " " : "\n");
    }
    return 0;
}
