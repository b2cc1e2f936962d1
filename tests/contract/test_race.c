// SPDX-License-Identifier: Apache-2.0
// Threads that want the same code: exactly one gets it (reliability.md 1, I2). And what one thread was told, every
// other sees: the caches are exact.
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>

#include "lib.h"

enum { CODES = 1000, RACERS = 64, CLOSE_RACERS = 8, CLOSE_CODES = 2000 };

struct race {
    struct store *store;
    const struct op_type *type;
    unsigned codes;
    pthread_barrier_t start;
    atomic_uint *won;  // per code
    atomic_uint wrong; // outcomes that may not be
};

struct racer {
    struct op op;
    struct race *race;
    struct arena arena;
    pthread_t thread;
    struct token token;
    int64_t code;
    uint8_t number;
};

static void want_code(struct op *op, unsigned round)
{
    const struct racer *r = op->ctx;
    if (round == 0) op_want_id(op, WANT_CODE, r->code);
}

static void spend(struct op *op)
{
    struct racer *r = op->ctx;
    *op_write(op, SPEND_CODE) =
        (struct write){.kind = SPEND_CODE, .id = r->code, .at = op->now, .attempt = {r->number}};
    *op_write(op, ADD_TOKEN) = (struct write){.kind = ADD_TOKEN, .row = &r->token};
}

static enum wire_err decide(struct op *op)
{
    const struct code *code = op_row(op, 0);
    if (code->spent_at) return W_CODE_ALREADY_USED;
    spend(op);
    return W_OK;
}

// Does not look: then the guard alone keeps the others out.
static enum wire_err decide_blindly(struct op *op)
{
    spend(op);
    return W_OK;
}

static const struct op_type looking = {"exchange", want_code, decide}, blind = {"blind", want_code, decide_blindly};

static bool lost_rightly(const struct op *op)
{
    if (op->type == &looking) return op->outcome == OP_REFUSED && op->refusal == W_CODE_ALREADY_USED;
    return op->outcome == OP_FAULT && op->fault == E_CONFLICT;
}

static void race_for(struct racer *r, unsigned code)
{
    struct race *race = r->race;
    arena_wipe(&r->arena);
    r->op = (struct op){.type = race->type, .arena = &r->arena, .ctx = r, .now = 1500};
    r->code = code + 1;
    r->token = (struct token){.id = (int64_t)(code + 1) * 256 + r->number, .code = r->code};
    store_run(race->store, &r->op);
    if (r->op.outcome == OP_DONE)
        atomic_fetch_add(&race->won[code], 1);
    else if (!lost_rightly(&r->op))
        atomic_fetch_add(&race->wrong, 1);
    op_release(&r->op);
}

static void *racer_main(void *arg)
{
    struct racer *r = arg;
    pthread_barrier_wait(&r->race->start);
    for (unsigned i = 0; i < r->race->codes; i++) race_for(r, i);
    return NULL;
}

static void count_token(void *ctx, const void *row)
{
    const struct token *t = row;
    ++((unsigned *)ctx)[t->code - 1];
}

static void add_codes(struct store *store, unsigned codes)
{
    struct code code[OP_WRITES_MAX];
    for (unsigned at = 0; at < codes;) {
        struct script s;
        script_init(&s);
        for (; s.nwrite < OP_WRITES_MAX && at < codes; at++) {
            code[s.nwrite] = (struct code){.id = at + 1, .created = 1000, .expires = 2000};
            script_write(&s, ADD_CODE, &code[s.nwrite]);
        }
        store_run(store, &s.op);
        assert_int_equal(s.op.outcome, OP_DONE);
        script_release(&s);
    }
}

static void race(struct fixture *f, const struct op_type *type, unsigned racers, unsigned codes)
{
    struct race race = {.store = f->store, .type = type, .codes = codes};
    race.won = mem_alloc(codes * sizeof *race.won);
    add_codes(f->store, codes);
    struct racer *r = mem_alloc(racers * sizeof *r);
    pthread_barrier_init(&race.start, NULL, racers);
    for (unsigned i = 0; i < racers; i++) {
        r[i].race = &race;
        r[i].number = (uint8_t)(i + 1);
        arena_init(&r[i].arena, 1 << 20);
        assert_int_equal(pthread_create(&r[i].thread, NULL, racer_main, &r[i]), 0);
    }
    for (unsigned i = 0; i < racers; i++) {
        pthread_join(r[i].thread, NULL);
        arena_release(&r[i].arena);
    }
    unsigned *tokens = mem_alloc(codes * sizeof *tokens);
    assert_int_equal(store_list(f->store, LIST_TOKENS, count_token, tokens), OK);
    for (unsigned i = 0; i < codes; i++) {
        assert_int_equal(race.won[i], 1);
        assert_int_equal(tokens[i], 1);
    }
    assert_int_equal(race.wrong, 0);
    pthread_barrier_destroy(&race.start);
    mem_free(tokens);
    mem_free(r);
    mem_free(race.won);
}

