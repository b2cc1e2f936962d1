// SPDX-License-Identifier: Apache-2.0
// Listening and peer addresses. Numbers only: the server resolves no names.
#pragma once

#include <sys/socket.h>

#include "base/status.h"
#include "base/str.h"

enum { PEER_SIZE = 46 }; // longest address text with its NUL (INET6_ADDRSTRLEN)

struct address {
    struct sockaddr_storage sa;
    socklen_t n;
};

// "127.0.0.1:4480", "[::1]:4480", "localhost:4480" (127.0.0.1), "*:4480" (every IPv4 address). Port 0 is allowed.
// E_INVALID for anything else.
MUST_USE enum status address_parse(struct str text, struct address *out);
unsigned address_port(const struct address *a);
void address_set_port(struct address *a, unsigned port);
// The address without port as text; IPv4 inside IPv6 (::ffff:1.2.3.4) is written as IPv4, so that one peer has one
// name.
void address_text(const struct address *a, char out[PEER_SIZE]);
