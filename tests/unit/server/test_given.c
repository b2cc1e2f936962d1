// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "server/options.h"

enum { ARGS_MAX = 6 };

static int split(char *const *args)
{
    int n = 0;
    while (n < ARGS_MAX && args[n]) n++;
    return n;
}

static void test_forms(void **state)
{
    char *argv[] = {"--listen=127.0.0.1:1", "--seed", "7", "--strict", "--auto-approve", "--seed=8"};
    struct given g;
    struct usage_problem problem;
    (void)state;
    assert_int_equal(given_parse((int)ARRAY_LEN(argv), argv, CMD_DEV, &g, &problem), OK);
    assert_int_equal(g.n, 5);
    check_str(given_value(&g, "--listen"), STR("127.0.0.1:1"));
    check_str(given_value(&g, "--seed"), STR("8")); // the last one counts
    assert_non_null(given_value(&g, "--strict").p);
    check_str(given_value(&g, "--auto-approve"), STR(""));
    assert_null(given_value(&g, "--data").p);

    struct options o;
    options_init(&o, CMD_DEV, true);
    assert_int_equal(given_apply(&g, &o, &problem), OK);
    assert_int_equal(o.seed, 8);
    assert_true(o.seeded && o.strict && o.auto_approve && !o.admin_named);
    check_str(o.listen, STR("127.0.0.1:1"));
    options_release(&o);
}

static void test_problems(void **state)
{
    static const struct {
        enum command_bit command;
        char *args[ARGS_MAX];
        const char *what, *why;
    } cases[] = {
        {CMD_DEV, {"--lissen", "x"}, "unknown flag --lissen", "did you mean --listen?"},
        {CMD_DEV, {"--zzzzzzzz"}, "unknown flag --zzzzzzzz", ""},
        {CMD_DEV, {"file"}, "unknown argument file", ""},
        {CMD_DEV, {""}, "unknown argument ", ""},
        {CMD_DEV, {"-"}, "unknown flag -", ""},
        {CMD_DEV, {"--data"}, "--data needs DIR", ""},
        {CMD_DEV, {"--strict=1"}, "--strict takes no value", ""},
        {CMD_SERVE, {"--seed", "1"}, "unknown flag --seed", ""},
        {CMD_DEV, {"--seed", "x"}, "--seed: bad value \"x\"", "it must be a number"},
        {CMD_DEV, {"--data", ""}, "--data: bad value \"\"", "it must be a path"},
        {CMD_DEV, {"--data", "x", "--store", "postgresql://x"}, "--data and --store exclude each other", ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct given g;
        struct usage_problem problem;
        struct options o;
        char *args[ARGS_MAX];
        memcpy(args, cases[i].args, sizeof args);
        options_init(&o, cases[i].command, false);
        enum status status = given_parse(split(args), args, cases[i].command, &g, &problem);
        if (!status) status = given_apply(&g, &o, &problem);
        options_release(&o);
        if (status != E_INVALID) fail_msg("accepted: %s", cases[i].args[0]);
        assert_string_equal(problem.what, cases[i].what);
        assert_string_equal(problem.why, cases[i].why);
    }
}

static void test_too_many(void **state)
{
    char *argv[GIVEN_MAX + 1];
    struct given g;
    struct usage_problem problem;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(argv); i++) argv[i] = "--strict";
    assert_int_equal(given_parse(GIVEN_MAX, argv, CMD_DEV, &g, &problem), OK);
    assert_int_equal(given_parse(GIVEN_MAX + 1, argv, CMD_DEV, &g, &problem), E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_forms), cmocka_unit_test(test_problems),
                                       cmocka_unit_test(test_too_many)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
