// SPDX-License-Identifier: Apache-2.0
#include "oauth/why.h"

#include "check.h"

static void test_names(void **state)
{
    (void)state;
    check_str(cause_name(CAUSE_NONE), STR(""));
    check_str(cause_name(CAUSE_CLIENT_ID_MISSING), STR("client_id_missing"));
    check_str(cause_name(CAUSE_CONSENT_NEEDED), STR("consent_needed"));
    for (unsigned c = CAUSE_NONE + 1; c < CAUSE_COUNT; c++) {
        assert_true(cause_name((enum cause)c).n > 0);
        for (unsigned d = CAUSE_NONE + 1; d < c; d++)
            assert_false(str_eq(cause_name((enum cause)c), cause_name((enum cause)d)));
    }
}

static void test_levels(void **state)
{
    (void)state;
    assert_true(cause_is_safe(CAUSE_CODE_EXPIRED));
    assert_false(cause_is_safe(CAUSE_SECRET_IS_SIGNING));
    assert_false(cause_is_safe(CAUSE_NONE));
}

static void test_first_stays(void **state)
{
    struct arena arena;
    struct why why = {0};
    (void)state;
    arena_init(&arena, 4096);
    why_set(&why, &arena, CAUSE_CODE_EXPIRED, "expired %d s ago", 7);
    why_set(&why, &arena, CAUSE_CODE_USED, "used");
    assert_int_equal(why.cause, CAUSE_CODE_EXPIRED);
    check_str(why.detail, STR("expired 7 s ago"));
    arena_release(&arena);
}

static const struct {
    const char *raw, *shown;
} visible[] = {
    {"plain ~ text", "plain ~ text"},
    {"\xe2\x80\xaa"
     "48",
     "U+202A48"},
    {"\xf0\x9f\x94\x91", "U+1F511"},
    {"a\nb\x7f", "aU+000AbU+007F"},
    {"\xff|\xc3", "\\xFF|\\xC3"}, // not UTF-8
    {"\xed\xa0\x80", "\\xED\\xA0\\x80"},
};

static void test_escapes(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 4096);
    for (size_t i = 0; i < ARRAY_LEN(visible); i++) {
        struct why why = {0};
        why_set(&why, &arena, CAUSE_SCOPE_UNKNOWN, "%s", visible[i].raw);
        check_str(why.detail, str_of(visible[i].shown));
    }
    arena_release(&arena);
}

static void test_length(void **state)
{
    struct arena arena;
    char text[2000];
    (void)state;
    arena_init(&arena, 1 << 16);
    memset(text, 'a', sizeof text);
    for (int n = 270; n <= 1999; n += n < 300 ? 1 : 97) {
        struct why why = {0};
        why_set(&why, &arena, CAUSE_SCOPE_UNKNOWN, "%.*s", n, text);
        assert_int_equal(why.detail.n, n < 280 ? n : 280);
        // An escape is shown whole or not at all.
        struct why cut = {0};
        why_set(&cut, &arena, CAUSE_SCOPE_UNKNOWN, "%.*s\xe2\x80\xaa", n, text);
        bool fits = n + 6 <= 280;
        assert_int_equal(cut.detail.n, fits ? n + 6 : n < 280 ? n : 280);
        assert_int_equal(str_ends(cut.detail, STR("U+202A")), fits);
    }
    arena_release(&arena);
}

static void test_full_arena(void **state)
{
    struct arena arena;
    struct why why = {0};
    (void)state;
    arena_init(&arena, 3);
    why_set(&why, &arena, CAUSE_STORE, "long");
    assert_int_equal(why.cause, CAUSE_STORE); // the cause is kept without its text
    check_str(why.detail, STR(""));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),   cmocka_unit_test(test_levels), cmocka_unit_test(test_first_stays),
        cmocka_unit_test(test_escapes), cmocka_unit_test(test_length), cmocka_unit_test(test_full_arena),
    };
    return cmocka_run_group_tests_name("oauth/why", tests, NULL, NULL);
}
