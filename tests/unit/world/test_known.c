// SPDX-License-Identifier: Apache-2.0
#include "world/known.h"

#include <stdio.h>

#include "check.h"
#include "crypto/rng.h"

static void test_known(void **state)
{
    struct rng *rng = rng_new_seeded(7);
    struct known *k = known_new(rng);
    (void)state;
    assert_false(known_has(k, STR("T1 mira"), STR("10.0.0.1")));
    known_add(k, STR("T1 mira"), STR("10.0.0.1"));
    known_add(k, STR("T1 mira"), STR("10.0.0.1"));
    assert_true(known_has(k, STR("T1 mira"), STR("10.0.0.1")));
    assert_false(known_has(k, STR("T1 mira"), STR("10.0.0.2")));
    assert_false(known_has(k, STR("T1 teo"), STR("10.0.0.1")));
    assert_false(known_has(k, STR("T1 mira10"), STR(".0.0.1"))); // the border counts
    known_free(k);
    rng_free(rng);
}

// However many come, the table stays as large as it is and the newest is in it.
static void test_full(void **state)
{
    struct rng *rng = rng_new_seeded(8);
    struct known *k = known_new(rng);
    char address[32];
    (void)state;
    for (int i = 0; i < 100000; i++) {
        snprintf(address, sizeof address, "10.%d.%d.%d", i >> 16, (i >> 8) & 255, i & 255);
        known_add(k, STR("T1 mira"), str_of(address));
        assert_true(known_has(k, STR("T1 mira"), str_of(address)));
    }
    known_free(k);
    rng_free(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_known), cmocka_unit_test(test_full)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
