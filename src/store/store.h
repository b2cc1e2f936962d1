// SPDX-License-Identifier: Apache-2.0
// The store: runs operations in groups, each group one durable transaction; `done` means committed. Engines stand
// behind struct store_engine; SQLite (a folder, or memory) is sqlite.c. What an acknowledgement promises:
// reliability.md 2.
#pragma once

#include "store/op.h"

struct store;
struct store_reader;

struct store_config {
    const char *data;   // folder that holds hallpass.db, NULL = in memory
    unsigned batch_max; // operations of one transaction, 0 = LIMIT_BATCH
    size_t queue_max;   // waiting operations, 0 = LIMIT_QUEUE
    // Called on a store thread when the medium failed in a way after which nothing may be acknowledged (a failed fsync,
    // corruption); the process has to end with status 10. Must not return.
    void (*fatal)(void *ctx, const char *why);
    // Called on a store thread when events were added and are durable; NULL: nobody wants to know. Must not wait.
    void (*events)(void *ctx);
    void *ctx;
};

struct problem {
    char why[256], hint[256]; // for people: what is wrong, what to try
};

// Opens or creates the store and starts its threads. E_BUSY: another process owns the folder; E_IO: it cannot be used;
// E_CORRUPT: no store of ours, or newer than this program knows. *problem tells.
MUST_USE enum status store_open(const struct store_config *config, struct store **out, struct problem *problem);
// Ends what is queued, checkpoints, stops the threads, frees. Nothing may be submitted any more.
void store_close(struct store *s);
// Queues an operation. Any thread, never blocks longer than a queue push. false: the queue is full (answer 503),
// nothing happened and done will not be called.
MUST_USE bool store_submit(struct store *s, struct op *op);
// Submits and waits: for start-up (seed) and tests, never on a loop thread.
void store_run(struct store *s, struct op *op);

// A reader serves read-only operations on the calling thread. One a loop thread, used by that thread only. NULL where
// the engine has none (memory): submit instead.
struct store_reader *store_reader_new(struct store *s);
void store_reader_free(struct store_reader *r);
// Runs a read-only operation at once; done is not called. It sees everything that was acknowledged before the call.
void store_read(struct store_reader *r, struct op *op);

// Greatest locator that was ever stored, 0 when there is none: the generator goes on from there.
MUST_USE enum status store_last_locator(struct store *s, int64_t *out);
// High-water mark of the admin clock (ms) when the store was last written, 0 = new (reliability.md 5, trap 6).
MUST_USE enum status store_last_time(struct store *s, int64_t *out);

enum list_kind {
    LIST_ENTERPRISES,
    LIST_WORKSPACES,
    LIST_CHANNELS,
    LIST_USERS,
    LIST_APPS,
    LIST_INSTALLS,
    LIST_TOKENS,
    LIST_EVENTS,
    LIST_KEYS,
    LIST_APPROVALS
};
// Calls `row` with each row in the order in which it was added (struct enterprise, ..., struct token), valid during the
// call. Waits for the store: for the admin API and start-up, not for loop threads that serve requests.
MUST_USE enum status store_list(struct store *s, enum list_kind kind, void (*row)(void *ctx, const void *row),
                                void *ctx);

struct store_stats {
    uint64_t commits, operations, queue_depth, wal_bytes, last_commit_us;
};
void store_stats(struct store *s, struct store_stats *out);
// "memory" or the folder; for banner and health.
const char *store_place(const struct store *s);
