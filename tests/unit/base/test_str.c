// SPDX-License-Identifier: Apache-2.0
#include "base/str.h"

#include "check.h"
#include "guard.h"

static void test_equality(void **state)
{
    (void)state;
    assert_true(str_eq(STR(""), str_make(NULL, 0)));
    assert_true(str_eq(STR("a\0b"), STR("a\0b")));
    assert_false(str_eq(STR("a\0b"), STR("a\0c")));
    assert_false(str_eq(STR("a"), STR("ab")));
    assert_true(str_ieq(STR("Content-TYPE"), STR("cONTENT-type")));
    assert_false(str_ieq(STR("@"), STR("`"))); // 32 apart, as letters are
    assert_false(str_ieq(STR("\xc4"), STR("\xe4")));
    assert_null(str_of(NULL).p);
}

static void test_ends(void **state)
{
    (void)state;
    assert_true(str_starts(STR("https://a"), STR("https://")));
    assert_true(str_starts(STR("a"), STR("")));
    assert_false(str_starts(guard_str(STR("htt")), STR("https")));
    assert_true(str_istarts(STR("BEARER x"), STR("bearer ")));
    assert_false(str_istarts(guard_str(STR("bear")), STR("bearer")));
    assert_true(str_ends(STR("a.json"), STR(".json")));
    assert_false(str_ends(STR("json"), STR(".json")));
}

static void test_parts(void **state)
{
    struct str s = guard_str(STR("abc"));
    (void)state;
    check_str(str_from(s, 1), STR("bc"));
    check_str(str_from(s, 3), STR(""));
    check_str(str_from(s, 99), STR(""));
    assert_ptr_equal(str_from(s, 99).p, s.p + 3);
    assert_null(str_from(str_make(NULL, 0), 1).p);
    check_str(str_upto(s, 2), STR("ab"));
    check_str(str_upto(s, 99), STR("abc"));
}

static void test_find(void **state)
{
    static const struct {
        struct str s, needle;
        size_t at;
    } rows[] = {
        {STR_INIT("abcabc"), STR_INIT("c"), 2}, {STR_INIT("abcabd"), STR_INIT("abd"), 3},
        {STR_INIT("abc"), STR_INIT("abcd"), 3}, {STR_INIT("aab"), STR_INIT("ab"), 1},
        {STR_INIT(""), STR_INIT("a"), 0},       {STR_INIT("abc"), STR_INIT(""), 0},
        {STR_INIT("a\0b"), STR_INIT("\0b"), 1}, {STR_INIT("abc"), STR_INIT("cd"), 3},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str s = guard_str(rows[i].s);
        assert_int_equal(str_find_str(s, rows[i].needle), rows[i].at);
        if (rows[i].needle.n == 1) assert_int_equal(str_find(s, rows[i].needle.p[0]), rows[i].at);
    }
    assert_int_equal(str_find_str(str_make(NULL, 0), STR("a")), 0);
    assert_int_equal(str_find(str_make(NULL, 0), 'a'), 0);
}

static void test_cut(void **state)
{
    static const struct {
        struct str text;
        size_t n;
        struct str parts[3];
    } rows[] = {
        {STR_INIT("a,b,c"), 3, {STR_INIT("a"), STR_INIT("b"), STR_INIT("c")}},
        {STR_INIT("a,"), 2, {STR_INIT("a"), STR_INIT("")}},
        {STR_INIT(","), 2, {STR_INIT(""), STR_INIT("")}},
        {STR_INIT("a"), 1, {STR_INIT("a")}},
        {STR_INIT(""), 1, {STR_INIT("")}},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str rest = guard_str(rows[i].text);
        size_t n = 0;
        while (rest.p) {
            assert_true(n < rows[i].n);
            check_str(str_cut(&rest, ','), rows[i].parts[n++]);
        }
        assert_int_equal(n, rows[i].n);
    }
}

static void test_trim(void **state)
{
    (void)state;
    check_str(str_trim(guard_str(STR(" \t\r\na b\n "))), STR("a b"));
    check_str(str_trim(guard_str(STR("  "))), STR(""));
    check_str(str_trim(str_make(NULL, 0)), STR(""));
}

static void test_all_in(void **state)
{
    (void)state;
    assert_true(str_all_in(STR("abba"), "ab"));
    assert_true(str_all_in(STR(""), "ab"));
    assert_false(str_all_in(STR("abc"), "ab"));
    assert_false(str_all_in(STR("a\0"), "ab"));
}

static void test_numbers(void **state)
{
    static const struct {
        struct str text;
        uint64_t max;
        bool good;
        uint64_t v;
    } rows[] = {
        {STR_INIT("0"), 10, true, 0},
        {STR_INIT("007"), 10, true, 7},
        {STR_INIT("10"), 10, true, 10},
        {STR_INIT("11"), 10, false, 0},
        {STR_INIT("18446744073709551615"), UINT64_MAX, true, UINT64_MAX},
        {STR_INIT("18446744073709551616"), UINT64_MAX, false, 0},
        {STR_INIT("99999999999999999999"), UINT64_MAX, false, 0},
        {STR_INIT(""), 10, false, 0},
        {STR_INIT("-1"), 10, false, 0},
        {STR_INIT("+1"), 10, false, 0},
        {STR_INIT(" 1"), 10, false, 0},
        {STR_INIT("1\0"), 10, false, 0},
        {STR_INIT("0x1"), 10, false, 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint64_t v = 77;
        assert_int_equal(str_u64(guard_str(rows[i].text), rows[i].max, &v), rows[i].good);
        assert_int_equal(v, rows[i].good ? rows[i].v : 77);
    }
}

static void test_distance(void **state)
{
    char longest[65];
    (void)state;
    memset(longest, 'a', sizeof longest);
    assert_int_equal(str_distance(STR("kitten"), STR("sitting")), 3);
    assert_int_equal(str_distance(STR("scope"), STR("scope")), 0);
    assert_int_equal(str_distance(STR("scope"), STR("scopes")), 1);
    assert_int_equal(str_distance(STR(""), STR("abc")), 3);
    assert_int_equal(str_distance(str_make(longest, 64), STR("")), 64);
    assert_int_equal(str_distance(str_make(longest, 65), STR("")), 65);
}

static void test_copy(void **state)
{
    char dst[4] = "xyz";
    (void)state;
    assert_true(str_copy(dst, sizeof dst, STR("abc")));
    assert_string_equal(dst, "abc");
    assert_false(str_copy(dst, sizeof dst, STR("abcd")));
    assert_string_equal(dst, "");
    assert_true(str_copy(dst, sizeof dst, str_make(NULL, 0)));
    assert_false(str_copy(dst, 0, STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equality), cmocka_unit_test(test_ends),    cmocka_unit_test(test_parts),
        cmocka_unit_test(test_find),     cmocka_unit_test(test_cut),     cmocka_unit_test(test_trim),
        cmocka_unit_test(test_all_in),   cmocka_unit_test(test_numbers), cmocka_unit_test(test_distance),
        cmocka_unit_test(test_copy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
