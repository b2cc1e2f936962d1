// SPDX-License-Identifier: Apache-2.0
// The client against servers that behave badly.
#include "deliver/client.h"

#include <sys/eventfd.h>

#include "deliver/wire.h"
#include "receiver.h"

// What a call to http://127.0.0.1:PORT/slack/events?a=1 comes to. Short deadlines are for servers that never answer.
static struct call_answer post_within(unsigned port, int64_t timeout_ms, int stop)
{
    char url[64];
    struct call_answer a;
    snprintf(url, sizeof url, "http://127.0.0.1:%u/slack/events?a=1", port);
    struct call call = {
        .url = str_of(url),
        .headers = STR("X-Test: yes\r\n"),
        .body = STR("{\"a\":1}"),
        .timeout_ms = timeout_ms,
        .anywhere = true,
        .stop = stop,
    };
    client_post(&call, &a);
    return a;
}

static struct call_answer post(unsigned port, int64_t timeout_ms)
{
    int stop = eventfd(0, EFD_CLOEXEC);
    struct call_answer a = post_within(port, timeout_ms, stop);
    close(stop);
    return a;
}

static void test_a_good_call(void **state)
{
    static const struct script script[] = {{"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", THEN_SILENT}};
    struct receiver r;
    (void)state;
    receiver_start(&r, script, 1);
    struct call_answer a = post(r.port, PATIENCE_MS);
    assert_int_equal(a.result, CALL_ANSWERED);
    assert_int_equal(a.status, 200);
    assert_string_equal(a.detail, "");
    struct str request = receiver_request(&r, 0);
    char host[32];
    snprintf(host, sizeof host, "127.0.0.1:%u", r.port);
    assert_true(str_starts(request, STR("POST /slack/events?a=1 HTTP/1.1\r\n")));
    check_str(request_header(request, "Host"), str_of(host));
    check_str(request_header(request, "Content-Length"), STR("7"));
    check_str(request_header(request, "Connection"), STR("close"));
    check_str(request_header(request, "X-Test"), STR("yes"));
    check_str(request_body(request), STR("{\"a\":1}"));
    receiver_stop(&r);
}

enum { SOON_MS = 150 };

static const struct {
    const char *name;
    struct script script;
    int64_t timeout_ms;
    enum call_result result;
    int status;
    const char *detail;
} rows[] = {
    {"no body", {"HTTP/1.1 204 No Content\r\n\r\n", THEN_SILENT}, PATIENCE_MS, CALL_ANSWERED, 204, ""},
    {"interim", {"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", THEN_CLOSE}, PATIENCE_MS, CALL_ANSWERED, 200, ""},
    {"refused", {"HTTP/1.1 500 Oh\r\nX-Slack-No-Retry: 1\r\n\r\n", THEN_CLOSE}, PATIENCE_MS, CALL_ANSWERED, 500, ""},
    {"redirecting",
     {"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\n\r\n", THEN_CLOSE},
     PATIENCE_MS,
     CALL_ANSWERED,
     302,
     "redirects are not followed"},
    {"silent", {"", THEN_SILENT}, SOON_MS, CALL_TIMEOUT, 0, "no answer within 150 ms"},
    {"half a head", {"HTTP/1.1 200 OK\r\n", THEN_SILENT}, SOON_MS, CALL_TIMEOUT, 0, "no answer within 150 ms"},
    {"dripping head", {"HTTP/1.1 200 OK\r\nX: ", THEN_DRIP}, SOON_MS, CALL_TIMEOUT, 0, "no answer within 150 ms"},
    {"dripping body", {"HTTP/1.1 200 OK\r\n\r\n", THEN_DRIP}, SOON_MS, CALL_ANSWERED, 200, ""},
    {"huge head", {"HTTP/1.1 200 OK\r\n", THEN_FLOOD}, PATIENCE_MS, CALL_GARBAGE, 0, "the answer has no end"},
    {"huge body", {"HTTP/1.1 200 OK\r\n\r\n", THEN_FLOOD}, PATIENCE_MS, CALL_ANSWERED, 200, ""},
    {"garbage", {"SSH-2.0-x\r\n", THEN_SILENT}, PATIENCE_MS, CALL_GARBAGE, 0, "the answer is not HTTP"},
    {"closing", {"", THEN_CLOSE}, PATIENCE_MS, CALL_GARBAGE, 0, "closed before an answer"},
    {"closing within", {"HTTP/1.1 200 OK\r\n", THEN_CLOSE}, PATIENCE_MS, CALL_GARBAGE, 0, "closed before an answer"},
    {"cut body", {"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", THEN_CLOSE}, PATIENCE_MS, CALL_ANSWERED, 200, ""},
};

static void test_behaviours(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct receiver r;
        receiver_start(&r, &rows[i].script, 1);
        struct call_answer a = post(r.port, rows[i].timeout_ms);
        if (a.result != rows[i].result) print_error("%s: %d %s\n", rows[i].name, (int)a.result, a.detail);
        assert_int_equal(a.result, rows[i].result);
        assert_int_equal(a.status, rows[i].status);
        assert_string_equal(a.detail, rows[i].detail);
        assert_int_equal(receiver_count(&r), 1); // nothing is followed, nothing repeated
        receiver_stop(&r);
    }
}

