// SPDX-License-Identifier: Apache-2.0
// The group commit: a queue, the store thread that takes all that waits in it and has the engine run that as one
// transaction, and the checkpoint thread. Nobody waits for a batch to fill: one grows only while the last commits.
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>

#include "base/log.h"
#include "base/mem.h"
#include "store/engine.h"

enum {
    FOLD_EVERY = 16 << 20, // bytes of journal between two checkpoints that run beside the commits
    FOLD_ALONE = 64 << 20, // bytes from which the commits wait for one, so that the journal can start afresh
};

struct store {
    const struct store_engine *engine;
    struct engine *e;
    struct store_config config;
    struct versions versions;
    pthread_t thread, folder;
    _Atomic bool failed; // after a fatal failure nothing is acknowledged any more (reliability.md 1, I10)

    pthread_mutex_t lock; // guards what follows
    pthread_cond_t work;  // the store thread waits here,
    pthread_cond_t turn;  // visitors here,
    pthread_cond_t grown; // the checkpoint thread here
    struct op *head, **tail;
    size_t queued;
    bool idle, running, closing;
    unsigned visitors; // callers that want the engine to themselves; they go before the next batch
    bool visited;
    uint64_t folded; // size of the journal when it was last folded
    uint64_t commits, operations, last_commit_us;
};

struct store_reader {
    struct store *store;
    struct engine_reader *r;
};

static _Noreturn void fail(struct store *s, const struct problem *problem)
{
    s->config.fatal(s->config.ctx, problem->why);
    abort();
}

// Has the engine to itself, ahead of the queue.
static void visit_begin(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    s->visitors++;
    while (s->running || s->visited) pthread_cond_wait(&s->turn, &s->lock);
    s->visited = true;
    pthread_mutex_unlock(&s->lock);
}

static void visit_end(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    s->visited = false;
    s->visitors--;
    pthread_cond_signal(s->visitors ? &s->turn : &s->work);
    pthread_mutex_unlock(&s->lock);
}

static bool fold_due(struct store *s)
{
    uint64_t bytes = s->engine->wal_bytes(s->e);
    if (bytes < s->folded) s->folded = 0; // it was started afresh
    return bytes - s->folded >= FOLD_EVERY;
}

static void fold(struct store *s)
{
    struct problem fatal = {0};
    enum engine_result r = s->engine->checkpoint(s->e, false, &fatal);
    if (r == ENGINE_OK && s->engine->wal_bytes(s->e) >= FOLD_ALONE) {
        r = s->engine->checkpoint(s->e, false, &fatal); // what came in meanwhile, so that the wait is short
        visit_begin(s);
        if (r == ENGINE_OK) r = s->engine->checkpoint(s->e, true, &fatal);
        visit_end(s);
    }
    if (r == ENGINE_OK) return;
    atomic_store(&s->failed, true);
    fail(s, &fatal);
}

static void *fold_thread(void *arg)
{
    struct store *s = arg;
    pthread_mutex_lock(&s->lock);
    for (;;) {
        while (!s->closing && !fold_due(s)) pthread_cond_wait(&s->grown, &s->lock);
        if (s->closing) break;
        uint64_t bytes = s->engine->wal_bytes(s->e);
        pthread_mutex_unlock(&s->lock);
        fold(s);
        pthread_mutex_lock(&s->lock);
        s->folded = bytes;
    }
    pthread_mutex_unlock(&s->lock);
    return NULL;
}

// Cuts at most batch_max operations off the queue.
static struct op *cut(struct store *s)
{
    struct op *batch = s->head, *last = batch;
    if (!batch) return NULL;
    size_t n = 1;
    for (; n < s->config.batch_max && last->next; n++) last = last->next;
    s->head = last->next;
    if (!s->head) s->tail = &s->head;
    last->next = NULL;
    s->queued -= n;
    return batch;
}

