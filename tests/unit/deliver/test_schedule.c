// SPDX-License-Identifier: Apache-2.0
#include "deliver/schedule.h"

#include "check.h"

static void test_at_once_then_one_minute_then_five(void **state)
{
    static const int64_t now = 1795564800000, waits[] = {0, 60000, 300000};
    int64_t due = -1;
    (void)state;
    for (unsigned failed = 1; failed <= ARRAY_LEN(waits); failed++) {
        assert_true(schedule_next(failed, now, &due));
        assert_int_equal(due, now + waits[failed - 1]);
    }
    due = -1;
    assert_false(schedule_next(4, now, &due));
    assert_false(schedule_next(UINT32_MAX, now, &due));
    assert_int_equal(due, -1);
}

static void test_results(void **state)
{
    static const struct {
        enum call_result result;
        int status;
        bool good;
        const char *reason;
    } rows[] = {
        {CALL_ANSWERED, 200, true, NULL},
        {CALL_ANSWERED, 204, true, NULL},
        {CALL_ANSWERED, 299, true, NULL},
        {CALL_ANSWERED, 302, false, "too_many_redirects"},
        {CALL_ANSWERED, 304, false, "too_many_redirects"},
        {CALL_ANSWERED, 400, false, "http_error"},
        {CALL_ANSWERED, 500, false, "http_error"},
        {CALL_TIMEOUT, 0, false, "http_timeout"},
        {CALL_UNREACHED, 0, false, "connection_failed"},
        {CALL_FORBIDDEN, 0, false, "connection_failed"},
        {CALL_INSECURE, 0, false, "ssl_error"},
        {CALL_GARBAGE, 0, false, "unknown_error"},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct call_answer a = {.result = rows[i].result, .status = rows[i].status};
        assert_int_equal(call_succeeded(&a), rows[i].good);
        if (rows[i].reason) assert_string_equal(call_reason(&a), rows[i].reason);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_at_once_then_one_minute_then_five),
        cmocka_unit_test(test_results),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
