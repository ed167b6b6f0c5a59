#ifndef DNS_ANSWER_H
#define DNS_ANSWER_H

#include "dns_address.h"
#include "dns_packet.h"

/* Writes what this network itself knows; returns its length, and 0 where that
 * is nothing: who else might know? `room` is DNS_REPLY_ROOM or more. */
size_t dns_answer(const uint8_t *bytes, const struct dns_query *query, uint8_t *to, size_t room);

/* Whose addresses are ours to name. */
void dns_set_subnets(const struct subnet *subnets, size_t count);

#endif
