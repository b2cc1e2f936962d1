// SPDX-License-Identifier: Apache-2.0
#include "world/bell.h"

#include <pthread.h>

#include "check.h"

static void test_a_ring_before_waiting_is_not_lost(void **state)
{
    struct bell *b = bell_new();
    (void)state;
    uint64_t seen = bell_rings(b);
    bell_ring(b);
    bell_wait(b, seen, -1); // comes back
    assert_int_equal(bell_rings(b), seen + 1);
    bell_free(b);
}

static void test_nobody_rings(void **state)
{
    struct bell *b = bell_new();
    (void)state;
    bell_wait(b, 0, 0);
    bell_wait(b, 0, 1);
    assert_int_equal(bell_rings(b), 0);
    bell_free(b);
}

static void *ring(void *b)
{
    bell_ring(b);
    return NULL;
}

static void test_a_ring_from_elsewhere_wakes(void **state)
{
    enum { TIMES = 200 };
    struct bell *b = bell_new();
    (void)state;
    for (uint64_t i = 0; i < TIMES; i++) {
        pthread_t thread;
        assert_int_equal(pthread_create(&thread, NULL, ring, b), 0);
        bell_wait(b, i, -1);
        pthread_join(thread, NULL);
        assert_int_equal(bell_rings(b), i + 1);
    }
    bell_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_ring_before_waiting_is_not_lost),
        cmocka_unit_test(test_nobody_rings),
        cmocka_unit_test(test_a_ring_from_elsewhere_wakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
