// SPDX-License-Identifier: Apache-2.0
#include "world/rate.h"

#include <pthread.h>
#include <stdatomic.h>

#include "check.h"
#include "crypto/rng.h"

// contract envelope.md 8: capacity = sustained + burst, refilled with sustained/60 a second.
#define T0 INT64_C(1790000000000)

static const struct rate_limit tier4 = {100, 100};

static int setup(void **state)
{
    struct rng *rng = rng_new_seeded(1);
    *state = rate_new(rng);
    rng_free(rng); // the key was drawn
    return 0;
}

static int teardown(void **state)
{
    rate_free(*state);
    return 0;
}

static unsigned take(struct rate *r, const char *key, struct rate_limit limit, int64_t now)
{
    return rate_take(r, "oauth.v2.access", str_of(key), (struct str){NULL, 0}, limit, now);
}

// How many calls pass at that moment.
static unsigned passing(struct rate *r, const char *key, struct rate_limit limit, int64_t now)
{
    unsigned n = 0;
    while (n < 100000 && take(r, key, limit, now) == 0) n++;
    return n;
}

static void a_full_bucket_holds_sustained_and_burst(void **state)
{
    static const struct rate_limit limits[] = {{100, 100}, {600, 0}, {600, 600}, {50, 50}, {20, 20}, {1, 0},
                                               {1, 1},     {7, 3},   {13, 0},    {59, 61}, {997, 1}, {30000, 20000}};
    for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
        char key[16];
        snprintf(key, sizeof key, "%zu", i);
        assert_int_equal(passing(*state, key, limits[i], T0), limits[i].sustained + limits[i].burst);
        assert_int_equal(passing(*state, key, limits[i], T0), 0);
        assert_int_equal(passing(*state, key, limits[i], T0 + 60000), limits[i].sustained);
        assert_int_equal(passing(*state, key, limits[i], T0 + 120000), limits[i].sustained);
    }
}

static void it_never_holds_more_than_its_capacity(void **state)
{
    assert_int_equal(passing(*state, "a", tier4, T0), 200);
    assert_int_equal(passing(*state, "a", tier4, T0 + 3600000), 200);
}

static void one_comes_back_at_a_time(void **state)
{
    assert_int_equal(passing(*state, "a", tier4, T0), 200);
    assert_int_equal(take(*state, "a", tier4, T0 + 599), 1);
    assert_int_equal(take(*state, "a", tier4, T0 + 600), 0);
    assert_int_equal(take(*state, "a", tier4, T0 + 600), 1);
    assert_int_equal(passing(*state, "a", tier4, T0 + 3000), 4);
}

// Rounded up, at least 1; a refused call takes none.
static void retry_after_is_when_one_is_there(void **state)
{
    const struct rate_limit one = {1, 0}, twenty = {20, 0};
    assert_int_equal(take(*state, "slow", one, T0), 0);
    assert_int_equal(take(*state, "slow", one, T0), 60);
    assert_int_equal(take(*state, "slow", one, T0 + 1), 60);
    assert_int_equal(take(*state, "slow", one, T0 + 1000), 59);
    assert_int_equal(take(*state, "slow", one, T0 + 59001), 1);
    assert_int_equal(take(*state, "slow", one, T0 + 60000), 0);
    assert_int_equal(passing(*state, "three", twenty, T0), 20);
    for (int i = 0; i < 1000; i++) assert_int_equal(take(*state, "three", twenty, T0), 3);
    assert_int_equal(take(*state, "three", twenty, T0 + 3000), 0);
}

static void buckets_are_apart(void **state)
{
    struct rate *r = *state;
    const struct rate_limit one = {1, 0};
    const struct str a = STR("a"), b = STR("b"), ab = STR("ab"), none = {NULL, 0};
    assert_int_equal(rate_take(r, "m", a, b, one, T0), 0);
    assert_int_equal(rate_take(r, "n", a, b, one, T0), 0);
    assert_int_equal(rate_take(r, "m", b, a, one, T0), 0);
    assert_int_equal(rate_take(r, "m", ab, none, one, T0), 0);
    assert_int_equal(rate_take(r, "m", none, ab, one, T0), 0);
    assert_int_equal(rate_take(r, "m", a, b, one, T0), 60);
}

