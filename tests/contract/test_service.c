// SPDX-License-Identifier: Apache-2.0
// The store as a service: its limits, its queue, its marks, its figures, its journal.
#include <semaphore.h>
#include <string.h>

#include "lib.h"

static struct code a_code(int64_t id)
{
    return (struct code){.id = id, .app = id_make('A', 1), .created = 1000, .expires = 2000, .hash = {{7}}};
}

static enum op_outcome run(struct store *store, struct script *s)
{
    store_run(store, &s->op);
    return s->op.outcome;
}

// An arena that is too small for the rows: our fault, and the operation wrote nothing.
static void test_arena_limit(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct code code = a_code(5);
    put_row(store, ADD_CODE, &code);
    struct script s;
    script_init(&s);
    s.arena.cap = 16;
    script_want(&s, WANT_CODE, 5, NULL, NULL, NULL);
    script_write(&s, COUNT_ATTEMPT, NULL)->id = 5;
    assert_int_equal(run(store, &s), OP_FAULT);
    assert_int_equal(s.op.fault, E_LIMIT);
    script_release(&s);
    script_init(&s);
    s.op.type = &script_read_type;
    script_want(&s, WANT_CODE, 5, NULL, NULL, NULL);
    assert_int_equal(run(store, &s), OP_DONE);
    assert_int_equal(((const struct code *)op_row(&s.op, 0))->attempts, 0);
    script_release(&s);
}

// The mark may lag by a second of the admin clock, never more, and follows a wipe back.
static void test_last_time(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int64_t now, least, most;
        bool wipe;
    } cases[] = {{5000, 5000, 5000, false}, {5400, 5000, 5400, false}, {9000, 9000, 9000, false},
                 {7000, 9000, 9000, false}, {3000, 3000, 3000, true},  {3100, 3000, 3100, false}};
    int64_t last = -1;
    assert_int_equal(store_last_time(f->store, &last), OK);
    assert_int_equal(last, 0);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct script s;
        script_init(&s);
        s.op.now = cases[i].now;
        script_write(&s, cases[i].wipe ? WIPE_ALL : COUNT_ATTEMPT, NULL);
        assert_int_equal(run(f->store, &s), OP_DONE);
        script_release(&s);
        assert_int_equal(store_last_time(f->store, &last), OK);
        assert_in_range(last, cases[i].least, cases[i].most);
    }
    if (!f->lasting) return;
    store_close(f->store);
    f->store = store_at(f->folder);
    assert_int_equal(store_last_time(f->store, &last), OK);
    assert_in_range(last, 3000, 3100);
}

struct tally {
    unsigned ended;
    int64_t last; // of the operations that ended, the one submitted last
    bool in_order;
};

static void count_end(struct op *op)
{
    struct tally *t = op->done_ctx;
    const struct script *s = op->ctx;
    t->in_order &= s->write[0].id == t->last + 1;
    t->last = s->write[0].id;
    t->ended++;
}

// A closing store ends what it took, in the order in which it came.
static void test_close_ends_all(void **state)
{
    struct fixture *f = *state;
    enum { N = 300 };
    static struct script s[N];
    struct tally tally = {.last = -1, .in_order = true};
    for (int i = 0; i < N; i++) {
        script_init(&s[i]);
        script_write(&s[i], COUNT_ATTEMPT, NULL)->id = i;
        s[i].op.done = count_end;
        s[i].op.done_ctx = &tally;
        assert_true(store_submit(f->store, &s[i].op));
    }
    store_close(f->store);
    f->store = NULL;
    for (int i = 0; i < N; i++) {
        assert_int_equal(s[i].op.outcome, OP_DONE);
        script_release(&s[i]);
    }
    assert_int_equal(tally.ended, N);
    assert_true(tally.in_order);
}

struct gate {
    sem_t reached, open;
};

static enum wire_err wait_at_gate(struct op *op)
{
    struct gate *g = op->ctx;
    sem_post(&g->reached);
    sem_wait(&g->open);
    return W_OK;
}

static void nothing(struct op *op)
{
    (void)op;
}

