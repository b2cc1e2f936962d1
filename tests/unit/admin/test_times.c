// SPDX-License-Identifier: Apache-2.0
#include "admin/times.h"

#include "check.h"
#include "guard.h"

static const struct {
    const char *text;
    int64_t ms; // -1: no duration
} durations[] = {
    {"601s", 601000},
    {"0s", 0},
    {"500ms", 500},
    {"2m", 120000},
    {"12h", 43200000},
    {"7d", 604800000},
    {"1h30m", 5400000},
    {"1d1ms", 86400001},
    {"-5s", -5000},
    {"36525d", INT64_C(3155760000000)},
    {"", -1},
    {"-", -1},
    {"5", -1},
    {"s", -1},
    {"5 s", -1},
    {"5S", -1},
    {"5s ", -1},
    {" 5s", -1},
    {"+5s", -1},
    {"--5s", -1},
    {"1.5s", -1},
    {"5y", -1},
    {"5s6", -1},
    {"36526d", -1},
    {"36525d1ms", -1},
    {"3155760000001ms", -1},
    {"99999999999999999999d", -1},
    {"9223372036854775807d", -1},
};

static void test_durations(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(durations); i++) {
        int64_t ms = -1;
        enum status status = duration_parse(guard_str(str_of(durations[i].text)), &ms);
        bool good = durations[i].ms != -1;
        if (ms != durations[i].ms || (status == OK) != good) fail_msg("\"%s\": %lld", durations[i].text, (long long)ms);
    }
}

#define NOON INT64_C(1795435200000)

static const struct {
    const char *text;
    int64_t ms; // -1: no moment
    const char *written;
} moments[] = {
    {"2026-11-23T12:00:00Z", NOON, "2026-11-23T12:00:00Z"},
    {"2026-11-23t12:00:00z", NOON, NULL},
    {"2026-11-23 12:00:00Z", NOON, NULL},
    {"2026-11-23T12:00:00.5Z", NOON + 500, "2026-11-23T12:00:00.500Z"},
    {"2026-11-23T12:00:00.0019Z", NOON + 1, "2026-11-23T12:00:00.001Z"},
    {"2026-11-23T14:00:00+02:00", NOON, NULL},
    {"2026-11-23T06:30:00-05:30", NOON, NULL},
    {"1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"},
    {"2024-02-29T00:00:00Z", INT64_C(1709164800000), "2024-02-29T00:00:00Z"},
    {"9999-12-31T23:59:59.999Z", INT64_C(253402300799999), "9999-12-31T23:59:59.999Z"},
    {"2023-02-29T00:00:00Z", -1, NULL},
    {"2026-04-31T00:00:00Z", -1, NULL},
    {"2026-13-01T00:00:00Z", -1, NULL},
    {"2026-00-01T00:00:00Z", -1, NULL},
    {"2026-01-00T00:00:00Z", -1, NULL},
    {"2026-01-01T24:00:00Z", -1, NULL},
    {"2026-01-01T00:60:00Z", -1, NULL},
    {"2026-01-01T00:00:60Z", -1, NULL},
    {"1969-12-31T23:59:59Z", -1, NULL},
    {"1970-01-01T00:00:00+00:01", -1, NULL},
    {"2026-11-23T12:00:00", -1, NULL},
    {"2026-11-23T12:00:00.Z", -1, NULL},
    {"2026-11-23T12:00:00+2:00", -1, NULL},
    {"2026-11-23T12:00:00Zx", -1, NULL},
    {"2026-11-23", -1, NULL},
    {"26-11-23T12:00:00Z", -1, NULL},
    {"", -1, NULL},
};

static void test_moments(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(moments); i++) {
        int64_t ms = -1;
        char written[MOMENT_SIZE];
        enum status status = moment_parse(guard_str(str_of(moments[i].text)), &ms);
        bool good = moments[i].ms != -1;
        if (ms != moments[i].ms || (status == OK) != good) fail_msg("\"%s\": %lld", moments[i].text, (long long)ms);
        if (!moments[i].written) continue;
        moment_write(ms, written);
        assert_string_equal(written, moments[i].written);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_durations), cmocka_unit_test(test_moments)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
