// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

#include <pthread.h>

#include "check.h"

static int64_t wall_ms;

static int64_t wall(void)
{
    return wall_ms;
}

static int setup(void **state)
{
    static struct clock c;
    wall_ms = 1000;
    clock_init(&c, wall);
    *state = &c;
    return 0;
}

static void test_follows_the_wall(void **state)
{
    struct clock *c = *state;
    assert_int_equal(clock_now(c), 1000);
    wall_ms = 1500;
    assert_int_equal(clock_now(c), 1500);
    assert_false(clock_is_frozen(c));
}

static void test_advance_and_reset(void **state)
{
    struct clock *c = *state;
    clock_advance(c, 500);
    clock_advance(c, -100);
    assert_int_equal(clock_now(c), 1400);
    wall_ms += 10;
    assert_int_equal(clock_now(c), 1410);
    clock_reset(c);
    assert_int_equal(clock_now(c), 1010);
}

static void test_set_runs_on(void **state)
{
    struct clock *c = *state;
    clock_set(c, 99000);
    wall_ms += 5;
    assert_int_equal(clock_now(c), 99005);
}

static void test_frozen_stands_until_moved(void **state)
{
    struct clock *c = *state;
    clock_freeze(c);
    wall_ms = 5000;
    assert_true(clock_is_frozen(c));
    assert_int_equal(clock_now(c), 1000);
    clock_advance(c, 7);
    assert_int_equal(clock_now(c), 1007);
    clock_set(c, 300);
    assert_int_equal(clock_now(c), 300);
    assert_true(clock_is_frozen(c));
}

static void test_resume_runs_on_from_there(void **state)
{
    struct clock *c = *state;
    clock_resume(c); // nothing to resume
    assert_int_equal(clock_now(c), 1000);
    clock_freeze(c);
    wall_ms = 5000;
    clock_resume(c);
    assert_false(clock_is_frozen(c));
    assert_int_equal(clock_now(c), 1000);
    wall_ms = 5001;
    assert_int_equal(clock_now(c), 1001);
}

static void *advance_often(void *c)
{
    for (int i = 0; i < 10000; i++) clock_advance(c, 1);
    return NULL;
}

static void test_concurrent_moves_add_up(void **state)
{
    pthread_t threads[4];
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, advance_often, *state), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) pthread_join(threads[i], NULL);
    assert_int_equal(clock_now(*state), 41000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_follows_the_wall, setup),
        cmocka_unit_test_setup(test_advance_and_reset, setup),
        cmocka_unit_test_setup(test_set_runs_on, setup),
        cmocka_unit_test_setup(test_frozen_stands_until_moved, setup),
        cmocka_unit_test_setup(test_resume_runs_on_from_there, setup),
        cmocka_unit_test_setup(test_concurrent_moves_add_up, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