static void zero_means_unlimited(void **state)
{
    const struct rate_limit none = {0, 0};
    for (int i = 0; i < 1000; i++) assert_int_equal(take(*state, "a", none, T0), 0);
}

static void clearing_fills_every_bucket(void **state)
{
    assert_int_equal(passing(*state, "a", tier4, T0), 200);
    rate_clear(*state);
    assert_int_equal(passing(*state, "a", tier4, T0), 200);
}

// A clock set back by a year empties the bucket at most: it fills again from then on.
static void a_clock_set_back_locks_nobody_out(void **state)
{
    const int64_t earlier = T0 - INT64_C(365) * 86400 * 1000;
    assert_int_equal(passing(*state, "a", tier4, T0), 200);
    assert_int_equal(take(*state, "a", tier4, earlier), 1);
    assert_int_equal(take(*state, "a", tier4, earlier + 600), 0);
    assert_int_equal(passing(*state, "a", tier4, earlier + 60600), 100);
    assert_int_equal(passing(*state, "a", tier4, earlier + 600000), 200);
}

static void a_lowered_limit_counts_at_once(void **state)
{
    const struct rate_limit low = {6, 0};
    assert_int_equal(passing(*state, "a", tier4, T0), 200);
    assert_int_equal(take(*state, "a", low, T0), 10);
    assert_int_equal(passing(*state, "a", low, T0 + 60000), 6);
}

// More keys than slots: the table does not grow.
static void many_keys_are_bounded(void **state)
{
    const struct rate_limit one = {1, 0};
    unsigned refused = 0;
    for (unsigned i = 0; i < 200000; i++) {
        char key[16];
        snprintf(key, sizeof key, "%u", i);
        refused += take(*state, key, one, T0) != 0;
    }
    assert_int_equal(refused, 0); // a stranger's slot is taken over, never its emptiness
}

// Stale slots are reused, so later keys find room whatever came before.
static void stale_slots_are_reused(void **state)
{
    const struct rate_limit one = {1, 0};
    for (unsigned i = 0; i < 200000; i++) {
        char key[16];
        snprintf(key, sizeof key, "%u", i);
        take(*state, key, one, T0);
    }
    const int64_t later = T0 + 3600000;
    unsigned kept = 0;
    for (unsigned i = 0; i < 1000; i++) {
        char key[16];
        snprintf(key, sizeof key, "later %u", i);
        assert_int_equal(take(*state, key, one, later), 0);
    }
    for (unsigned i = 0; i < 1000; i++) {
        char key[16];
        snprintf(key, sizeof key, "later %u", i);
        kept += take(*state, key, one, later) != 0;
    }
    assert_int_equal(kept, 1000);
}

enum { THREADS = 4, TRIES = 20000 };

struct crowd {
    struct rate *rate;
    _Atomic unsigned passed;
};

static void *push(void *ctx)
{
    struct crowd *c = ctx;
    const struct rate_limit limit = {1000, 500};
    for (int i = 0; i < TRIES; i++)
        if (take(c->rate, "one", limit, T0) == 0) atomic_fetch_add(&c->passed, 1);
    return NULL;
}

static void threads_share_a_bucket_exactly(void **state)
{
    struct crowd crowd = {.rate = *state};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&threads[i], NULL, push, &crowd), 0);
    for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
    assert_int_equal(crowd.passed, 1500);
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(a_full_bucket_holds_sustained_and_burst),
        CASE(it_never_holds_more_than_its_capacity),
        CASE(one_comes_back_at_a_time),
        CASE(retry_after_is_when_one_is_there),
        CASE(buckets_are_apart),
        CASE(zero_means_unlimited),
        CASE(clearing_fills_every_bucket),
        CASE(a_clock_set_back_locks_nobody_out),
        CASE(a_lowered_limit_counts_at_once),
        CASE(many_keys_are_bounded),
        CASE(stale_slots_are_reused),
        CASE(threads_share_a_bucket_exactly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
