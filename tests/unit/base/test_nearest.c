// SPDX-License-Identifier: Apache-2.0
#include "base/nearest.h"

#include "check.h"

static const struct {
    const char *name;
    int other;
} table[] = {{"dev", 1}, {"serve", 2}, {"check", 3}, {"redirect_urls", 4}, {"version", 5}};

static void test_find(void **state)
{
    (void)state;
    assert_int_equal(names_find(NAMES(table), STR("check")), 2);
    assert_int_equal(names_find(NAMES(table), STR("chec")), ARRAY_LEN(table));
    assert_int_equal(names_find(NAMES(table), (struct str){NULL, 0}), ARRAY_LEN(table));
    assert_string_equal(names_at(NAMES(table), 3), "redirect_urls");
}

static void test_nearest(void **state)
{
    static const struct {
        const char *given, *wanted;
    } cases[] = {
        {"serv", "serve"},
        {"chekc", "check"},
        {"dve", "dev"},
        {"xy", NULL}, // as many edits as letters
        {"de", "dev"},
        {"redirect_uris", "redirect_urls"},
        {"redirectURLS", NULL}, // 5 edits
        {"redirect-url", "redirect_urls"},
        {"versoins", NULL}, // 3 edits, too many for 8 letters
        {"", NULL},
        {"something", NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        const char *got = names_nearest(NAMES(table), str_of(cases[i].given));
        check_str(str_of(got), str_of(cases[i].wanted));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_find), cmocka_unit_test(test_nearest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
