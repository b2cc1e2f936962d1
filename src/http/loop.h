// SPDX-License-Identifier: Apache-2.0
// The HTTP server: some loop threads, each with a libuv loop and a listener of its own (SO_REUSEPORT). It knows no
// route; every whole request goes to one handler. The process must ignore SIGPIPE: libuv writes without MSG_NOSIGNAL.
#pragma once

#include "base/status.h"
#include "http/message.h"

struct http_config {
    struct str address;     // see http/address.h; port 0 takes a free one, the same for all loops
    unsigned loops;         // threads, 0 means 1
    size_t max_connections; // of all loops together, more are closed at accept; 0 means LIMIT_CONNECTIONS
    size_t max_body_bytes;  // of request bodies held at one time, more: 503; 0 means LIMIT_BODIES
    // Milliseconds; 0 means TIMEOUT_HEAD_S, TIMEOUT_IDLE_S, and 30 s for a peer that does not read its answer.
    unsigned head_timeout_ms, idle_timeout_ms, write_timeout_ms;
    int64_t (*body_timeout_ms)(void *ctx); // asked when a head announced a body; NULL means TIMEOUT_BODY_S
    int64_t (*wall)(void);                 // ms since 1970, for the Date header; NULL: no Date is sent
    http_handler handler;
    void *ctx; // handed to all callbacks
    // On each loop thread before its first and after its last request. May be NULL.
    void (*on_loop_start)(void *ctx, unsigned loop);
    void (*on_loop_stop)(void *ctx, unsigned loop);
    // On each loop thread whenever it has done all there was to do, before it waits. May be NULL.
    void (*on_idle)(void *ctx, unsigned loop);
    // On the loop thread, once for each request that the handler saw, after its answer went out or the peer was lost;
    // req and its arena are still valid, resp is what was sent. May be NULL.
    void (*on_finish)(void *ctx, struct http_request *req);
};

struct http_server;

// Binds every listener, then starts the threads. E_BUSY: the address is in use; E_INVALID: it is not an address of
// this machine; E_LIMIT: no descriptors or threads left; `why` gets one line then. *out is released by
// http_server_stop.
MUST_USE enum status http_server_start(const struct http_config *config, struct http_server **out, char *why,
                                       size_t why_size);
unsigned http_server_port(const struct http_server *s);
// Open connections now. Any thread.
size_t http_server_connections(struct http_server *s);
// Stops accepting, closes idle connections, lets requests under way finish for drain_ms, then closes what is left,
// joins the threads and frees the server. A handler that has not replied yet is waited for beyond that: its request
// must stay valid. Any thread but a loop's.
void http_server_stop(struct http_server *s, unsigned drain_ms);
