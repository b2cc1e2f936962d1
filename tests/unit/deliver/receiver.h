// SPDX-License-Identifier: Apache-2.0
// Somebody else's server in this process: takes one connection after the other and behaves as its script says. Nothing
// here sleeps; what does not come within PATIENCE_MS fails the test.
#pragma once

#include <pthread.h>

#include "base/buf.h"
#include "check.h"

enum { PATIENCE_MS = 20000, REQUESTS_MAX = 16 };

enum receiver_then {
    THEN_CLOSE,
    THEN_SILENT, // nothing more until the other side closes
    THEN_FLOOD,  // header lines without end
    THEN_DRIP,   // a byte now and then without end
    THEN_RESET,  // closed without having read the request
};

struct script {
    const char *answer;
    enum receiver_then then;
};

struct receiver {
    int fd;
    unsigned port;
    pthread_t thread;
    struct script script[REQUESTS_MAX]; // the last one goes on
    size_t nscript;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct buf requests[REQUESTS_MAX]; // as they came
    size_t n;
};

void receiver_start(struct receiver *r, const struct script *script, size_t n);
void receiver_stop(struct receiver *r);
// The request of that number, from 0; waits until it has come. Valid until the receiver is stopped.
struct str receiver_request(struct receiver *r, size_t i);
// How many have come.
size_t receiver_count(struct receiver *r);
// The value of a header of a request; p NULL: it is not there.
struct str request_header(struct str request, const char *name);
struct str request_body(struct str request);
