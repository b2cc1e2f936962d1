// SPDX-License-Identifier: Apache-2.0
#include "base/arena.h"

#include <stdalign.h>

#include "check.h"

static void test_pieces_are_aligned_zeroed_and_apart(void **state)
{
    struct arena a;
    char *before = NULL;
    (void)state;
    arena_init(&a, 100000);
    for (size_t n = 1; n < 300; n++) {
        char *p = arena_alloc(&a, n);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++) assert_int_equal(p[i], 0);
        memset(p, 0xaa, n);
        if (before) assert_int_equal((unsigned char)before[n - 2], 0xaa);
        before = p;
    }
    arena_release(&a);
}

static void test_cap_is_exact_and_failure_sticks(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 10000);
    assert_non_null(arena_alloc(&a, 10000)); // larger than a block
    assert_false(a.failed);
    assert_null(arena_alloc(&a, 1));
    assert_true(a.failed);
    assert_null(arena_alloc(&a, 0));
    arena_wipe(&a);
    assert_false(a.failed);
    assert_null(arena_alloc(&a, SIZE_MAX));
    arena_release(&a);
}

static void test_wipe_overwrites_and_keeps_one_block(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 100000);
    struct str secret = arena_str(&a, STR("a secret"));
    arena_wipe(&a);
    assert_int_equal(a.used, 0);
    assert_memory_equal(secret.p, "\0\0\0\0\0\0\0\0", 8);
    assert_ptr_equal(arena_alloc(&a, 8), secret.p);
    arena_release(&a);
    assert_null(a.blocks);
}

static void test_strings_are_copies_with_a_nul(void **state)
{
    struct arena a;
    char text[] = "abc";
    (void)state;
    arena_init(&a, 8);
    struct str copy = arena_str(&a, str_of(text));
    text[0] = 'x';
    check_str(copy, STR("abc"));
    assert_int_equal(copy.p[3], 0);
    check_str(arena_str(&a, STR("")), STR(""));
    assert_null(arena_str(&a, STR("abcd")).p); // 4 + 1 + 4 and a NUL are too many
    arena_release(&a);
}

static void test_printf(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, 100);
    check_str(arena_printf(&a, "%s-%d", "T", 7), STR("T-7"));
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pieces_are_aligned_zeroed_and_apart),
        cmocka_unit_test(test_cap_is_exact_and_failure_sticks),
        cmocka_unit_test(test_wipe_overwrites_and_keeps_one_block),
        cmocka_unit_test(test_strings_are_copies_with_a_nul),
        cmocka_unit_test(test_printf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
