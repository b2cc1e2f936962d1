// SPDX-License-Identifier: Apache-2.0
#include "world/deliveries.h"

#include "check.h"
#include "codec/jsonin.h"

static json_t *written(struct deliveries *d)
{
    struct buf out;
    struct json j;
    json_t *list;
    buf_init(&out, LIMIT_RESPONSE);
    json_init(&j, &out);
    deliveries_write(d, &j, NULL);
    assert_int_equal(json_parse(buf_view(&out), &list, NULL), OK);
    buf_release(&out);
    return list;
}

static int64_t number(const json_t *list, size_t i)
{
    return json_integer_value(json_object_get(json_array_get(list, i), "number"));
}

static void test_what_is_told(void **state)
{
    static const struct delivery one = {
        .event = 7,
        .name = "Ev0123456789",
        .type = "tokens_revoked",
        .app = {"A05KQ2M7ZPD"},
        .owner = {"T04QX81RB9C"},
        .url = "https://app.example.test/events",
        .attempt = 1,
        .time = 1795564800000,
        .us = 1500,
        .status = 500,
        .error = "http_error",
        .result = DELIVERY_RETRIED,
        .next = 1795564860000,
    };
    struct deliveries *d = deliveries_new();
    struct buf out;
    struct json j;
    (void)state;
    buf_init(&out, LIMIT_RESPONSE);
    json_init(&j, &out);
    deliveries_add(d, &one);
    deliveries_write(d, &j, NULL);
    check_str(buf_view(&out), STR("[{\"number\":1,\"time_ms\":1795564800000,\"event_id\":\"Ev0123456789\","
                                  "\"type\":\"tokens_revoked\",\"app_id\":\"A05KQ2M7ZPD\",\"owner\":\"T04QX81RB9C\","
                                  "\"url\":\"https:\\/\\/app.example.test\\/events\",\"attempt\":1,"
                                  "\"result\":\"retried\",\"status\":500,\"error\":\"http_error\","
                                  "\"next_ms\":1795564860000,\"us\":1500}]"));
    buf_release(&out);
    deliveries_free(d);
}

static void test_the_newest_are_kept(void **state)
{
    struct deliveries *d = deliveries_new();
    uint64_t counts[DELIVERY_RESULTS];
    (void)state;
    json_t *list = written(d);
    assert_int_equal(json_array_size(list), 0);
    json_decref(list);
    for (int64_t i = 1; i <= LIMIT_DELIVERIES + 3; i++)
        deliveries_add(d, &(struct delivery){.event = i, .result = i % 2 ? DELIVERED : DELIVERY_GIVEN_UP});
    list = written(d);
    assert_int_equal(json_array_size(list), LIMIT_DELIVERIES);
    assert_int_equal(number(list, 0), 4);
    assert_int_equal(number(list, LIMIT_DELIVERIES - 1), LIMIT_DELIVERIES + 3);
    json_decref(list);
    deliveries_count(d, counts);
    assert_int_equal(counts[DELIVERED], LIMIT_DELIVERIES / 2 + 2);
    assert_int_equal(counts[DELIVERY_RETRIED], 0);
    assert_int_equal(counts[DELIVERY_GIVEN_UP], LIMIT_DELIVERIES / 2 + 1);
    deliveries_free(d);
}

static void test_the_last_error_of_an_event(void **state)
{
    struct deliveries *d = deliveries_new();
    (void)state;
    assert_null(deliveries_error(d, 7));
    deliveries_add(d, &(struct delivery){.event = 7, .error = "http_error", .result = DELIVERY_RETRIED});
    deliveries_add(d, &(struct delivery){.event = 8, .error = "ssl_error", .result = DELIVERY_RETRIED});
    deliveries_add(d, &(struct delivery){.event = 7, .error = "http_timeout", .result = DELIVERY_RETRIED});
    assert_string_equal(deliveries_error(d, 7), "http_timeout");
    assert_string_equal(deliveries_error(d, 8), "ssl_error");
    assert_null(deliveries_error(d, 9));
    deliveries_free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_told),
        cmocka_unit_test(test_the_newest_are_kept),
        cmocka_unit_test(test_the_last_error_of_an_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
