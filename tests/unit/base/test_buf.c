// SPDX-License-Identifier: Apache-2.0
#include "base/buf.h"

#include "check.h"

static void test_every_writer(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 1000);
    buf_char(&b, 'c');
    buf_bytes(&b, "\0b", 2);
    buf_bytes(&b, NULL, 0);
    buf_str(&b, STR(" s "));
    buf_z(&b, "z ");
    buf_hex(&b, (const uint8_t *)"\x00\xff\x1e", 3);
    buf_printf(&b, " %d", 42);
    check_str(buf_view(&b), STR("c\0b s z 00ff1e 42"));
    assert_false(b.failed);
    buf_release(&b);
    assert_null(b.p);
    assert_int_equal(b.cap, 1000);
}

static void test_numbers(void **state)
{
    static const struct {
        int64_t v;
        struct str text;
    } rows[] = {
        {0, STR_INIT("0")},
        {7, STR_INIT("7")},
        {-1, STR_INIT("-1")},
        {1700000000000, STR_INIT("1700000000000")},
        {INT64_MAX, STR_INIT("9223372036854775807")},
        {INT64_MIN, STR_INIT("-9223372036854775808")},
    };
    struct buf b;
    (void)state;
    buf_init(&b, 100);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_clear(&b);
        buf_i64(&b, rows[i].v);
        check_str(buf_view(&b), rows[i].text);
    }
    buf_clear(&b);
    buf_u64(&b, UINT64_MAX);
    check_str(buf_view(&b), STR("18446744073709551615"));
    buf_release(&b);
}

static void test_cap_is_exact_and_failure_sticks(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 1000);
    for (int i = 0; i < 1000; i++) buf_char(&b, 'x');
    assert_false(b.failed);
    buf_bytes(&b, "", 0);
    assert_false(b.failed);
    buf_char(&b, 'y');
    assert_true(b.failed);
    assert_int_equal(b.n, 1000);
    assert_null(buf_reserve(&b, 0));
    buf_clear(&b);
    assert_false(b.failed);
    assert_null(buf_reserve(&b, 1001));
    buf_clear(&b);
    assert_null(buf_reserve(&b, SIZE_MAX));
    buf_release(&b);
}

static void test_what_does_not_fit_is_left_out_whole(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 3);
    buf_z(&b, "ab");
    buf_hex(&b, (const uint8_t *)"\x01", 1);
    buf_z(&b, "c"); // would fit, but something is missing before it
    check_str(buf_view(&b), STR("ab"));
    assert_true(b.failed);
    buf_release(&b);
}

static void test_printf_beyond_its_room_fails(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 100000);
    buf_printf(&b, "%5000d", 1);
    assert_true(b.failed);
    assert_int_equal(b.n, 0);
    buf_release(&b);
}

static void test_wipe_overwrites(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 100);
    buf_z(&b, "secret");
    buf_wipe(&b);
    assert_int_equal(b.n, 0);
    assert_memory_equal(b.p, "\0\0\0\0\0\0", 6);
    buf_release(&b);
    buf_wipe(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_writer),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_cap_is_exact_and_failure_sticks),
        cmocka_unit_test(test_what_does_not_fit_is_left_out_whole),
        cmocka_unit_test(test_printf_beyond_its_room_fails),
        cmocka_unit_test(test_wipe_overwrites),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
