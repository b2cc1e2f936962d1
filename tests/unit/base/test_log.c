// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <unistd.h>

#include "check.h"
#include "guard.h"

static int pipe_ends[2];

static int64_t now(void)
{
    return 1700000000123; // 2023-11-14T22:13:20.123Z
}

static int setup(void **state)
{
    (void)state;
    return pipe(pipe_ends);
}

static int teardown(void **state)
{
    (void)state;
    close(pipe_ends[0]);
    return close(pipe_ends[1]);
}

// What was logged since the last call. Writes to a pipe of ours never wait: they are far smaller than it.
static struct str logged(void)
{
    static char text[8192];
    assert_int_equal(write(pipe_ends[1], "$", 1), 1);
    ssize_t n = read(pipe_ends[0], text, sizeof text);
    assert_true(n > 0 && text[n - 1] == '$');
    return str_make(text, (size_t)n - 1);
}

static void test_json_line(void **state)
{
    const struct log_field fields[] = {
        log_str("method", STR("auth.test")), log_num("ms", -3),       log_bool("ok", true),
        log_str("empty", STR("")),           log_bool("cold", false),
    };
    (void)state;
    log_init(pipe_ends[1], LOG_JSON, LOG_INFO, now);
    log_event(LOG_WARN, "request", STR("a \"text\"\n"), fields, ARRAY_LEN(fields));
    check_str(logged(), STR("{\"ts\":\"2023-11-14T22:13:20.123Z\",\"level\":\"warn\",\"event\":\"request\","
                            "\"method\":\"auth.test\",\"ms\":-3,\"ok\":true,\"cold\":false,"
                            "\"msg\":\"a \\\"text\\\"\\u000a\"}\n"));
}

static void test_text_line(void **state)
{
    (void)state;
    log_init(pipe_ends[1], LOG_TEXT, LOG_INFO, now);
    log_msg(LOG_INFO, "listening on %d", 4480);
    check_str(logged(), STR("22:13:20 listening on 4480\n"));
    log_msg(LOG_ERROR, "broken");
    check_str(logged(), STR("22:13:20 error: broken\n"));
}

// security.md S52: nobody starts a line of his own, or moves the reader's cursor.
static void test_control_characters_stay_in_their_line(void **state)
{
    (void)state;
    log_init(pipe_ends[1], LOG_TEXT, LOG_INFO, now);
    log_msg(LOG_INFO, "%s", "a\r\n22:13:21 forged\x1b[2J\x7f");
    check_str(logged(), STR("22:13:20 a\\x0d\\x0a22:13:21 forged\\x1b[2J\\x7f\n"));
    log_init(pipe_ends[1], LOG_JSON, LOG_INFO, now);
    log_event(LOG_INFO, "e", STR("\r\n\"\\\x80"), NULL, 0);
    check_str(logged(), STR("{\"ts\":\"2023-11-14T22:13:20.123Z\",\"level\":\"info\",\"event\":\"e\","
                            "\"msg\":\"\\u000d\\u000a\\\"\\\\\\u0080\"}\n"));
}

// RFC 3629: names of people stay readable; what only looks like UTF-8, and control characters spelt in it, do not pass.
static void test_utf8(void **state)
{
    (void)state;
    static const struct {
        const char *text, *json, *plain;
    } rows[] = {
        {"Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x99\x82", "Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x99\x82",
         "Zo\xc3\xab \xe2\x82\xac \xf0\x9f\x99\x82"},
        {"\xc2\x9b"
         "2J",
         "\\u00c2\\u009b2J", "\\xc2\\x9b2J"},
        {"\xc0\xaf", "\\u00c0\\u00af", "\\xc0\\xaf"},
        {"\xed\xa0\x80", "\\u00ed\\u00a0\\u0080", "\\xed\\xa0\\x80"},
        {"\xe2\x82", "\\u00e2\\u0082", "\\xe2\\x82"},
        {"\xf4\x90\x80\x80", "\\u00f4\\u0090\\u0080\\u0080", "\\xf4\\x90\\x80\\x80"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char wanted[160];
        log_init(pipe_ends[1], LOG_JSON, LOG_INFO, now);
        log_event(LOG_INFO, "e", guard_str(str_of(rows[i].text)), NULL, 0);
        snprintf(wanted, sizeof wanted,
                 "{\"ts\":\"2023-11-14T22:13:20.123Z\",\"level\":\"info\",\"event\":\"e\",\"msg\":\"%s\"}\n",
                 rows[i].json);
        check_str(logged(), str_of(wanted));
        log_init(pipe_ends[1], LOG_TEXT, LOG_INFO, now);
        log_event(LOG_INFO, "e", guard_str(str_of(rows[i].text)), NULL, 0);
        snprintf(wanted, sizeof wanted, "22:13:20 %s\n", rows[i].plain);
        check_str(logged(), str_of(wanted));
    }
}

// Lines of a thread that gathers come together and in order; other threads and later lines are as before.
static void test_gathers(void **state)
{
    (void)state;
    log_init(pipe_ends[1], LOG_TEXT, LOG_INFO, now);
    log_gather();
    log_msg(LOG_INFO, "one");
    log_msg(LOG_INFO, "two");
    check_str(logged(), STR(""));
    log_flush();
    check_str(logged(), STR("22:13:20 one\n22:13:20 two\n"));
    log_flush();
    check_str(logged(), STR(""));
    log_msg(LOG_INFO, "three");
    log_gather_end();
    check_str(logged(), STR("22:13:20 three\n"));
    log_msg(LOG_INFO, "four");
    check_str(logged(), STR("22:13:20 four\n"));
}

static void test_level_filters(void **state)
{
    (void)state;
    log_init(pipe_ends[1], LOG_TEXT, LOG_WARN, now);
    assert_false(log_wants(LOG_INFO));
    assert_true(log_wants(LOG_WARN));
    log_msg(LOG_INFO, "not seen");
    check_str(logged(), STR(""));
}

static void test_long_message_is_cut(void **state)
{
    (void)state;
    log_init(pipe_ends[1], LOG_TEXT, LOG_INFO, now);
    log_msg(LOG_INFO, "%3000d", 1);
    struct str line = logged();
    assert_true(line.n < 2100);
    assert_true(str_ends(line, STR(" \n")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_json_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_text_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_control_characters_stay_in_their_line, setup, teardown),
        cmocka_unit_test_setup_teardown(test_utf8, setup, teardown),
        cmocka_unit_test_setup_teardown(test_gathers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_level_filters, setup, teardown),
        cmocka_unit_test_setup_teardown(test_long_message_is_cut, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
