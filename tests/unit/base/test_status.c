// SPDX-License-Identifier: Apache-2.0
#include "base/status.h"

#include "check.h"

static void test_every_status_has_its_own_name(void **state)
{
    (void)state;
    assert_string_equal(status_name(OK), "ok");
    for (enum status a = OK; a <= E_UNKNOWN; a++) {
        assert_string_not_equal(status_name(a), "?");
        for (enum status b = OK; b < a; b++) assert_string_not_equal(status_name(a), status_name(b));
    }
    assert_string_equal(status_name(E_UNKNOWN + 1), "?");
}

static enum status answer(enum status s)
{
    return s;
}

static enum status fails_second(int *calls)
{
    TRY(answer(OK));
    ++*calls;
    TRY(answer(E_BUSY));
    ++*calls;
    return OK;
}

static void test_try_leaves_with_the_first_failure(void **state)
{
    int calls = 0;
    (void)state;
    assert_int_equal(fails_second(&calls), E_BUSY);
    assert_int_equal(calls, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_status_has_its_own_name),
        cmocka_unit_test(test_try_leaves_with_the_first_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
