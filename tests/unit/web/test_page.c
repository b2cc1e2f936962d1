// SPDX-License-Identifier: Apache-2.0
#include "web/page.h"

#include "base/limits.h"
#include "check.h"

static void test_face(void **state)
{
    static const struct {
        const char *name, *letters;
    } rows[] = {
        {"Mira Olsen", "MO"},
        {"Mira", "M"},
        {"  Mira  van der Olsen ", "MO"},
        {"", ""},
        {"\xd7\x90\xd7\x91", "\xd7\x90"},
        {"\xf0\x9f\x9a\x80 Rocket", "\xf0\x9f\x9a\x80R"},
        {"\xff\xff x", "x"}, // what is no character has no initial
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct face_view face = page_face(str_of(rows[i].name), STR("U1"), &arena);
        check_str(face.letters, str_of(rows[i].letters));
        assert_true(face.tint < FACE_TINTS);
        assert_int_equal(face.tint, page_face(STR("other"), STR("U1"), &arena).tint); // the id's, whatever the name
    }
    arena_release(&arena);
}

static void test_date(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 16);
    check_str(page_date(0, &arena), STR("1 January 1970"));
    check_str(page_date(INT64_C(1795478400000), &arena), STR("24 November 2026"));
    check_str(page_date(INT64_C(1795564799999), &arena), STR("24 November 2026"));
    check_str(page_date(INT64_C(1795564800000), &arena), STR("25 November 2026"));
    arena_release(&arena);
}

static void test_base(void **state)
{
    static const struct {
        const char *url, *base;
    } rows[] = {
        {"http://127.0.0.1:4480", ""}, {"https://login.example.test", ""}, {"https://login.example.test/w/x", "/w/x"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world w = {.public_url = str_of(rows[i].url)};
        check_str(page_base(&w), str_of(rows[i].base));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_face), cmocka_unit_test(test_date),
                                       cmocka_unit_test(test_base)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