// Ends the last batch and waits for the next one; NULL: the store closes and nothing is left.
static struct op *next_batch(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    s->running = false;
    if (s->engine->checkpoint && fold_due(s)) pthread_cond_signal(&s->grown);
    if (s->visitors) pthread_cond_signal(&s->turn);
    s->idle = true;
    while (s->visitors || (!s->head && !s->closing)) pthread_cond_wait(&s->work, &s->lock);
    s->idle = false;
    struct op *batch = cut(s);
    s->running = batch != NULL;
    pthread_mutex_unlock(&s->lock);
    return batch;
}

static bool committed(const struct op *batch)
{
    for (const struct op *op = batch; op; op = op->next)
        if (op->outcome != OP_FAULT) return true;
    return false;
}

static void count(struct store *s, const struct op *batch)
{
    if (!committed(batch)) return;
    pthread_mutex_lock(&s->lock);
    s->commits++;
    s->operations += batch->batch;
    s->last_commit_us = (uint64_t)batch->commit_us;
    pthread_mutex_unlock(&s->lock);
}

static bool adds_events(const struct op *op)
{
    for (unsigned i = 0; i < op->nwrite; i++)
        if (op->write[i].kind == ADD_EVENT) return op->outcome == OP_DONE;
    return false;
}

// Hands the operations back. Caches learn first what is stale: who hears of a change must not read the row before it.
static void acknowledge(struct store *s, struct op *batch)
{
    bool events = false;
    for (struct op *op = batch; op; op = op->next) {
        if (op->outcome != OP_FAULT) versions_move(&s->versions, op);
        events = events || adds_events(op);
    }
    if (events && s->config.events) s->config.events(s->config.ctx);
    for (struct op *op = batch, *next; op; op = next) {
        next = op->next;
        op->next = NULL;
        op->done(op); // from here on it is the caller's, and may be gone
    }
}

static void *store_thread(void *arg)
{
    struct store *s = arg;
    struct op *batch;
    while ((batch = next_batch(s))) {
        struct problem fatal = {0};
        enum engine_result r = s->engine->run(s->e, batch, &fatal);
        if (r == ENGINE_FATAL) atomic_store(&s->failed, true);
        count(s, batch);
        acknowledge(s, batch);
        if (r == ENGINE_FATAL) fail(s, &fatal);
    }
    return NULL;
}

// Signals are for the threads of the server, not for these.
static int start(pthread_t *thread, void *(*run)(void *), struct store *s)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int r = pthread_create(thread, NULL, run, s);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return r;
}

static struct store *store_new(const struct store_config *config)
{
    struct store *s = mem_alloc(sizeof *s);
    s->config = *config;
    if (config->data) s->config.data = mem_strdup(config->data, strlen(config->data));
    if (!s->config.batch_max) s->config.batch_max = LIMIT_BATCH;
    if (!s->config.queue_max) s->config.queue_max = LIMIT_QUEUE;
    s->engine = config->data ? &sqlite_file_engine : &sqlite_memory_engine;
    s->tail = &s->head;
    pthread_mutex_init(&s->lock, NULL);
    pthread_cond_init(&s->work, NULL);
    pthread_cond_init(&s->turn, NULL);
    pthread_cond_init(&s->grown, NULL);
    return s;
}

static void store_free(struct store *s)
{
    if (s->e) s->engine->close(s->e);
    pthread_cond_destroy(&s->grown);
    pthread_cond_destroy(&s->turn);
    pthread_cond_destroy(&s->work);
    pthread_mutex_destroy(&s->lock);
    mem_free((void *)(uintptr_t)s->config.data);
    mem_free(s);
}

static void stop(struct store *s)
{
    pthread_mutex_lock(&s->lock);
    s->closing = true;
    pthread_cond_signal(&s->work);
    pthread_cond_signal(&s->grown);
    pthread_mutex_unlock(&s->lock);
    pthread_join(s->thread, NULL);
}

static enum status start_threads(struct store *s, struct problem *problem)
{
    int error = start(&s->thread, store_thread, s);
    if (!error && s->engine->checkpoint && (error = start(&s->folder, fold_thread, s))) stop(s);
    if (!error) return OK;
    snprintf(problem->why, sizeof problem->why, "cannot start a thread: %s", strerror(error));
    snprintf(problem->hint, sizeof problem->hint, "raise the limit on processes of this user (ulimit -u)");
    return E_IO;
}

