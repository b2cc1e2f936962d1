// SPDX-License-Identifier: Apache-2.0
#include "base/ct.h"

#include "check.h"
#include "guard.h"

static void test_every_byte_and_bit_counts(void **state)
{
    uint8_t a[64] = {0}, b[64] = {0};
    (void)state;
    assert_true(ct_equal(a, b, sizeof a));
    for (size_t i = 0; i < sizeof a * 8; i++) {
        b[i / 8] = (uint8_t)(1u << i % 8);
        assert_false(ct_equal(a, b, sizeof a));
        b[i / 8] = 0;
    }
}

static void test_reads_n_bytes_only(void **state)
{
    (void)state;
    assert_true(ct_equal(guard_copy("same", 4), guard_copy("same", 4), 4));
    assert_true(ct_equal("same1", "same2", 4));
    assert_true(ct_equal("a", "b", 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_byte_and_bit_counts),
        cmocka_unit_test(test_reads_n_bytes_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
