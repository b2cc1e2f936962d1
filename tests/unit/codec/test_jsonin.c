// SPDX-License-Identifier: Apache-2.0
#include "codec/jsonin.h"

#include "check.h"
#include "guard.h"

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

static void test_good(void **state)
{
    static const struct str rows[] = {
        STR_INIT("{}"),
        STR_INIT(" [1, 2.5, true, null] \n"),
        STR_INIT("\"x\""),
        STR_INIT("0"),
        STR_INIT("{\"a\":{\"a\":[]}}"),
        STR_INIT("\"\\ud83d\\ude00 \xf0\x9f\x98\x80\""),
        STR_INIT("\"[[[[\\\"{{{{\""),
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        json_t *value;
        if (json_parse(guard_str(rows[i]), &value, NULL)) fail_msg("row %zu was refused", i);
        json_decref(value);
    }
}

// contract envelope.md 3: all of these are invalid_json.
static void test_bad(void **state)
{
    static const struct str rows[] = {
        STR_INIT(""),
        STR_INIT(" "),
        STR_INIT("{"),
        STR_INIT("{}x"),
        STR_INIT("{} {}"),
        STR_INIT("{'a':1}"),
        STR_INIT("{\"a\":1,}"),
        STR_INIT("{a:1}"),
        STR_INIT("[01]"),
        STR_INIT("[NaN]"),
        STR_INIT("// x\n1"),
        STR_INIT("\"\\u0000\""),
        STR_INIT("{\"\\u0000\":1}"),
        STR_INIT("\"\0\""),
        STR_INIT("{}\0"),
        STR_INIT("\"\n\""),
        STR_INIT("\"\\ud83d\""),
        STR_INIT("\"\\ude00\""),
        STR_INIT("\"\\ude00\\ud83d\""),
        STR_INIT("\"\xff\""),
        STR_INIT("\"\xc0\xaf\""),
        STR_INIT("\"\xed\xa0\x80\""),
        STR_INIT("\"\\x\""),
        STR_INIT("\"\\"),
        STR_INIT("\"abc"),
        STR_INIT("\xef\xbb\xbf{}"),
        STR_INIT("tru"),
        STR_INIT("code=1"),
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct json_problem problem = {0};
        json_t *value = NULL;
        if (json_parse(guard_str(rows[i]), &value, &problem) != E_INVALID) fail_msg("row %zu was taken", i);
        assert_null(value);
        assert_true(problem.line >= 1 || rows[i].n == 0);
        assert_true(problem.text[0]);
    }
}

static void fill_nested(char *text, size_t depth, char open, char shut)
{
    memset(text, open, depth);
    memset(text + depth, shut, depth);
}

static void test_depth(void **state)
{
    char text[2 * (LIMIT_JSON_DEPTH + 1)];
    struct json_problem problem;
    json_t *value;
    (void)state;
    fill_nested(text, LIMIT_JSON_DEPTH, '[', ']');
    assert_int_equal(json_parse(guard_str(str_make(text, sizeof text - 2)), &value, NULL), OK);
    json_decref(value);
    fill_nested(text, LIMIT_JSON_DEPTH + 1, '[', ']');
    assert_int_equal(json_parse(guard_str(str_make(text, sizeof text)), &value, &problem), E_INVALID);
    assert_string_equal(problem.text, "nested too deeply");
    assert_int_equal(problem.line, 1);
    assert_int_equal(problem.column, LIMIT_JSON_DEPTH + 1);
}

static void test_problem_says_where(void **state)
{
    struct json_problem problem;
    json_t *value;
    (void)state;
    assert_int_equal(json_parse(STR("{\n  \"a\": 1,\n  oops\n}"), &value, &problem), E_INVALID);
    assert_int_equal(problem.line, 3);
    assert_non_null(strstr(problem.text, "oops"));
}

static void test_args(void **state)
{
    static const struct {
        const char *name;
        struct str value;
    } rows[] = {
        {"s", STR_INIT("a \xc3\xa9\"")}, {"i", STR_INIT("-12")},   {"big", STR_INIT("9223372036854775807")},
        {"r", STR_INIT("0.1")},          {"e", STR_INIT("1e+21")}, {"t", STR_INIT("true")},
        {"f", STR_INIT("false")},        {"empty", STR_INIT("")},  {"twice", STR_INIT("2")},
    };
    struct str text =
        STR("{\"s\":\"a \\u00e9\\\"\",\"i\":-12,\"big\":9223372036854775807,\"r\":0.1,\"e\":1e21,\"t\":true,"
            "\"f\":false,\"n\":null,\"empty\":\"\",\"o\":{\"x\":1},\"a\":[],\"twice\":1,\"twice\":2,\"\":1}");
    struct args a = {0};
    assert_int_equal(json_parse_args(guard_str(text), *state, &a), OK);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_non_null(args_value(&a, rows[i].name).p);
        check_str(args_value(&a, rows[i].name), rows[i].value);
        assert_false(args_get(&a, rows[i].name)->composite);
    }
    assert_null(args_get(&a, "n"));
    assert_true(args_get(&a, "o")->composite);
    assert_true(args_get(&a, "a")->composite);
    assert_int_equal(args_get(&a, "a")->source, ARG_BODY);
    assert_int_equal(a.n, ARRAY_LEN(rows) + 2);
}

static void test_args_need_an_object(void **state)
{
    struct args a = {0};
    assert_int_equal(json_parse_args(STR("[1]"), *state, &a), E_CONFLICT);
    assert_int_equal(json_parse_args(STR("\"x\""), *state, &a), E_CONFLICT);
    assert_int_equal(json_parse_args(STR("null"), *state, &a), E_CONFLICT);
    assert_int_equal(json_parse_args(STR("x"), *state, &a), E_INVALID);
    assert_int_equal(a.n, 0);
    assert_int_equal(json_parse_args(STR("{}"), *state, &a), OK);
}

static void test_args_in_a_full_arena(void **state)
{
    struct args a = {0};
    struct arena small;
    (void)state;
    arena_init(&small, 100);
    assert_int_equal(json_parse_args(STR("{\"a\":\"b\"}"), &small, &a), E_LIMIT);
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_problem_says_where),
        cmocka_unit_test(test_args),
        cmocka_unit_test(test_args_need_an_object),
        cmocka_unit_test(test_args_in_a_full_arena),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