static void test_no_retry_is_heard(void **state)
{
    static const struct script script[] = {{"HTTP/1.1 500 Oh\r\nX-Slack-No-Retry: 1\r\n\r\n", THEN_CLOSE}};
    struct receiver r;
    (void)state;
    receiver_start(&r, script, 1);
    assert_true(post(r.port, PATIENCE_MS).no_retry);
    receiver_stop(&r);
}

// A server that closes without reading may reset the connection: no answer either way.
static void test_a_reset(void **state)
{
    static const struct script script[] = {{"", THEN_RESET}};
    struct receiver r;
    (void)state;
    receiver_start(&r, script, 1);
    struct call_answer a = post(r.port, PATIENCE_MS);
    assert_int_equal(a.result, CALL_GARBAGE);
    assert_true(a.detail[0]);
    receiver_stop(&r);
}

static void test_nobody_there(void **state)
{
    static const struct script script[] = {{"", THEN_CLOSE}};
    struct receiver r;
    (void)state;
    receiver_start(&r, script, 1);
    receiver_stop(&r); // its port is free again
    struct call_answer a = post(r.port, PATIENCE_MS);
    assert_int_equal(a.result, CALL_UNREACHED);
    assert_string_equal(a.detail, "Connection refused");
}

static void test_stop_ends_a_call_at_once(void **state)
{
    static const struct script script[] = {{"", THEN_SILENT}};
    struct receiver r;
    const uint64_t one = 1;
    int stop = eventfd(0, EFD_CLOEXEC);
    (void)state;
    assert_int_equal(write(stop, &one, sizeof one), sizeof one);
    receiver_start(&r, script, 1);
    int64_t began = wire_ms();
    assert_int_equal(post_within(r.port, PATIENCE_MS, stop).result, CALL_STOPPED);
    assert_true(wire_ms() - began < PATIENCE_MS / 2);
    receiver_stop(&r);
    close(stop);
}

// security.md S43: what is refused without a look at the network.
static void test_places_that_are_not_called(void **state)
{
    static const struct {
        const char *url;
        bool anywhere;
        const char *detail;
    } urls[] = {
        {"http://8.8.8.8/", false, "plain http is not allowed here"},
        {"https://127.0.0.1:1/", false, "the host has an address that is not of the public internet"},
        {"https://[::1]:1/", false, "the host has an address that is not of the public internet"},
        {"https://[::ffff:10.0.0.1]/", false, "the host has an address that is not of the public internet"},
        {"https://169.254.169.254/latest", false, "the host has an address that is not of the public internet"},
        {"https://2130706433/", false, "the host has an address that is not of the public internet"}, // 127.0.0.1
        {"https://0x7f.1/", false, "the host has an address that is not of the public internet"},
        {"https://localhost/", false, "the host has an address that is not of the public internet"},
        {"ftp://127.0.0.1/", true, "only http and https are spoken"},
        {"file:///etc/passwd", true, "only http and https are spoken"},
        {"http://user@127.0.0.1/", true, "a user name in the URL is not allowed"},
        {"http://127.0.0.1%00.example.test/", true, "the host name cannot be used"},
        {"http://127.0.0.1:99999/", true, "the URL cannot be read"},
        {"http://127.0.0.1/a\r\nX: y", true, "the URL cannot be read"},
        {"", true, "the URL cannot be read"},
    };
    int stop = eventfd(0, EFD_CLOEXEC);
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
        struct call_answer a;
        struct call call = {
            .url = str_of(urls[i].url), .timeout_ms = PATIENCE_MS, .anywhere = urls[i].anywhere, .stop = stop};
        client_post(&call, &a);
        if (a.result != CALL_FORBIDDEN) print_error("%s: %d %s\n", urls[i].url, (int)a.result, a.detail);
        assert_int_equal(a.result, CALL_FORBIDDEN);
        assert_string_equal(a.detail, urls[i].detail);
    }
    close(stop);
}

// A URL of many kilobytes fits in no request.
static void test_a_long_url(void **state)
{
    static const struct script script[] = {{"HTTP/1.1 200 OK\r\n\r\n", THEN_CLOSE}};
    struct receiver r;
    struct buf url;
    struct call_answer a;
    int stop = eventfd(0, EFD_CLOEXEC);
    (void)state;
    receiver_start(&r, script, 1);
    buf_init(&url, 1 << 20);
    buf_printf(&url, "http://127.0.0.1:%u/", r.port);
    for (size_t i = 0; i < 40000; i++) buf_char(&url, 'a');
    struct call call = {.url = buf_view(&url), .timeout_ms = PATIENCE_MS, .anywhere = true, .stop = stop};
    client_post(&call, &a);
    assert_int_equal(a.result, CALL_FORBIDDEN);
    assert_string_equal(a.detail, "the URL is too long");
    buf_release(&url);
    receiver_stop(&r);
    close(stop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_good_call),
        cmocka_unit_test(test_behaviours),
        cmocka_unit_test(test_no_retry_is_heard),
        cmocka_unit_test(test_a_reset),
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_stop_ends_a_call_at_once),
        cmocka_unit_test(test_places_that_are_not_called),
        cmocka_unit_test(test_a_long_url),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