static void test_one_wins(void **state)
{
    race(*state, &looking, RACERS, CODES);
}

static void test_the_guard_alone(void **state)
{
    race(*state, &blind, CLOSE_RACERS, CLOSE_CODES);
}

// A writer counts rows of each cached kind up; as soon as it was told, a reader on another thread must see the count.
// The user's moves at every fourth step only, for a change in the directory empties the caches.
enum { USER_EVERY = 4 };

struct witness {
    struct store *store;
    atomic_int told;
    atomic_uint wrong, seen;
    atomic_bool stop;
};

static void want_cached(struct script *s)
{
    s->op.type = &script_read_type;
    script_want(s, WANT_USER, 0, "U00000001", "", "");
    script_want(s, WANT_INSTALL, 0, "A00000001", "T00000001", "");
    script_want(s, WANT_TOKEN, 7, NULL, NULL, NULL);
}

static void *witness_main(void *arg)
{
    struct witness *w = arg;
    struct store_reader *reader = store_reader_new(w->store);
    while (!atomic_load(&w->stop)) {
        struct script s;
        script_init(&s);
        want_cached(&s);
        int told = atomic_load(&w->told);
        if (reader)
            store_read(reader, &s.op);
        else
            store_run(w->store, &s.op);
        const struct user *user = op_row(&s.op, 0);
        const struct install *install = op_row(&s.op, 1);
        const struct token *token = op_row(&s.op, 2);
        bool right = s.op.outcome == OP_DONE && (int)user->role >= told - told % USER_EVERY &&
                     install->live[0] >= told && (told == 0 || token->revoked == 1);
        if (!right) atomic_fetch_add(&w->wrong, 1);
        atomic_fetch_add(&w->seen, 1);
        script_release(&s);
    }
    store_reader_free(reader);
    return NULL;
}

static void write_step(struct store *store, int step)
{
    struct script s;
    script_init(&s);
    struct user user = {.id = id_make('U', 1), .role = (enum role)step};
    struct install install = {.app = id_make('A', 1), .owner = id_make('T', 1), .epoch = 1, .live = {step}};
    struct token token = {.id = 7};
    script_write(&s, MERGE_INSTALL, &install);
    if (step == 0) script_write(&s, ADD_TOKEN, &token);
    if (step == 1) *script_write(&s, REVOKE_TOKEN, NULL) = (struct write){.kind = REVOKE_TOKEN, .id = 7, .at = 1};
    if (step % USER_EVERY == 0) script_write(&s, PUT_USER, &user);
    store_run(store, &s.op);
    assert_int_equal(s.op.outcome, OP_DONE);
    script_release(&s);
}

static void test_told_is_seen(void **state)
{
    struct fixture *f = *state;
    enum { WITNESSES = 3, STEPS = 400 };
    struct witness w = {.store = f->store};
    pthread_t thread[WITNESSES];
    write_step(f->store, 0);
    for (int i = 0; i < WITNESSES; i++) pthread_create(&thread[i], NULL, witness_main, &w);
    for (int step = 1; step <= STEPS; step++) {
        write_step(f->store, step);
        atomic_store(&w.told, step);
        // Let the cache be filled between writes, else it would never be hit.
        for (unsigned seen = atomic_load(&w.seen); atomic_load(&w.seen) - seen < 4;) continue;
    }
    atomic_store(&w.stop, true);
    for (int i = 0; i < WITNESSES; i++) pthread_join(thread[i], NULL);
    assert_int_equal(w.wrong, 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {CASE(test_one_wins), CASE(test_the_guard_alone), CASE(test_told_is_seen)};
    return cmocka_run_group_tests_name("memory", tests, fixture_memory, fixture_end) +
           cmocka_run_group_tests_name("file", tests, fixture_file, fixture_end);
}