// A full queue takes nothing more and calls nobody; when there is room again, it does.
static void test_full_queue(void **state)
{
    (void)state;
    static const struct op_type waiting = {"wait", NULL, wait_at_gate};
    struct store_config config = {.data = NULL, .queue_max = 2, .fatal = NULL};
    struct problem problem;
    struct gate gate;
    struct script s[4];
    struct store *store;
    assert_int_equal(store_open(&config, &store, &problem), OK);
    sem_init(&gate.reached, 0, 0);
    sem_init(&gate.open, 0, 0);
    for (int i = 0; i < 4; i++) {
        script_init(&s[i]);
        s[i].op.done = nothing;
    }
    s[0].op.type = &waiting;
    s[0].op.ctx = &gate;
    assert_true(store_submit(store, &s[0].op));
    sem_wait(&gate.reached); // the store thread has taken it and stands still
    assert_true(store_submit(store, &s[1].op));
    assert_true(store_submit(store, &s[2].op));
    assert_false(store_submit(store, &s[3].op));
    struct store_stats stats;
    store_stats(store, &stats);
    assert_int_equal(stats.queue_depth, 2);
    store_run(store, &s[3].op);
    assert_int_equal(s[3].op.fault, E_LIMIT);
    sem_post(&gate.open);
    store_close(store);
    assert_int_equal(s[2].op.outcome, OP_DONE);
    for (int i = 0; i < 4; i++) script_release(&s[i]);
    sem_destroy(&gate.reached);
    sem_destroy(&gate.open);
}

static void count_row(void *ctx, const void *row)
{
    (void)row;
    ++*(unsigned *)ctx;
}

static void test_stats(void **state)
{
    struct fixture *f = *state;
    struct code code = a_code(5);
    put_row(f->store, ADD_CODE, &code);
    struct store_stats stats;
    store_stats(f->store, &stats);
    assert_int_equal(stats.operations, 1);
    assert_int_equal(stats.commits, 1);
    assert_int_equal(stats.queue_depth, 0);
    assert_true((stats.wal_bytes > 0) == f->lasting);
    assert_string_equal(store_place(f->store), f->lasting ? f->folder : "memory");
    unsigned n = 0;
    assert_int_equal(store_list(f->store, LIST_APPS, count_row, &n), OK);
    assert_int_equal(n, 0);
}

// The journal is folded into the main file beside the commits, and started afresh when it has grown large.
static void test_journal(void **state)
{
    enum { MIB = 1 << 20, APPS = 100 };
    struct fixture *f = *state;
    struct app app = {.id = id_make('A', 1), .client_id = STR("1.2")};
    struct store_stats stats;
    if (!f->lasting) return;
    char *text = arena_alloc(&f->arena, MIB);
    app.manifest = str_make(text, MIB);
    uint64_t most = 0;
    for (int i = 0; i < APPS; i++) {
        memset(text, 'a' + i % 26, MIB); // what does not change is not written
        put_row(f->store, PUT_APP, &app);
        store_stats(f->store, &stats);
        if (stats.wal_bytes > most) most = stats.wal_bytes;
    }
    assert_true(most >= 16 * MIB);
    app.manifest = STR("small");
    do { // ends when the checkpoint thread has caught up; the suite's time limit is the bound
        put_row(f->store, PUT_APP, &app);
        store_stats(f->store, &stats);
    } while (stats.wal_bytes >= 16 * MIB);
    store_close(f->store);
    f->store = store_at(f->folder);
}

// Locators that were given out stay so, whatever is wiped, however often.
static void test_last_locator(void **state)
{
    struct fixture *f = *state;
    static const int64_t ids[] = {50, 10, 60};
    static const int64_t last[] = {50, 50, 60};
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        struct code code = a_code(ids[i]);
        int64_t got = -1;
        put_row(f->store, ADD_CODE, &code);
        put_row(f->store, WIPE_ALL, NULL);
        assert_int_equal(store_last_locator(f->store, &got), OK);
        assert_int_equal(got, last[i]);
    }
    if (!f->lasting) return;
    store_close(f->store);
    f->store = store_at(f->folder);
    int64_t got = -1;
    assert_int_equal(store_last_locator(f->store, &got), OK);
    assert_int_equal(got, 60);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_arena_limit), CASE(test_last_time), CASE(test_close_ends_all), CASE(test_full_queue),
        CASE(test_stats),       CASE(test_journal),   CASE(test_last_locator),
    };
    return cmocka_run_group_tests_name("memory", tests, fixture_memory, fixture_end) +
           cmocka_run_group_tests_name("file", tests, fixture_file, fixture_end);
}
