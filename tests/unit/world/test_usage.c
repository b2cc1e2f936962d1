// SPDX-License-Identifier: Apache-2.0
#include "world/usage.h"

#include "base/mem.h"
#include "check.h"

enum { DAY = 24 * 3600 * 1000 };
static const int64_t NOON = INT64_C(1785585600000); // 2026-08-01T12:00:00Z
static const int64_t MIDNIGHT = INT64_C(1785542400000);

static void want_install(struct op *op, unsigned round)
{
    if (round == 0) op_want(op, WANT_INSTALL, STR("A1"), STR("T1"), STR("U1"));
}

static enum wire_err put(struct op *op)
{
    op_write(op, MERGE_INSTALL)->row = op->ctx;
    return W_OK;
}

static void never(void *ctx, const char *why)
{
    (void)ctx;
    print_error("%s\n", why);
    abort();
}

// What the store has now; operations are carried out in the order in which they came, so this waits for them.
static struct install stored(struct store *s, struct arena *arena)
{
    static const struct op_type type = {.name = "look", .want = want_install};
    struct op op = {.type = &type, .arena = arena};
    store_run(s, &op);
    assert_non_null(op_row(&op, 0));
    struct install row = *(const struct install *)op_row(&op, 0);
    op_release(&op);
    return row;
}

static uint64_t operations(struct store *s)
{
    struct store_stats stats;
    store_stats(s, &stats);
    return stats.operations;
}

static void test_once_a_day(void **state)
{
    static const struct op_type putting = {.name = "put", .decide = put};
    struct rng *rng = rng_new_seeded(3);
    struct store_config config = {.fatal = never};
    struct problem problem;
    struct world w = {.rng = rng, .usage = usage_new(rng)};
    struct arena arena;
    struct install row = {.app = {"A1"}, .owner = {"T1"}, .subject = {"U1"}, .epoch = 1, .scopes = STR("chat:write")};
    (void)state;
    arena_init(&arena, 1 << 20);
    assert_int_equal(store_open(&config, &w.store, &problem), OK);
    struct op op = {.type = &putting, .arena = &arena, .ctx = &row};
    store_run(w.store, &op);

    for (int i = 0; i < 100; i++) usage_note(&w, &row, NOON + i); // a burst of calls, all with the row as it was
    assert_int_equal(stored(w.store, &arena).used, MIDNIGHT);
    uint64_t after = operations(w.store);
    row = stored(w.store, &arena);
    usage_note(&w, &row, NOON + 1000);
    assert_int_equal(stored(w.store, &arena).used, MIDNIGHT);
    assert_int_equal(operations(w.store), after + 2); // the two looks, and nothing else
    usage_note(&w, &row, NOON + DAY);
    assert_int_equal(stored(w.store, &arena).used, MIDNIGHT + DAY);
    row.epoch = 7; // an authorization that has ended, or another one
    usage_note(&w, &row, NOON + 2 * (int64_t)DAY);
    assert_int_equal(stored(w.store, &arena).used, MIDNIGHT + DAY);

    store_close(w.store);
    usage_free(w.usage);
    rng_free(rng);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_once_a_day)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
