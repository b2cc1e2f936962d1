// SPDX-License-Identifier: Apache-2.0
// The SQLite engine: one writing connection, which is the store thread's, one for checkpoints, one for each reader.
#include <time.h>

#include "base/log.h"
#include "base/mem.h"
#include "store/sqlite.h"

enum {
    ATTEMPTS_MAX = 5,       // decisions of an operation whose guard lost
    MARK_EVERY_MS = 1000,   // how far meta.last_time may lag
    FRAME = 4096 + 24,      // a page in the journal
    WRITER_CACHE = 4 << 20, // bytes of rows
    READER_CACHE = 4 << 20,
};

struct engine {
    struct sqlite_db db, folder; // the writer's; the checkpoint thread's, which folds the journal in
    struct engine_place place;
    struct versions *versions;
    int64_t marked; // meta.last_time, or less
    _Atomic uint64_t wal_bytes;
};

struct engine_reader {
    struct sqlite_db db;
};

static int64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void op_fault(struct op *op, enum status fault)
{
    op->outcome = OP_FAULT;
    op->fault = fault;
}

static enum engine_result verdict(struct sqlite_db *db, struct problem *fatal)
{
    if (!db->fatal) return ENGINE_OK;
    snprintf(fatal->why, sizeof fatal->why, "%s", db->why);
    return ENGINE_FATAL;
}

// Brings one operation to its end inside the open transaction. A failure means that the transaction must go.
static enum status run_op(struct sqlite_db *db, struct op *op)
{
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        op->nwrite = 0;
        enum status st = sqlite_fill(db, op);
        if (st == E_LIMIT) {
            op_fault(op, st);
            return OK;
        }
        if (st) return st;
        enum wire_err refusal = op->type->decide ? op->type->decide(op) : W_OK;
        bool lost = false;
        TRY(sqlite_apply(db, op, &lost));
        if (lost) continue;
        op->outcome = refusal == W_OK ? OP_DONE : OP_REFUSED;
        op->refusal = refusal;
        return OK;
    }
    op->nwrite = 0;
    op_fault(op, E_CONFLICT);
    return OK;
}

static bool wipes(const struct op *op)
{
    for (unsigned i = 0; i < op->nwrite; i++) {
        if (op->write[i].kind == WIPE_ALL) return true;
    }
    return false;
}

// The high-water mark of the clock, written at most once a second of it.
static enum status mark_time(struct engine *e, const struct op *ops)
{
    int64_t latest = 0;
    for (const struct op *op = ops; op; op = op->next) {
        if (op->nwrite == 0) continue;
        if (op->now > latest) latest = op->now;
        if (wipes(op)) e->marked = 0;
    }
    if (latest < e->marked + MARK_EVERY_MS) return OK;
    sqlite3_stmt *stmt;
    TRY(sqlite_extra(&e->db, SQL_MARK_TIME, &stmt));
    TRY(sqlite_check(&e->db, sqlite3_bind_int64(stmt, 1, latest)));
    e->marked = latest;
    return sqlite_step(&e->db, stmt);
}

static enum status transaction(struct engine *e, struct op *ops, int64_t *commit_us)
{
    TRY(sqlite_plain(&e->db, SQL_BEGIN));
    for (struct op *op = ops; op; op = op->next) TRY(run_op(&e->db, op));
    TRY(mark_time(e, ops));
    int64_t start = now_us();
    TRY(sqlite_plain(&e->db, SQL_COMMIT));
    *commit_us = now_us() - start;
    return OK;
}

static void roll_back(struct engine *e)
{
    e->marked = 0; // the mark may be among what goes
    if (!sqlite3_get_autocommit(e->db.h) && sqlite_plain(&e->db, SQL_ROLLBACK)) {
        e->db.fatal = true; // a transaction that cannot be ended: no state to go on from
    }
}

// One transaction. On failure all its operations are faults with the status that is answered.
static enum status run_group(struct engine *e, struct op *ops)
{
    int64_t commit_us = 0;
    enum status st = transaction(e, ops, &commit_us);
    if (st) roll_back(e);
    unsigned n = 0;
    for (const struct op *op = ops; op; op = op->next) n++;
    for (struct op *op = ops; op; op = op->next) {
        op->commit_us = commit_us;
        op->batch = n;
        if (st) op_fault(op, st);
    }
    return st;
}

// The same, but for what concerns a single operation: then each gets a transaction of its own, and only the one at
// fault fails.
static enum engine_result engine_run(struct engine *e, struct op *ops, struct problem *fatal)
{
    enum status st = run_group(e, ops);
    bool shared = st == OK || st == E_FULL || st == E_BUSY || e->db.fatal || !ops->next;
    e->db.bypass = !shared; // what the first of them commits is not yet stale in the cache when the second reads
    for (struct op *op = shared ? NULL : ops; op && !e->db.fatal; op = op->next) {
        struct op *next = op->next;
        op->next = NULL;
        (void)run_group(e, op); // its status is in the operation
        op->next = next;
    }
    e->db.bypass = false; // the caller moves the versions before it comes back
    return verdict(&e->db, fatal);
}

static int wal_grew(void *ctx, sqlite3 *h, const char *name, int frames)
{
    (void)h;
    (void)name;
    struct engine *e = ctx;
    atomic_store(&e->wal_bytes, (uint64_t)frames * FRAME);
    return SQLITE_OK;
}