enum status store_open(const struct store_config *config, struct store **out, struct problem *problem)
{
    struct store *s = store_new(config);
    struct engine_env env = {.data = config->data, .versions = &s->versions};
    enum status st = s->engine->open(&env, &s->e, problem);
    if (st == OK) st = start_threads(s, problem);
    if (st)
        store_free(s);
    else
        *out = s;
    return st;
}

void store_close(struct store *s)
{
    stop(s);
    if (s->engine->checkpoint) pthread_join(s->folder, NULL);
    store_free(s);
}

bool store_submit(struct store *s, struct op *op)
{
    op->next = NULL;
    op->outcome = OP_PENDING;
    pthread_mutex_lock(&s->lock);
    bool room = s->queued < s->config.queue_max && !atomic_load(&s->failed);
    if (room) {
        *s->tail = op;
        s->tail = &op->next;
        s->queued++;
        if (s->idle) pthread_cond_signal(&s->work);
        s->idle = false; // one wake is enough for all that follow
    }
    pthread_mutex_unlock(&s->lock);
    return room;
}

static void post(struct op *op)
{
    sem_post(op->done_ctx);
}

void store_run(struct store *s, struct op *op)
{
    sem_t ended;
    void (*done)(struct op *) = op->done;
    void *done_ctx = op->done_ctx;
    sem_init(&ended, 0, 0);
    op->done = post;
    op->done_ctx = &ended;
    if (store_submit(s, op)) {
        while (sem_wait(&ended)) continue; // a signal interrupts it
    } else {
        op->outcome = OP_FAULT;
        op->fault = E_LIMIT;
    }
    sem_destroy(&ended);
    op->done = done;
    op->done_ctx = done_ctx;
}

struct store_reader *store_reader_new(struct store *s)
{
    if (!s->engine->reader_new) return NULL;
    struct engine_reader *r = s->engine->reader_new(s->e);
    if (!r) return NULL;
    struct store_reader *reader = mem_alloc(sizeof *reader);
    *reader = (struct store_reader){s, r};
    return reader;
}

void store_reader_free(struct store_reader *r)
{
    if (!r) return;
    r->store->engine->reader_free(r->r);
    mem_free(r);
}

void store_read(struct store_reader *r, struct op *op)
{
    struct store *s = r->store;
    struct problem fatal = {0};
    if (atomic_load(&s->failed)) {
        op->outcome = OP_FAULT;
        op->fault = E_IO;
        return;
    }
    if (s->engine->read(r->r, op, &fatal) == ENGINE_OK) return;
    atomic_store(&s->failed, true);
    fail(s, &fatal);
}

static bool exclusive(const struct store *s)
{
    return s->engine->reader_new == NULL;
}

enum status store_last_locator(struct store *s, int64_t *out)
{
    if (exclusive(s)) visit_begin(s);
    enum status st = s->engine->last_locator(s->e, out);
    if (exclusive(s)) visit_end(s);
    return st;
}

enum status store_last_time(struct store *s, int64_t *out)
{
    if (exclusive(s)) visit_begin(s);
    enum status st = s->engine->last_time(s->e, out);
    if (exclusive(s)) visit_end(s);
    return st;
}

enum status store_list(struct store *s, enum list_kind kind, void (*row)(void *ctx, const void *row), void *ctx)
{
    if (exclusive(s)) visit_begin(s);
    enum status st = s->engine->list(s->e, kind, row, ctx);
    if (exclusive(s)) visit_end(s);
    return st;
}

void store_stats(struct store *s, struct store_stats *out)
{
    pthread_mutex_lock(&s->lock);
    *out = (struct store_stats){
        .commits = s->commits,
        .operations = s->operations,
        .queue_depth = s->queued,
        .wal_bytes = s->engine->wal_bytes ? s->engine->wal_bytes(s->e) : 0,
        .last_commit_us = s->last_commit_us,
    };
    pthread_mutex_unlock(&s->lock);
}

const char *store_place(const struct store *s)
{
    return s->config.data ? s->config.data : "memory";
}
