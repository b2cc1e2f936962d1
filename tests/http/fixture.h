// SPDX-License-Identifier: Apache-2.0
// A server in this process with a handler that echoes, and clients that play bytes. No test waits by sleeping: each
// blocks in recv or on a condition, under a limit that fails the test.
//
// Paths: /hold stays unanswered until fixture_release; /slow is answered from another thread, /after/MS by
// http_after; /big/N answers N bytes;
// /status/N, /drop, /delay/MS, /truncate/N, /header, /none use what a response can do; all else echoes.
#pragma once

#include <pthread.h>

#include "base/mem.h"
#include "check.h"
#include "http/loop.h"

enum { FIXTURE_PATIENCE_S = 20 };

struct fixture {
    struct http_server *server;
    unsigned port;
    _Atomic int64_t body_timeout_ms;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct http_request *held[64];
    size_t nheld;
    struct http_request *slow[1024];
    size_t nslow;
    bool slow_ends;
    pthread_t slow_thread;
    unsigned handled, finished, loops_started, loops_stopped;
};

// config.handler and the callbacks are the fixture's own; an empty address means 127.0.0.1:0.
void fixture_start(struct fixture *f, struct http_config config);
// Also checks that every request the handler saw was finished once.
void fixture_stop(struct fixture *f, unsigned drain_ms);
// Block until the handler saw so many requests in all (those of /hold are held then), or so many were finished.
void fixture_wait_handled(struct fixture *f, unsigned n);
void fixture_wait_finished(struct fixture *f, unsigned n);
// Blocks until so many connections are open.
void fixture_wait_connections(struct fixture *f, size_t n);
// Answers all held requests, through http_post.
void fixture_release(struct fixture *f);

int client_connect(const struct fixture *f);
// The same with a small receive buffer.
int client_connect_narrow(const struct fixture *f);
void client_send(int fd, struct str bytes);
// No more bytes will come from here.
void client_end(int fd);
// Everything up to the end, appended to *out; then closes fd. "[reset]" is appended when the end was a reset.
void client_read(int fd, struct buf *out);
// The next answer with its head, by Content-Length. Fails the test when the connection ends before.
void client_answer(int fd, struct buf *out);
// Sends, reads to the end and compares.
void client_check(const struct fixture *f, const char *name, struct str in, struct str wanted);
