// SPDX-License-Identifier: Apache-2.0
// What an engine must do for batch.c. An engine is a table of these functions in a file of its own; SQLite has two, for
// a folder and for memory. tests/contract is the suite that every engine passes.
#pragma once

#include "store/cache.h"
#include "store/store.h"

struct engine;        // an open store; each engine has its own struct behind it
struct engine_reader; // a connection that only reads

// ENGINE_FATAL: nothing may be acknowledged any more and the process has to end (reliability.md 4, and 5 trap 2).
enum engine_result { ENGINE_OK, ENGINE_FATAL };

struct engine_env {
    const char *data; // folder, NULL = memory
    struct versions *versions;
};

// What is NULL the engine does not have. Where readers are missing, list and last_* are called on any thread while the
// store thread waits; where they exist, beside it.
struct store_engine {
    enum status (*open)(const struct engine_env *env, struct engine **out, struct problem *problem);
    void (*close)(struct engine *e);
    // Brings the operations (linked by next) to their end as one transaction: sets outcome, refusal, fault, commit_us
    // and batch of each. One that cannot be carried out takes no other with it. `fatal` is written with ENGINE_FATAL.
    // Store thread.
    enum engine_result (*run)(struct engine *e, struct op *ops, struct problem *fatal);
    enum status (*list)(struct engine *e, enum list_kind kind, void (*row)(void *ctx, const void *row), void *ctx);
    enum status (*last_locator)(struct engine *e, int64_t *out);
    enum status (*last_time)(struct engine *e, int64_t *out);

    struct engine_reader *(*reader_new)(struct engine *e);
    void (*reader_free)(struct engine_reader *r);
    enum engine_result (*read)(struct engine_reader *r, struct op *op, struct problem *fatal);

    // Bytes of the journal, all it holds since it was started afresh. Any thread.
    uint64_t (*wal_bytes)(struct engine *e);
    // Folds the journal into the main file. alone: no transaction runs meanwhile, so it can start afresh. Checkpoint
    // thread.
    enum engine_result (*checkpoint)(struct engine *e, bool alone, struct problem *fatal);
};

extern const struct store_engine sqlite_file_engine, sqlite_memory_engine;
