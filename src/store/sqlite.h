// SPDX-License-Identifier: Apache-2.0
// Inside the SQLite engine: a connection with its statements, and what the files sqlite*.c need from one another.
// A connection belongs to one thread at a time.
#pragma once

#include <sqlite3.h>

#include "store/columns.h"
#include "store/engine.h"

// Statements beside those of wants and writes.
enum sqlite_extra {
    SQL_BEGIN,
    SQL_COMMIT,
    SQL_ROLLBACK,
    SQL_SECRETS,
    SQL_SECRET_ADD,
    SQL_SECRETS_DROP,
    SQL_MARK_TIME,
    SQLITE_EXTRAS
};

struct sqlite_db {
    sqlite3 *h;
    sqlite3_stmt *want[WANT_KINDS], *write[WRITE_KINDS], *extra[SQLITE_EXTRAS]; // prepared when first used
    struct cache cache;
    bool lasting;      // a file, not memory
    bool writer;       // the store thread's: it reads tokens and installs from the store, not from the cache
    bool bypass;       // directory rows have changed since the caches were told: they are neither read nor filled
    bool fatal;        // a call failed in a way after which nothing may be acknowledged
    char why[256];     // the last failure
    const char *place; // the file, for messages; the engine's
};

// A text with $cols, $vals and $sets in it, for the columns it is about.
struct sqlite_sql {
    const char *text;
    const struct columns *cols;
};

// sqlite_open.c
struct engine_place {
    char db[4096 + 16]; // path of the file, ":memory:" for memory
    int lock;           // descriptor that holds the folder, -1 = memory
};
// Makes the folder when its parent exists and takes it for this process.
MUST_USE enum status sqlite_place_take(const char *data, struct engine_place *out, struct problem *problem);
void sqlite_place_leave(struct engine_place *place);
// Opens the writer's connection; creates the schema in an empty file, refuses what is foreign or newer.
MUST_USE enum status sqlite_open_writer(struct sqlite_db *db, const struct engine_place *place,
                                        struct problem *problem);
// Opens one more connection to a file that is ours.
MUST_USE enum status sqlite_open_other(struct sqlite_db *db, const char *file, bool reads_only);
// Finalizes and closes; a connection that was never opened is fine.
void sqlite_close(struct sqlite_db *db);

// sqlite_db.c
// What a result code means for us; keeps the reason and whether it is fatal in db.
MUST_USE enum status sqlite_check(struct sqlite_db *db, int rc);
// Marks the store as corrupt: a row makes no sense.
MUST_USE enum status sqlite_corrupt(struct sqlite_db *db, const char *what);
// Prepares *slot when that has not been done yet.
MUST_USE enum status sqlite_prepare(struct sqlite_db *db, sqlite3_stmt **slot, const struct sqlite_sql *sql);
// One of the other statements, ready to be bound; db's own.
MUST_USE enum status sqlite_extra(struct sqlite_db *db, enum sqlite_extra which, sqlite3_stmt **out);
// Runs one that has no parameters.
MUST_USE enum status sqlite_plain(struct sqlite_db *db, enum sqlite_extra which);
// Binds the fields of a struct to ?1 and on, as many as the statement has. Strings must live until it is reset.
MUST_USE enum status sqlite_bind(struct sqlite_db *db, sqlite3_stmt *stmt, const struct columns *cols, const void *row);
// Runs a statement that answers no rows and resets it.
MUST_USE enum status sqlite_step(struct sqlite_db *db, sqlite3_stmt *stmt);

// sqlite_read.c
// All rounds of want and read; E_LIMIT: the operation's arena is full.
MUST_USE enum status sqlite_fill(struct sqlite_db *db, struct op *op);
MUST_USE enum status sqlite_list(struct sqlite_db *db, enum list_kind kind, void (*row)(void *ctx, const void *row),
                                 void *ctx);
// One number, answered by a query without parameters.
MUST_USE enum status sqlite_number(struct sqlite_db *db, const char *sql, int64_t *out);

// sqlite_write.c
// Carries out what the operation decided. *lost: its guard, being its first write, changed nothing; nothing is written.
MUST_USE enum status sqlite_apply(struct sqlite_db *db, const struct op *op, bool *lost);
