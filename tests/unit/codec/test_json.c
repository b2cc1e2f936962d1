// SPDX-License-Identifier: Apache-2.0
#include "codec/json.h"

#include "check.h"
#include "codec/jsonin.h"
#include "guard.h"

static int setup(void **state)
{
    static struct buf b;
    buf_init(&b, 100000);
    *state = &b;
    return 0;
}

static int teardown(void **state)
{
    buf_release(*state);
    return 0;
}

static void test_shape(void **state)
{
    struct buf *b = *state;
    struct json j;
    json_init(&j, b);
    json_open(&j, NULL);
    json_bool(&j, "ok", true);
    json_str(&j, "error", STR("x"));
    json_open_array(&j, "list");
    json_int(&j, NULL, -1);
    json_str(&j, NULL, STR(""));
    json_open(&j, NULL);
    json_close(&j);
    json_open_array(&j, NULL);
    json_nil(&j, NULL);
    json_bool(&j, NULL, false);
    json_close_array(&j);
    json_close_array(&j);
    json_str_or_null(&j, "none", str_make(NULL, 0));
    json_str_or_null(&j, "empty", STR(""));
    json_open(&j, "last");
    json_int(&j, "n", INT64_MIN);
    json_close(&j);
    json_close(&j);
    check_str(buf_view(b),
              STR("{\"ok\":true,\"error\":\"x\",\"list\":[-1,\"\",{},[null,false]],\"none\":null,\"empty\":\"\","
                  "\"last\":{\"n\":-9223372036854775808}}"));
    assert_int_equal(j.depth, 0);
}

static void test_keys_from_outside(void **state)
{
    struct buf *b = *state;
    struct json j;
    json_init(&j, b);
    json_open(&j, NULL);
    json_key(&j, STR("a\"/"));
    json_str(&j, NULL, STR("1"));
    json_key(&j, STR("b"));
    json_open(&j, NULL);
    json_key(&j, STR("c"));
    json_int(&j, NULL, 2);
    json_close(&j);
    json_int(&j, "d", 3);
    json_close(&j);
    check_str(buf_view(b), STR("{\"a\\\"\\/\":\"1\",\"b\":{\"c\":2},\"d\":3}"));
}

static void test_a_value_alone(void **state)
{
    struct json j;
    json_init(&j, *state);
    json_str(&j, NULL, STR("x"));
    check_str(buf_view(*state), STR("\"x\""));
}

static void test_escapes(void **state)
{
    static const struct {
        struct str in, out;
    } rows[] = {
        {STR_INIT(""), STR_INIT("\"\"")},
        {STR_INIT("plain ~\x7f"), STR_INIT("\"plain ~\x7f\"")},
        {STR_INIT("https://a/b"), STR_INIT("\"https:\\/\\/a\\/b\"")},
        {STR_INIT("\"\\"), STR_INIT("\"\\\"\\\\\"")},
        {STR_INIT("\b\f\n\r\t"), STR_INIT("\"\\b\\f\\n\\r\\t\"")},
        {STR_INIT("\0\x01\x0b\x1f"), STR_INIT("\"\\u0000\\u0001\\u000b\\u001f\"")},
        {STR_INIT("\xc3\xa9\xe2\x82\xac"), STR_INIT("\"\\u00e9\\u20ac\"")},
        {STR_INIT("\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf"), STR_INIT("\"\\ud83d\\ude00\\udbff\\udfff\"")},
        {STR_INIT("\xf0\x90\x80\x80"), STR_INIT("\"\\ud800\\udc00\"")},
        {STR_INIT("\xef\xbf\xbf"), STR_INIT("\"\\uffff\"")},
        {STR_INIT("a\x80\xffz"), STR_INIT("\"a\\ufffd\\ufffdz\"")},
        {STR_INIT("\xe2\x82"), STR_INIT("\"\\ufffd\\ufffd\"")},
        {STR_INIT("\xed\xa0\x80"), STR_INIT("\"\\ufffd\\ufffd\\ufffd\"")}, // a surrogate in UTF-8
    };
    struct buf *b = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_clear(b);
        json_escape(b, guard_str(rows[i].in));
        check_str(buf_view(b), rows[i].out);
    }
}

// Every code point is written so that a parser reads the same one.
static void test_a_parser_reads_it_back(void **state)
{
    struct buf *b = *state;
    for (uint32_t cp = 1; cp <= 0x10ffff; cp += cp < 0x800 ? 1 : 251) {
        char text[5] = {0};
        json_t *value;
        if (cp >= 0xd800 && cp < 0xe000) continue;
        if (cp < 0x80)
            text[0] = (char)cp;
        else if (cp < 0x800)
            snprintf(text, sizeof text, "%c%c", (int)(0xc0 | cp >> 6), (int)(0x80 | (cp & 63)));
        else if (cp < 0x10000)
            snprintf(text, sizeof text, "%c%c%c", (int)(0xe0 | cp >> 12), (int)(0x80 | (cp >> 6 & 63)),
                     (int)(0x80 | (cp & 63)));
        else
            snprintf(text, sizeof text, "%c%c%c%c", (int)(0xf0 | cp >> 18), (int)(0x80 | (cp >> 12 & 63)),
                     (int)(0x80 | (cp >> 6 & 63)), (int)(0x80 | (cp & 63)));
        buf_clear(b);
        json_escape(b, str_of(text));
        assert_int_equal(json_parse(buf_view(b), &value, NULL), OK);
        assert_string_equal(json_string_value(value), text);
        json_decref(value);
    }
}

static void test_nesting_beyond_the_limit_fails_the_buffer(void **state)
{
    struct buf *b = *state;
    struct json j;
    json_init(&j, b);
    for (int i = 0; i < JSON_DEPTH_MAX - 1; i++) json_open_array(&j, NULL);
    assert_false(b->failed);
    for (int i = 0; i < 1000; i++) json_open_array(&j, NULL);
    assert_true(b->failed);
    json_int(&j, NULL, 1);
    for (int i = 0; i < JSON_DEPTH_MAX - 1 + 1000; i++) json_close_array(&j);
}

static void test_fits_exactly(void **state)
{
    struct buf small;
    struct json j;
    (void)state;
    buf_init(&small, strlen("{\"a\":\"b\",\"c\":1}"));
    json_init(&j, &small);
    json_open(&j, NULL);
    json_str(&j, "a", STR("b"));
    json_int(&j, "c", 1);
    json_close(&j);
    check_str(buf_view(&small), STR("{\"a\":\"b\",\"c\":1}"));
    assert_false(small.failed);
    buf_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_shape, setup, teardown),
        cmocka_unit_test_setup_teardown(test_keys_from_outside, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_value_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_escapes, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_parser_reads_it_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_nesting_beyond_the_limit_fails_the_buffer, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fits_exactly, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
