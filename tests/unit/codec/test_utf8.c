// SPDX-License-Identifier: Apache-2.0
#include "codec/utf8.h"

#include "check.h"
#include "guard.h"

static void test_first_code_point(void **state)
{
    static const struct {
        struct str s;
        size_t n;
        uint32_t cp;
    } rows[] = {
        {STR_INIT("\0"), 1, 0},
        {STR_INIT("\x7f"), 1, 0x7f},
        {STR_INIT("\xc2\x80"), 2, 0x80},
        {STR_INIT("\xdf\xbf"), 2, 0x7ff},
        {STR_INIT("\xe0\xa0\x80"), 3, 0x800},
        {STR_INIT("\xed\x9f\xbf"), 3, 0xd7ff},
        {STR_INIT("\xee\x80\x80"), 3, 0xe000},
        {STR_INIT("\xef\xbf\xbf"), 3, 0xffff},
        {STR_INIT("\xf0\x90\x80\x80"), 4, 0x10000},
        {STR_INIT("\xf4\x8f\xbf\xbf"), 4, 0x10ffff},
        {STR_INIT("\xe2\x82\xacx"), 3, 0x20ac},
        // Refused: nothing, lone and cut-off sequences, overlong forms, surrogates, beyond U+10FFFF.
        {STR_INIT(""), 0, 0},
        {STR_INIT("\x80"), 0, 0},
        {STR_INIT("\xbf"), 0, 0},
        {STR_INIT("\xc2"), 0, 0},
        {STR_INIT("\xc2\x41"), 0, 0},
        {STR_INIT("\xc2\xc2"), 0, 0},
        {STR_INIT("\xe2\x82"), 0, 0},
        {STR_INIT("\xe2\x82\x41"), 0, 0},
        {STR_INIT("\xf0\x9f\x98"), 0, 0},
        {STR_INIT("\xf0\x9f\x98\x41"), 0, 0},
        {STR_INIT("\xc0\x80"), 0, 0},
        {STR_INIT("\xc1\xbf"), 0, 0},
        {STR_INIT("\xe0\x9f\xbf"), 0, 0},
        {STR_INIT("\xf0\x8f\xbf\xbf"), 0, 0},
        {STR_INIT("\xed\xa0\x80"), 0, 0},
        {STR_INIT("\xed\xbf\xbf"), 0, 0},
        {STR_INIT("\xf4\x90\x80\x80"), 0, 0},
        {STR_INIT("\xf5\x80\x80\x80"), 0, 0},
        {STR_INIT("\xff"), 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint32_t cp = 0xdead;
        struct str s = guard_str(rows[i].s);
        assert_int_equal(utf8_next(s, &cp), rows[i].n);
        assert_int_equal(cp, rows[i].n ? rows[i].cp : 0xdead);
        assert_int_equal(utf8_valid(s), rows[i].n > 0 || s.n == 0);
    }
}

static void test_bad_bytes_anywhere(void **state)
{
    char text[40];
    (void)state;
    for (size_t n = 1; n <= sizeof text; n++)
        for (size_t at = 0; at < n; at++) {
            memset(text, 'a', sizeof text);
            assert_true(utf8_valid(guard_str(str_make(text, n))));
            text[at] = (char)0xff;
            assert_false(utf8_valid(str_make(text, n)));
            if (at + 1 >= n) continue;
            text[at] = (char)0xc3;
            text[at + 1] = (char)0xa9;
            assert_true(utf8_valid(str_make(text, n)));
        }
}

static void test_from_latin1(void **state)
{
    struct arena arena;
    char all[256];
    (void)state;
    arena_init(&arena, 10000);
    struct str plain = STR("plain\0text");
    assert_ptr_equal(utf8_from_latin1(plain, &arena).p, plain.p);
    check_str(utf8_from_latin1(guard_str(STR("caf\xe9 \x80\xff")), &arena), STR("caf\xc3\xa9 \xc2\x80\xc3\xbf"));
    for (size_t i = 0; i < sizeof all; i++) all[i] = (char)i;
    struct str s = utf8_from_latin1(str_make(all, sizeof all), &arena);
    for (uint32_t wanted = 0, cp; wanted < 256; wanted++) {
        size_t n = utf8_next(s, &cp);
        assert_int_equal(cp, wanted);
        s = str_from(s, n);
    }
    assert_int_equal(s.n, 0);
    arena_release(&arena);
}

static void test_full_arena(void **state)
{
    struct arena small;
    (void)state;
    arena_init(&small, 1);
    assert_null(utf8_from_latin1(STR("\xe9"), &small).p);
    assert_true(small.failed);
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_code_point),
        cmocka_unit_test(test_bad_bytes_anywhere),
        cmocka_unit_test(test_from_latin1),
        cmocka_unit_test(test_full_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
