// SPDX-License-Identifier: Apache-2.0
// A request on its way and its answer: everything a connection needs only while it is not idle. Internal to http/.
#pragma once

#include <uv.h>

#include "http/parse.h"
#include "http/worker.h"

enum { ANSWER_PARTS = 3 };

struct exchange {
    struct http_request req;
    struct conn *conn;
    struct exchange *next; // in the worker's pool or its list of posted ones
    void (*posted)(struct http_request *req);
    void (*after)(struct http_request *req); // http_after: NULL when nothing is waited for
    bool seen;                               // the handler was called: on_finish is owed
    bool replied;                            // http_reply was called
    bool linger;                             // the peer may still be sending: close gently
    size_t charged;                          // memory of the body, as counted in the worker's body_bytes
    struct http_parser parser;
    struct arena arena;
    struct buf start; // status line and our own header fields
    uv_write_t write;
};

static inline struct exchange *exchange_of(struct http_request *req)
{
    return (struct exchange *)((char *)req - offsetof(struct exchange, req));
}

// From the worker's pool, or new.
struct exchange *exchange_take(struct worker *w, struct conn *c);
// Counts the body's memory as far as it is large. False when all bodies together are too large now (security.md S38).
MUST_USE bool exchange_charge(struct worker *w, struct exchange *x);
// Fills req from the parser, before the handler is called.
void exchange_request(struct exchange *x, bool body_cut);
// Tells on_finish, wipes, and gives the memory back to the pool.
void exchange_finish(struct worker *w, struct exchange *x);
void exchange_free(struct exchange *x);
// What http_after waits for has come: runs it, if there is any.
void exchange_after(struct exchange *x);
// The answer as bytes: completes resp (500 when it failed), writes x->start, fills the parts. Answers their number.
unsigned exchange_answer(struct exchange *x, struct worker *w, bool close, uv_buf_t parts[ANSWER_PARTS]);
// Makes resp an answer of our own: empty body, then close.
void exchange_refuse(struct exchange *x, int status);
