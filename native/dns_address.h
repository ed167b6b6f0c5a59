#ifndef DNS_ADDRESS_H
#define DNS_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

enum { DNS_PORT = 53 };

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

/* A gateway's address, and how many of its bits are the network's. */
struct subnet {
    union address address;
    unsigned prefix;
};

/* "9.9.9.9", "fe80::1%eth0", "127.0.0.1#5353": without a port it is 53. */
bool address_read(const char *text, size_t length, union address *address);

/* "172.30.0.1/16" */
bool subnet_read(const char *text, struct subnet *subnet);

bool address_is_within(const union address *address, const struct subnet *subnet);

/* The same host; ports are not looked at. */
bool address_equals(const union address *one, const union address *other);

socklen_t address_size(const union address *address);

/* Its 4 or 16 bytes, as they stand in a packet. */
const uint8_t *address_bytes(const union address *address);

#endif
