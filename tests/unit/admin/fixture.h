// SPDX-License-Identifier: Apache-2.0
// The admin listener in this process: a world in memory with the built-in seed, and a client that talks to it over a
// socket. Nothing here sleeps; a socket that stays silent for PATIENCE_S fails the test.
#pragma once

#include <jansson.h>
#include <pthread.h>

#include "admin/admin.h"
#include "base/mem.h"
#include "check.h"
#include "http/loop.h"
#include "world/bell.h"
#include "world/deliveries.h"
#include "world/faults.h"
#include "world/hasher.h"
#include "world/journal.h"
#include "world/keys.h"
#include "world/metrics.h"
#include "world/objects.h"
#include "world/options.h"
#include "world/rate.h"
#include "world/secrets.h"

enum { PATIENCE_S = 20, SEED_MAX = 32 };

// The machine's clock of these tests stands here: 2026-11-25T00:00:00Z.
#define WALL INT64_C(1795564800000)

struct fixture {
    struct world world;
    struct admin admin;
    struct http_server *http;
    struct arena arena; // of the seed
    struct object seed[SEED_MAX];
    size_t nseed;
    unsigned resets;
    enum status reset_answer;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned calls;             // connections of clients, each with one request
    unsigned handled, finished; // requests that the handler has returned from, and that are done with
};

// For cmocka: a running fixture in *state.
int fixture_setup(void **state);
int fixture_teardown(void **state);
// Stops the listener, as the server would; teardown does not do it again then.
void fixture_stop_http(struct fixture *f);
void fixture_wait_handled(struct fixture *f, unsigned n);
void fixture_wait_finished(struct fixture *f, unsigned n);

struct answer {
    int status;
    char head[2048];
    struct buf raw;  // all of it
    struct str body; // in raw
    json_t *json;    // of a JSON body, else NULL
};

void answer_release(struct answer *a);
// A connected socket.
int client_connect(struct fixture *f);
void client_send(int fd, struct str bytes);
// Reads to the end and closes.
void client_answer(int fd, struct answer *a);
// One call with the headers that a client sends; body NULL: none. The caller releases the answer.
struct answer call(struct fixture *f, const char *verb, const char *path, const char *body);
// One call whose header lines are all given, each with "\r\n".
struct answer call_with(struct fixture *f, const char *verb, const char *path, const char *headers, const char *body);
// Calls, checks the status, drops the answer.
void call_check(struct fixture *f, const char *verb, const char *path, const char *body, int status);
// Calls, and checks status, cause and key (NULL: not there) of a problem document.
void call_problem(struct fixture *f, const char *verb, const char *path, const char *body, int status,
                  const char *cause, const char *key);
// The value of a header of the answer; fails the test when it is not there.
struct str answer_header(const struct answer *a, const char *name);
// The text of a member, "" when it is absent.
const char *text_of(const json_t *object, const char *key);
int64_t number_of(const json_t *object, const char *key);
