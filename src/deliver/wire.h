// SPDX-License-Identifier: Apache-2.0
// A connection of ours to somebody else's server, plain or TLS. Every step waits until it is done, the deadline has
// come, or `stop` can be read. The delivery thread.
#pragma once

#include <sys/socket.h>

#include "deliver/client.h"

struct tls_client;

struct wire {
    int fd;           // -1: not connected
    int stop;         // as in struct call
    int64_t deadline; // wire_ms() of it
    struct tls_client *tls;
    bool ended; // the peer has closed
    char problem[120];
};

// Milliseconds of a clock that nobody sets.
int64_t wire_ms(void);

void wire_init(struct wire *w, int stop, int64_t timeout_ms);
void wire_close(struct wire *w);
// CALL_ANSWERED stands for "done"; else what the call has come to, with w->problem for people (may be empty).
// Tries one address, for at most ms.
MUST_USE enum call_result wire_connect(struct wire *w, const struct sockaddr *to, socklen_t size, int64_t ms);
// host as in tls_client_new().
MUST_USE enum call_result wire_secure(struct wire *w, struct tls_trust *trust, const char *host);
MUST_USE enum call_result wire_send(struct wire *w, struct str bytes);
// At least one byte into p, or none with w->ended set.
MUST_USE enum call_result wire_receive(struct wire *w, char *p, size_t size, size_t *n);
