// SPDX-License-Identifier: Apache-2.0
// One running server: a world, its two listeners, and what stands between them.
#pragma once

#include <pthread.h>

#include "admin/admin.h"
#include "http/loop.h"
#include "server/options.h"
#include "server/seeding.h"

struct deliver;

struct server {
    const struct options *options;
    struct arena arena; // texts of the server's life
    struct world world;
    struct admin admin;
    struct seeding seeding;
    struct deliver *deliver;
    pthread_mutex_t lock; // guards public_http, which the admin listener asks for its connections
    struct http_server *public_http, *admin_http;
    _Atomic bool open; // the world is complete: requests are served
};

// Opens the store, seeds it, starts both listeners. Prints what went wrong and answers an exit status; 0: both
// listeners accept.
int server_start(struct server *s, const struct options *options);
// Stops accepting and finishes what is under way.
void server_drain(struct server *s);
// Drains when that was not done, closes the store, frees.
void server_stop(struct server *s);

// routes.c: handlers of the two listeners and what follows an answer; ctx is a struct server.
void public_handle(void *ctx, struct http_request *req);
void admin_listener_handle(void *ctx, struct http_request *req);
void public_finish(void *ctx, struct http_request *req);

// access.c: one line of log for a request that was answered within us microseconds. dev: paths that are no route are
// shown.
void access_log(const struct http_request *req, int64_t us, bool dev);

// ready.c: the JSON line, or on a terminal the banner, on stdout. ms: since the process began.
void ready_print(struct server *s, int64_t ms);
