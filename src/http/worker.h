// SPDX-License-Identifier: Apache-2.0
// One loop thread: its libuv loop, listener, connections, and what they share. Internal to http/.
#pragma once

#include <stdatomic.h>
#include <uv.h>

#include "http/loop.h"

enum { READ_SIZE = 64 * 1024, DATE_SIZE = 40 };

struct conn;
struct exchange;

struct worker {
    unsigned index;
    const struct http_config *config; // the server's
    atomic_size_t *open;              // connections of all workers
    atomic_size_t *body_bytes;        // memory of their large request bodies

    uv_loop_t uv;
    uv_thread_t thread;
    uv_async_t wake;
    uv_poll_t accepts;
    uv_timer_t accept_pause; // after running out of descriptors
    uv_timer_t drain;
    uv_prepare_t idle;
    int listener;

    uv_mutex_t lock;         // guards the next three
    struct exchange *posted; // http_post, oldest first
    struct exchange **posted_end;
    bool stop_asked;

    bool stopping;
    unsigned drain_ms;
    struct conn *conns;
    struct exchange *pool; // used ones, wiped
    size_t pooled;
    char date[DATE_SIZE]; // "Date: ...\r\n"
    size_t date_n;
    uint64_t date_until; // in uv_now() time
    char *read_buffer;   // READ_SIZE bytes, lent to one read at a time
};

// Takes the listening socket. E_LIMIT when libuv has no descriptors; the socket is closed then.
MUST_USE enum status worker_init(struct worker *w, int listener);
// For a worker whose thread never ran.
void worker_abandon(struct worker *w);
// The thread's body: until worker_stop and the last connection.
void worker_run(void *worker);
// Any thread.
void worker_stop(struct worker *w, unsigned drain_ms);
void worker_post(struct worker *w, struct exchange *x);
// Called by a connection that is gone.
void worker_conn_gone(struct worker *w);
// The line for now, or an empty one without a clock.
struct str worker_date(struct worker *w);
