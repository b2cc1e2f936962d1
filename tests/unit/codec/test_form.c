// SPDX-License-Identifier: Apache-2.0
#include "codec/form.h"

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

static void test_parse(void **state)
{
    static const struct {
        struct str text;
        size_t n;
        struct str pairs[3][2];
    } rows[] = {
        {STR_INIT(""), 0, {{STR_INIT("")}}},
        {STR_INIT("a=1&b=2"), 2, {{STR_INIT("a"), STR_INIT("1")}, {STR_INIT("b"), STR_INIT("2")}}},
        {STR_INIT("a=1&a=2"), 2, {{STR_INIT("a"), STR_INIT("1")}, {STR_INIT("a"), STR_INIT("2")}}},
        {STR_INIT("a"), 1, {{STR_INIT("a"), STR_INIT("")}}},
        {STR_INIT("a="), 1, {{STR_INIT("a"), STR_INIT("")}}},
        {STR_INIT("=1&&a=b&"), 1, {{STR_INIT("a"), STR_INIT("b")}}},
        {STR_INIT("a=b=c"), 1, {{STR_INIT("a"), STR_INIT("b=c")}}},
        {STR_INIT("a=b;c=d"), 1, {{STR_INIT("a"), STR_INIT("b;c=d")}}},
        {STR_INIT("a=+x+%2B%2b"), 1, {{STR_INIT("a"), STR_INIT(" x ++")}}},
        {STR_INIT("%61=%26%3d&%5B%5D=x"), 2, {{STR_INIT("a"), STR_INIT("&=")}, {STR_INIT("[]"), STR_INIT("x")}}},
        {STR_INIT("a=%00%ff"), 1, {{STR_INIT("a"), STR_INIT("\0\xff")}}},
        {STR_INIT("a=%C3%A9"), 1, {{STR_INIT("a"), STR_INIT("\xc3\xa9")}}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct args a = {0};
        assert_int_equal(form_parse(guard_str(rows[i].text), ARG_BODY, *state, &a), OK);
        assert_int_equal(a.n, rows[i].n);
        for (size_t k = 0; k < a.n; k++) {
            check_str(a.v[k].name, rows[i].pairs[k][0]);
            check_str(a.v[k].value, rows[i].pairs[k][1]);
            assert_int_equal(a.v[k].source, ARG_BODY);
        }
    }
}

// contract envelope.md 2: a '%' without two hex digits makes the body syntactically invalid.
static void test_bad_escapes(void **state)
{
    static const struct str rows[] = {
        STR_INIT("a=%"),       STR_INIT("a=%4"),   STR_INIT("a=%4g"),    STR_INIT("a=%g4"), STR_INIT("%=1"),
        STR_INIT("a=1&b%2=1"), STR_INIT("a=%%41"), STR_INIT("a=%u0041"), STR_INIT("%"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct args a = {0};
        if (form_parse(guard_str(rows[i]), ARG_QUERY, *state, &a) != E_INVALID) fail_msg("row %zu was taken", i);
    }
}

static void test_plain_text_is_not_copied(void **state)
{
    struct args a = {0};
    struct str text = STR("code=abc");
    assert_int_equal(form_parse(text, ARG_QUERY, *state, &a), OK);
    assert_ptr_equal(a.v[0].name.p, text.p);
    assert_ptr_equal(a.v[0].value.p, text.p + 5);
}

static void test_a_flag_has_a_value_that_came(void **state)
{
    struct args a = {0};
    assert_int_equal(form_parse(STR("flag&x=1"), ARG_QUERY, *state, &a), OK);
    assert_non_null(args_get(&a, "flag"));
    assert_non_null(args_value(&a, "flag").p);
}

static void test_decode_with_and_without_plus(void **state)
{
    struct str out = STR("untouched");
    assert_int_equal(form_decode(guard_str(STR("a+b%20c")), false, *state, &out), OK);
    check_str(out, STR("a+b c"));
    assert_int_equal(form_decode(guard_str(STR("a+b%20c")), true, *state, &out), OK);
    check_str(out, STR("a b c"));
    assert_int_equal(form_decode(guard_str(STR("%2")), true, *state, &out), E_INVALID);
    check_str(out, STR("a b c"));
}

static void test_encode(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 1000);
    form_encode(&b, guard_str(STR("aZ09-._~ /?&=+%\r\n\0\xc3\xa9")));
    check_str(buf_view(&b), STR("aZ09-._~+%2F%3F%26%3D%2B%25%0D%0A%00%C3%A9"));
    buf_release(&b);
}

// security.md S22: what is encoded comes back as it was, whatever it is.
static void test_all_bytes_come_back(void **state)
{
    char bytes[256];
    struct buf b;
    struct str out;
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (char)i;
    buf_init(&b, 1000);
    form_encode(&b, str_make(bytes, sizeof bytes));
    assert_int_equal(form_decode(guard_str(buf_view(&b)), true, *state, &out), OK);
    check_str(out, str_make(bytes, sizeof bytes));
    buf_release(&b);
}

static void test_limits(void **state)
{
    struct args a = {0};
    struct arena small;
    struct buf b;
    buf_init(&b, LIMIT_BODY);
    for (int i = 0; i <= LIMIT_ARGS; i++) buf_z(&b, "x=1&");
    assert_int_equal(form_parse(buf_view(&b), ARG_BODY, *state, &a), OK);
    assert_true(a.overflow);
    arena_init(&small, 10);
    a = (struct args){0};
    assert_int_equal(form_parse(STR("x=1"), ARG_BODY, &small, &a), E_LIMIT);
    arena_release(&small);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_bad_escapes),
        cmocka_unit_test(test_plain_text_is_not_copied),
        cmocka_unit_test(test_a_flag_has_a_value_that_came),
        cmocka_unit_test(test_decode_with_and_without_plus),
        cmocka_unit_test(test_encode),
        cmocka_unit_test(test_all_bytes_come_back),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
