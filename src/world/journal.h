// SPDX-License-Identifier: Apache-2.0
// The last LIMIT_JOURNAL requests, in memory, for GET /admin/v1/requests (experience.md 6). Secrets are masked before
// they get here: credentials are named by kind and locator. Any thread.
#pragma once

#include "base/buf.h"
#include "http/message.h"

struct journal;

struct journal *journal_new(void);
void journal_free(struct journal *j);
// Keeps a finished request: time, verb, path, method, status, ok, error, cause, detail, app, team, user, token,
// duration and commit time, argument names (of forms and queries; values only of arguments that are no secrets), sizes.
// Wakes waiters.
void journal_add(struct journal *j, const struct http_request *req);

struct journal_filter {
    struct str method, error; // empty: any; error "ok": only successes
    uint64_t since;           // only entries with a greater number
    uint64_t until;           // and none with a greater one than this; 0: up to the last
};

// Writes matching entries as a JSON array, oldest first; answers how many.
size_t journal_write(struct journal *j, const struct journal_filter *filter, struct buf *out);
// Greatest entry number so far.
uint64_t journal_last(struct journal *j);
// Calls wake(ctx) once, after the next added entry, from whatever thread adds it, unless cancelled before. false: the
// table of waiters is full.
MUST_USE bool journal_wait(struct journal *j, void (*wake)(void *ctx), void *ctx);
// true: it waited, and its wake will not come; false: its wake has been called already.
bool journal_cancel(struct journal *j, void *ctx);
