// SPDX-License-Identifier: Apache-2.0
// What the client of the command line takes for an answer; calls themselves are tested with a server (tests/cli).
#include "cli/client.h"

#include "check.h"
#include "guard.h"

static void test_addresses(void **state)
{
    static const char *const good[] = {"127.0.0.1:4481", "10.0.0.7:1", "localhost:65535", "[::1]:4481", "[fe80::1]:80"};
    static const char *const bad[] = {"",          "127.0.0.1",   "127.0.0.1:",   "127.0.0.1:0", "127.0.0.1:65536",
                                      ":4481",     "a.test:4481", "::1:4481",     "[::1]",       "[127.0.0.1]:80",
                                      "[::1:4481", "1.2.3:4481",  "127.0.0.1:+1", "[]:1",        "[]"};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) assert_true(client_address_good(guard_str(str_of(good[i]))));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        if (client_address_good(guard_str(str_of(bad[i])))) fail_msg("%s", bad[i]);
}

static void test_answers(void **state)
{
    static const struct {
        const char *raw;
        enum status status;
        int code;
        const char *body;
    } rows[] = {
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", OK, 200, "{}"},
        {"HTTP/1.1 204 No Content\r\n\r\n", OK, 204, ""},
        {"HTTP/1.1 404 \r\ncontent-length:  2 \r\nX: y\r\n\r\n{}more", OK, 404, "{}"},
        {"HTTP/1.1 200 OK\r\nX: y\r\n\r\nto the end", OK, 200, "to the end"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{}", E_IO, 0, NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", E_IO, 0, NULL},
        {"HTTP/1.1 ", E_IO, 0, NULL},
        {"", E_INVALID, 0, NULL},
        {"SSH-2.0-x\r\n", E_INVALID, 0, NULL},
        {"HTTP/1.0 200 OK\r\n\r\n", E_INVALID, 0, NULL},
        {"HTTP/1.1 abc\r\n\r\n", E_INVALID, 0, NULL},
        {"HTTP/1.1 \r\n\r\n", E_INVALID, 0, NULL},
        {"HTTP/1.1 100 Continue\r\n\r\n", E_INVALID, 0, NULL},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", E_INVALID, 0, NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", E_INVALID, 0, NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", E_INVALID, 0, NULL},
        {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}", E_INVALID, 0, NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int code = 0;
        struct str body = {NULL, 0};
        enum status status = client_parse(guard_str(str_of(rows[i].raw)), &code, &body);
        if (status != rows[i].status) print_error("%s", rows[i].raw);
        assert_int_equal(status, rows[i].status);
        assert_int_equal(code, rows[i].code);
        check_str(body, str_of(rows[i].body));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_answers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
