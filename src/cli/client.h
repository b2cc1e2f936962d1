// SPDX-License-Identifier: Apache-2.0
// One HTTP/1.1 call to a server of ours on a TCP address: blocking, one connection a call, bounded in time and size.
#pragma once

#include "base/buf.h"
#include "base/status.h"

enum { CLIENT_WHY_SIZE = 160, CLIENT_PATIENCE_MS = 30 * 1000 };

struct client_request {
    struct str address; // "127.0.0.1:4481"
    const char *verb;
    struct str path;
    struct str body; // JSON; empty: none
};

struct client_answer {
    int status;      // 200
    struct str body; // in raw
    struct buf raw;  // all of it
};

// Whether it is "127.0.0.1:4481", "[::1]:4481" or "localhost:4481": numbers only, no name is looked up.
bool client_address_good(struct str address);
// Makes the call; the caller releases *out with client_answer_release(). E_IO: nobody answers there, or not within
// CLIENT_PATIENCE_MS; E_INVALID: whoever answers speaks something else; E_LIMIT: the answer is larger than any of ours.
// `why` gets a line then.
MUST_USE enum status client_call(const struct client_request *r, struct client_answer *out, char why[CLIENT_WHY_SIZE]);
void client_answer_release(struct client_answer *a);

// Reads a whole answer that ended with its connection into status and body, a view of raw. E_INVALID: it is none of
// HTTP/1.1 with a length; E_IO: it was cut short. Pure.
MUST_USE enum status client_parse(struct str raw, int *status, struct str *body);
