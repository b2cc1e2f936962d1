// SPDX-License-Identifier: Apache-2.0
#include "deliver/answer.h"

#include "check.h"
#include "guard.h"

static const struct {
    const char *text;
    enum answer_state state;
    int status;
    bool no_retry;
} rows[] = {
    {"", ANSWER_MORE, 0, false},
    {"HTT", ANSWER_MORE, 0, false},
    {"HTTP/1.1 200 OK\r\n", ANSWER_MORE, 0, false},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", ANSWER_MORE, 0, false},
    {"HTTP/1.1 200 OK\r\n\r\n", ANSWER_HEAD, 200, false},
    {"HTTP/1.0 200\r\n\r\n", ANSWER_HEAD, 200, false},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", ANSWER_HEAD, 200, false},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no", ANSWER_HEAD, 200, false},
    {"HTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\nok", ANSWER_WHOLE, 200, false},
    {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nmore", ANSWER_WHOLE, 200, false},
    {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ANSWER_WHOLE, 200, false},
    {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", ANSWER_HEAD, 200, false},
    {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n", ANSWER_HEAD, 200, false},
    {"HTTP/1.1 204 No Content\r\n\r\n", ANSWER_WHOLE, 204, false},
    {"HTTP/1.1 500 Oh\r\nX-Slack-No-Retry: 1\r\nContent-Length: 0\r\n\r\n", ANSWER_WHOLE, 500, true},
    {"HTTP/1.1 500 Oh\r\nx-slack-no-retry:  1 \r\nContent-Length: 0\r\n\r\n", ANSWER_WHOLE, 500, true},
    {"HTTP/1.1 500 Oh\r\nX-Slack-No-Retry: 0\r\nContent-Length: 0\r\n\r\n", ANSWER_WHOLE, 500, false},
    {"HTTP/1.1 100 Continue\r\n\r\n", ANSWER_MORE, 0, false},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", ANSWER_WHOLE, 200, false},
    {"HTTP/1.1 100 Continue\r\nX-Slack-No-Retry: 1\r\n\r\nHTTP/1.1 500 Oh\r\n\r\n", ANSWER_HEAD, 500, false},
    {"HTTP/1.1 100 Continue\r\n\r\nnonsense", ANSWER_GARBAGE, 0, false},
    {"HTTP/2 200\r\n\r\n", ANSWER_GARBAGE, 0, false},
    {"HTTP/1.x 200 OK\r\n\r\n", ANSWER_GARBAGE, 0, false},
    {"HTTP/1.1 099 Low\r\n\r\n", ANSWER_GARBAGE, 0, false},
    {"HTTP/1.1 600 High\r\n\r\n", ANSWER_GARBAGE, 0, false},
    {"HTTP/1.1 2000\r\n\r\n", ANSWER_GARBAGE, 0, false},
    {"HTTP/1.1  200 OK\r\n\r\n", ANSWER_GARBAGE, 0, false},
    {"HTTP/1.1\r\n\r\n", ANSWER_GARBAGE, 0, false},
    {"SSH-2.0-OpenSSH\r\n", ANSWER_GARBAGE, 0, false},
    {"\r\n\r\n", ANSWER_GARBAGE, 0, false},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct answer a = {.status = -1};
        enum answer_state got = answer_look(guard_str(str_of(rows[i].text)), &a);
        if (got != rows[i].state) print_error("row %zu: %s\n", i, rows[i].text);
        assert_int_equal(got, rows[i].state);
        if (!rows[i].status) continue;
        assert_int_equal(a.status, rows[i].status);
        assert_int_equal(a.no_retry, rows[i].no_retry);
    }
}

// However the bytes are cut, a good answer is never taken for garbage, and is whole at its end only.
static void test_pieces(void **state)
{
    static const struct str text =
        STR_INIT("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    struct answer a;
    (void)state;
    for (size_t n = 0; n <= text.n; n++) {
        enum answer_state got = answer_look(guard_str(str_upto(text, n)), &a);
        enum answer_state wanted = n == text.n ? ANSWER_WHOLE : n + 2 >= text.n ? ANSWER_HEAD : ANSWER_MORE;
        assert_int_equal(got, wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
