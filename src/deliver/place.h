// SPDX-License-Identifier: Apache-2.0
// Where calls may go (security.md S43).
#pragma once

#include <netdb.h>
#include <sys/socket.h>

#include "base/str.h"

// An address of the public internet: none that IANA's special-purpose registries keep for private networks, this
// machine, documentation, translation or multicast. An IPv4 address inside an IPv6 one counts as what it is. Pure.
bool place_is_public(const struct sockaddr *a);

// Looks the host up (a numeric address, IPv6 without brackets, needs no look-up). NULL: there is none, *why says so;
// else freed with freeaddrinfo(). Blocks; the resolver is told to give up soon.
struct addrinfo *place_find(const char *host, const char *port, const char **why);
