// SPDX-License-Identifier: Apache-2.0
// One connection: reads, hands requests to the handler one at a time, writes answers in order. Lives on one loop
// thread and belongs to it. Internal to http/.
//
//   IDLE -> HEAD -> BODY -> HANDLING -> DELAYED -> WRITING -> IDLE ...
//                                                          \-> LINGER -> CLOSED
// CLOSED may come from any state; the connection is freed when libuv is done with it and no handler holds its request.
#pragma once

#include "http/address.h"
#include "http/exchange.h"

enum conn_state {
    CONN_IDLE,     // between requests, or new; no exchange
    CONN_HEAD,     // part of a head has come
    CONN_BODY,     // the head is complete, the body is not
    CONN_HANDLING, // the handler has the request
    CONN_DELAYED,  // the answer waits for its delay_ms
    CONN_WRITING,  // the rest of an answer is in libuv's queue
    CONN_LINGER,   // our side is shut down, input is thrown away
    CONN_CLOSED,
};

struct conn {
    uv_tcp_t tcp;
    uv_timer_t timer;
    struct worker *worker;
    struct conn *prev, *next; // of the worker
    struct exchange *exchange;
    enum conn_state state;
    uint64_t deadline; // in uv_now() time, UINT64_MAX: none
    uint64_t armed;    // when the timer fires, at or before the deadline: moving a deadline back costs nothing
    size_t unsent;     // of the answer, when the write deadline was set
    size_t discarded;  // input thrown away
    struct buf input;  // unread, from input_at on; empty but when requests are pipelined
    size_t input_at;
    bool ended;       // the peer has closed its side
    bool paused;      // we stopped reading: too much unread input
    bool in_handler;  // the handler is on the stack
    unsigned handles; // of libuv still open
    unsigned peer_port;
    char peer[PEER_SIZE];
};

// Takes over an accepted socket.
void conn_open(struct worker *w, int fd, const struct address *peer);
// The handler called http_reply. May free c when the peer was gone.
void conn_replied(struct conn *c);
// The worker stops: closes c when it is idle; otherwise its next answer is its last.
void conn_drain(struct conn *c);
// Closes now. The exchange is kept for the handler while that has it.
void conn_close(struct conn *c);