static uint64_t engine_wal_bytes(struct engine *e)
{
    return atomic_load(&e->wal_bytes);
}

static enum engine_result engine_checkpoint(struct engine *e, bool alone, struct problem *fatal)
{
    int mode = alone ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
    enum status st = sqlite_check(&e->folder, sqlite3_wal_checkpoint_v2(e->folder.h, NULL, mode, NULL, NULL));
    if (st == OK && alone) atomic_store(&e->wal_bytes, 0);
    // Busy is no failure: a reader still looks at the journal, and the next round gets further.
    if (st && st != E_BUSY && !e->folder.fatal) log_msg(LOG_WARN, "checkpoint put off: %s", e->folder.why);
    return verdict(&e->folder, fatal);
}

static enum status open_parts(struct engine *e, struct problem *problem)
{
    TRY(sqlite_open_writer(&e->db, &e->place, problem));
    if (!e->db.lasting) return OK;
    sqlite3_wal_hook(e->db.h, wal_grew, e);
    enum status st = sqlite_open_other(&e->folder, e->place.db, false);
    if (st) snprintf(problem->why, sizeof problem->why, "%s", e->folder.why);
    return st;
}

static void engine_close(struct engine *e)
{
    sqlite_close(&e->folder);
    sqlite_close(&e->db);
    sqlite_place_leave(&e->place);
    mem_free(e);
}

static enum status engine_open(const struct engine_env *env, struct engine **out, struct problem *problem)
{
    // Counting allocations costs a lock on each; only the first store of the process can still choose.
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    struct engine_place place = {.db = ":memory:", .lock = -1};
    if (env->data) TRY(sqlite_place_take(env->data, &place, problem));
    struct engine *e = mem_alloc(sizeof *e);
    e->place = place;
    e->versions = env->versions;
    cache_init(&e->db.cache, env->versions, WRITER_CACHE);
    enum status st = open_parts(e, problem);
    if (st)
        engine_close(e);
    else
        *out = e;
    return st;
}

static struct engine_reader *engine_reader_new(struct engine *e)
{
    struct engine_reader *r = mem_alloc(sizeof *r);
    cache_init(&r->db.cache, e->versions, READER_CACHE);
    if (sqlite_open_other(&r->db, e->place.db, true) == OK) return r;
    log_msg(LOG_ERROR, "cannot open a reader: %s", r->db.why);
    sqlite_close(&r->db);
    mem_free(r);
    return NULL;
}

static void engine_reader_free(struct engine_reader *r)
{
    sqlite_close(&r->db);
    mem_free(r);
}

// Each statement sees a state of its own, never older than the one before: rows that only ever move one way (revoked,
// ended, spent) cannot come back to life between two of them.
static enum engine_result engine_read(struct engine_reader *r, struct op *op, struct problem *fatal)
{
    enum status st = sqlite_fill(&r->db, op);
    if (st) {
        op_fault(op, st);
        return verdict(&r->db, fatal);
    }
    op->refusal = op->type->decide ? op->type->decide(op) : W_OK;
    assert(op->nwrite == 0);
    op->outcome = op->refusal == W_OK ? OP_DONE : OP_REFUSED;
    return ENGINE_OK;
}

static enum status engine_list(struct engine *e, enum list_kind kind, void (*row)(void *ctx, const void *row),
                               void *ctx)
{
    if (!e->db.lasting) return sqlite_list(&e->db, kind, row, ctx);
    struct engine_reader *r = engine_reader_new(e);
    if (!r) return E_IO;
    enum status st = sqlite_list(&r->db, kind, row, ctx);
    engine_reader_free(r);
    return st;
}

static enum status number(struct engine *e, const char *sql, int64_t *out)
{
    if (!e->db.lasting) return sqlite_number(&e->db, sql, out);
    struct engine_reader *r = engine_reader_new(e);
    if (!r) return E_IO;
    enum status st = sqlite_number(&r->db, sql, out);
    engine_reader_free(r);
    return st;
}

static enum status engine_last_locator(struct engine *e, int64_t *out)
{
    return number(e,
                  "SELECT max((SELECT value FROM meta WHERE name = 'last_locator'),"
                  " (SELECT coalesce(max(id), 0) FROM code), (SELECT coalesce(max(id), 0) FROM token),"
                  " (SELECT coalesce(max(id), 0) FROM refresh), (SELECT coalesce(max(id), 0) FROM webhook),"
                  " (SELECT coalesce(max(id), 0) FROM event), (SELECT coalesce(max(id), 0) FROM session),"
                  " (SELECT coalesce(max(id), 0) FROM form), (SELECT coalesce(max(id), 0) FROM approval))",
                  out);
}

static enum status engine_last_time(struct engine *e, int64_t *out)
{
    return number(e, "SELECT value FROM meta WHERE name = 'last_time'", out);
}

const struct store_engine sqlite_file_engine = {
    .open = engine_open,
    .close = engine_close,
    .run = engine_run,
    .list = engine_list,
    .last_locator = engine_last_locator,
    .last_time = engine_last_time,
    .reader_new = engine_reader_new,
    .reader_free = engine_reader_free,
    .read = engine_read,
    .wal_bytes = engine_wal_bytes,
    .checkpoint = engine_checkpoint,
};

const struct store_engine sqlite_memory_engine = {
    .open = engine_open,
    .close = engine_close,
    .run = engine_run,
    .list = engine_list,
    .last_locator = engine_last_locator,
    .last_time = engine_last_time,
};
