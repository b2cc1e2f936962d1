// SPDX-License-Identifier: Apache-2.0
#include "codec/args.h"

#include "check.h"

static int setup(void **state)
{
    static struct arena arena;
    arena_init(&arena, LIMIT_ARENA);
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    arena_release(*state);
    return 0;
}

static void add(struct args *a, struct arena *arena, const char *name, const char *value, enum arg_source source)
{
    args_add(a, arena, (struct arg){.name = str_of(name), .value = str_of(value), .source = source});
}

static void test_body_beats_query_and_the_last_wins(void **state)
{
    struct args a = {0};
    add(&a, *state, "code", "body1", ARG_BODY);
    add(&a, *state, "code", "body2", ARG_BODY);
    add(&a, *state, "code", "query", ARG_QUERY);
    add(&a, *state, "state", "q1", ARG_QUERY);
    add(&a, *state, "state", "q2", ARG_QUERY);
    check_str(args_value(&a, "code"), STR("body2"));
    check_str(args_value(&a, "state"), STR("q2"));
    assert_int_equal(args_get(&a, "state")->source, ARG_QUERY);
    assert_int_equal(a.n, 5);
}

static void test_absent_and_empty_differ(void **state)
{
    struct args a = {0};
    assert_null(args_get(&a, "x"));
    add(&a, *state, "x", "", ARG_BODY);
    assert_non_null(args_value(&a, "x").p);
    assert_int_equal(args_value(&a, "x").n, 0);
    assert_null(args_value(&a, "X").p);
    assert_null(args_value(&a, "xx").p);
}

static void test_empty_name_is_dropped(void **state)
{
    struct args a = {0};
    add(&a, *state, "", "value", ARG_BODY);
    assert_int_equal(a.n, 0);
    assert_false(a.overflow);
}

static void test_the_thousand_and_first_overflows(void **state)
{
    struct args a = {0};
    for (int i = 0; i < LIMIT_ARGS; i++) add(&a, *state, "x", "1", ARG_BODY);
    assert_false(a.overflow);
    add(&a, *state, "x", "2", ARG_BODY);
    assert_true(a.overflow);
    assert_int_equal(a.n, LIMIT_ARGS);
    check_str(args_value(&a, "x"), STR("1"));
}

static void test_full_arena_overflows(void **state)
{
    struct args a = {0};
    struct arena small;
    (void)state;
    arena_init(&small, 100);
    add(&a, &small, "x", "1", ARG_BODY);
    assert_true(a.overflow);
    assert_true(small.failed);
    assert_int_equal(a.n, 0);
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_body_beats_query_and_the_last_wins),
        cmocka_unit_test(test_absent_and_empty_differ),
        cmocka_unit_test(test_empty_name_is_dropped),
        cmocka_unit_test(test_the_thousand_and_first_overflows),
        cmocka_unit_test(test_full_arena_overflows),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
