// SPDX-License-Identifier: Apache-2.0
// What goes over the wire: bytes in, and what comes back up to the end of the connection.
#include <sys/socket.h>
#include <unistd.h>

#include "base/limits.h"
#include "fixture.h"

#define H        "Host: h\r\n"
#define BYE      "GET /bye HTTP/1.1\r\nConnection: close\r\n" H "\r\n"
#define SAID_BYE "200 close GET /bye? 2 \n"
#define POST     "POST /p HTTP/1.1\r\n" H
#define DATE     "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n"
#define REFUSED  "Content-Length: 0\r\nConnection: close\r\n" NO_STORE
#define NO_STORE "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n"
#define LARGE    (LIMIT_BODY + LIMIT_BODY / 2)

static struct fixture fx;

static int set_up(void **state)
{
    (void)state;
    fixture_start(&fx, (struct http_config){.loops = 1});
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_stop(&fx, 1000);
    return 0;
}

struct row {
    const char *name;
    struct str in, out;
};

static void check_raw(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) client_check(&fx, rows[i].name, rows[i].in, rows[i].out);
}

// Byte for byte: what http adds, and the answers that it makes itself.
static void test_exact(void **state)
{
    static const struct row rows[] = {
        {"keep-alive, then close", STR_INIT("GET / HTTP/1.1\r\n" H "\r\n" BYE),
         STR_INIT("HTTP/1.1 200 OK\r\n" DATE "Content-Length: 9\r\n\r\nGET /? 1 "
                  "HTTP/1.1 200 OK\r\n" DATE "Content-Length: 12\r\nConnection: close\r\n\r\nGET /bye? 2 ")},
        {"a field of the handler", STR_INIT("GET /good-header HTTP/1.0\r\n\r\n"),
         STR_INIT("HTTP/1.1 200 OK\r\n" DATE "Content-Length: 20\r\nConnection: close\r\nX-Good: a\r\n\r\n"
                  "GET /good-header? 0 ")},
        {"1.0 keep-alive", STR_INIT("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET / HTTP/1.0\r\n\r\n"),
         STR_INIT("HTTP/1.1 200 OK\r\n" DATE "Content-Length: 9\r\nConnection: keep-alive\r\n\r\nGET /? 1 "
                  "HTTP/1.1 200 OK\r\n" DATE "Content-Length: 9\r\nConnection: close\r\n\r\nGET /? 0 ")},
        {"HEAD keeps the connection", STR_INIT("HEAD /h HTTP/1.1\r\n" H "\r\n" BYE),
         STR_INIT("HTTP/1.1 200 OK\r\n" DATE "Content-Length: 11\r\n\r\n"
                  "HTTP/1.1 200 OK\r\n" DATE "Content-Length: 12\r\nConnection: close\r\n\r\nGET /bye? 2 ")},
        {"204 has no length", STR_INIT("GET /status/204 HTTP/1.1\r\n" H "Connection: close\r\n\r\n"),
         STR_INIT("HTTP/1.1 204 No Content\r\n" DATE "Connection: close\r\n\r\n")},
        {"304 has no body", STR_INIT("GET /status/304 HTTP/1.1\r\n" H "Connection: close\r\n\r\n"),
         STR_INIT("HTTP/1.1 304 Not Modified\r\n" DATE "Connection: close\r\n\r\n")},
        {"unknown status", STR_INIT("GET /status/499 HTTP/1.0\r\n\r\n"),
         STR_INIT("HTTP/1.1 499 Status\r\n" DATE "Content-Length: 4\r\nConnection: close\r\n\r\ntext")},
        {"400", STR_INIT("GET / HTTP/1.1\r\n\r\n"), STR_INIT("HTTP/1.1 400 Bad Request\r\n" DATE REFUSED)},
        {"413", STR_INIT(POST "Content-Length: 1048577\r\n\r\n"),
         STR_INIT("HTTP/1.1 413 Content Too Large\r\n" DATE REFUSED)},
        {"501", STR_INIT("FOO / HTTP/1.1\r\n" H "\r\n"), STR_INIT("HTTP/1.1 501 Not Implemented\r\n" DATE REFUSED)},
        {"505", STR_INIT("GET / HTTP/2.0\r\n" H "\r\n"),
         STR_INIT("HTTP/1.1 505 HTTP Version Not Supported\r\n" DATE REFUSED)},
        {"no status", STR_INIT("GET /none HTTP/1.1\r\n" H "\r\n"),
         STR_INIT("HTTP/1.1 500 Internal Server Error\r\n" DATE REFUSED)},
        {"status out of range", STR_INIT("GET /status/99 HTTP/1.1\r\n" H "\r\n"),
         STR_INIT("HTTP/1.1 500 Internal Server Error\r\n" DATE REFUSED)},
        {"header with line end", STR_INIT("GET /header HTTP/1.1\r\n" H "\r\n"),
         STR_INIT("HTTP/1.1 500 Internal Server Error\r\n" DATE REFUSED)},
        {"dropped", STR_INIT("GET /drop HTTP/1.1\r\n" H "\r\n"), STR_INIT("")},
        {"truncated", STR_INIT("GET /truncate/4 HTTP/1.1\r\n" H "\r\n"),
         STR_INIT("HTTP/1.1 200 OK\r\n" DATE "Content-Length: 19\r\nConnection: close\r\n\r\nGET ")},
        {"truncated beyond its end", STR_INIT("GET /truncate/99 HTTP/1.1\r\n" H "\r\n"),
         STR_INIT("HTTP/1.1 200 OK\r\n" DATE "Content-Length: 20\r\nConnection: close\r\n\r\nGET /truncate/99? 1 ")},
    };
    (void)state;
    check_raw(rows, ARRAY_LEN(rows));
}

// One line per answer: its status, what happens to the connection, its body.
static void digest(struct str raw, struct buf *out)
{
    while (str_starts(raw, STR("HTTP/1.1 "))) {
        struct str head = str_upto(raw, str_find_str(raw, STR("\r\n\r\n")) + 2);
        raw = str_from(raw, head.n + 2);
        uint64_t length = 0;
        size_t at = str_find_str(head, STR("Content-Length: "));
        struct str digits = str_from(head, at + 16);
        if (at < head.n) assert_true(str_u64(str_upto(digits, str_find(digits, '\r')), LIMIT_RESPONSE, &length));
        buf_bytes(out, head.p + 9, 3);
        buf_z(out, str_find_str(head, STR("Connection: close")) < head.n ? " close " : " keep ");
        buf_str(out, str_upto(raw, (size_t)length));
        buf_char(out, '\n');
        raw = str_from(raw, (size_t)length);
    }
    buf_str(out, raw);
}

static void check_digest(const char *name, int fd, struct str wanted)
{
    struct buf raw, got;
    buf_init(&raw, 8 * LIMIT_RESPONSE);
    buf_init(&got, 8 * LIMIT_RESPONSE);
    client_read(fd, &raw);
    digest(buf_view(&raw), &got);
    if (!str_eq(buf_view(&got), wanted)) {
        fail_msg("%s: got\n%.*swanted\n%.*s", name, STR_FMT(buf_view(&got)), STR_FMT(wanted));
    }
    buf_release(&raw);
    buf_release(&got);
}

// In pieces of `step` bytes; 0: all at once.
static void check_row(const struct row *row, size_t step)
{
    int fd = client_connect(&fx);
    for (struct str rest = row->in; rest.n; rest = str_from(rest, step ? step : rest.n)) {
        client_send(fd, step ? str_upto(rest, step) : rest);
    }
    check_digest(row->name, fd, row->out);
}

static const struct row requests[] = {
    {"length", STR_INIT(POST "Content-Length: 5\r\n\r\nhello" BYE), STR_INIT("200 keep POST /p? 2 hello\n" SAID_BYE)},
    {"chunked", STR_INIT(POST "Transfer-Encoding: chunked\r\n\r\n2;x=y\r\nhe\r\n3\r\nllo\r\n0\r\nT: u\r\n\r\n" BYE),
     STR_INIT("200 keep POST /p? 2 hello\n" SAID_BYE)},
    {"empty line between", STR_INIT("GET /1 HTTP/1.1\r\n" H "\r\n\r\n" BYE),
     STR_INIT("200 keep GET /1? 1 \n" SAID_BYE)},
    {"absolute", STR_INIT("GET http://h/x?y HTTP/1.1\r\n" H "\r\n" BYE), STR_INIT("200 keep GET /x?y 1 \n" SAID_BYE)},
    {"asterisk", STR_INIT("OPTIONS * HTTP/1.1\r\n" H "\r\n" BYE), STR_INIT("200 keep OPTIONS *? 1 \n" SAID_BYE)},
    {"trace", STR_INIT("TRACE / HTTP/1.1\r\n" H "\r\n" BYE), STR_INIT("200 keep TRACE /? 1 \n" SAID_BYE)},
    {"connect", STR_INIT("CONNECT h:1 HTTP/1.1\r\n" H "\r\n" BYE), STR_INIT("200 keep CONNECT h:1? 1 \n" SAID_BYE)},
    {"upgrade", STR_INIT("GET / HTTP/1.1\r\n" H "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n" BYE),
     STR_INIT("200 keep GET /? 3 \n" SAID_BYE)},
    {"nothing is read after an error", STR_INIT("GET / HTTP/1.1\r\n\r\n" BYE), STR_INIT("400 close \n")},
    {"error behind a good one", STR_INIT("GET /1 HTTP/1.1\r\n" H "\r\nGET /2 HTTP/1.1\n" BYE),
     STR_INIT("200 keep GET /1? 1 \n400 close \n")},
    {"smuggled length", STR_INIT(POST "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" BYE),
     STR_INIT("400 close \n")},
    {"bad chunk", STR_INIT(POST "Transfer-Encoding: chunked\r\n\r\nzz\r\n" BYE), STR_INIT("400 close \n")},
    {"obs-fold", STR_INIT("GET / HTTP/1.1\r\n" H "A: b\r\n c\r\n\r\n" BYE), STR_INIT("400 close \n")},
    {"preface of HTTP/2", STR_INIT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), STR_INIT("400 close \n")},
    {"TLS", STR_INIT("\x16\x03\x01\x00\xA5\x01\x00\x00\xA1\x03\x03"), STR_INIT("400 close \n")},
    {"answers in order",
     STR_INIT("GET /slow/1 HTTP/1.1\r\n" H "\r\nGET /2 HTTP/1.1\r\n" H "\r\n"
              "GET /delay/20 HTTP/1.1\r\n" H "\r\nGET /slow/4 HTTP/1.1\r\n" H "\r\n" BYE),
     STR_INIT("200 keep GET /slow/1? 1 \n200 keep GET /2? 1 \n200 keep GET /delay/20? 1 \n"
              "200 keep GET /slow/4? 1 \n" SAID_BYE)},
};

static void test_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(requests); i++) {
        check_row(&requests[i], 0);
        check_row(&requests[i], 1);
        check_row(&requests[i], 7);
    }
}

// In one piece: who asks for close and then goes on sending may be reset.
static void test_nothing_is_read_after_close(void **state)
{
    static const struct row row = {"after close", STR_INIT(BYE BYE), STR_INIT(SAID_BYE)};
    (void)state;
    check_row(&row, 0);
}

static void test_every_split(void **state)
{
    (void)state;
    const struct row *row = &requests[1];
    for (size_t cut = 1; cut < row->in.n; cut++) {
        int fd = client_connect(&fx);
        client_send(fd, str_upto(row->in, cut));
        client_send(fd, str_from(row->in, cut));
        check_digest(row->name, fd, row->out);
    }
}

// The answer to the announcement comes before the body is sent, and only when the body is wanted.
static void test_expect(void **state)
{
    (void)state;
    int fd = client_connect(&fx);
    client_send(fd, STR(POST "Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"));
    char line[25];
    assert_int_equal(recv(fd, line, sizeof line, MSG_WAITALL), sizeof line);
    check_str(str_make(line, sizeof line), STR("HTTP/1.1 100 Continue\r\n\r\n"));
    client_send(fd, STR("ab"));
    check_digest("expect", fd, STR("200 close POST /p? 4 ab\n"));

    fd = client_connect(&fx);
    client_send(fd, STR(POST "Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab"));
    check_digest("expect, body at once", fd, STR("200 close POST /p? 4 ab\n"));

    fd = client_connect(&fx);
    client_send(fd, STR(POST "Expect: 100-continue\r\nContent-Length: 9999999\r\n\r\n"));
    check_digest("expect of too much", fd, STR("413 close \n"));
}

static void test_pipeline_of_50(void **state)
{
    (void)state;
    struct buf in, wanted;
    buf_init(&in, LIMIT_BODY);
    buf_init(&wanted, LIMIT_BODY);
    for (unsigned i = 0; i < 50; i++) {
        const char *path = i % 3 ? "/fast" : "/slow";
        buf_printf(&in, "POST %s/%u HTTP/1.1\r\n" H "Content-Length: 3\r\n\r\n%03u", path, i, i);
        buf_printf(&wanted, "200 keep POST %s/%u? 2 %03u\n", path, i, i);
    }
    buf_z(&in, BYE);
    buf_z(&wanted, SAID_BYE);
    struct row row = {"pipeline", buf_view(&in), buf_view(&wanted)};
    check_row(&row, 0);
    check_row(&row, 101);
    buf_release(&in);
    buf_release(&wanted);
}

// The client sends all of a body that is refused, and still gets to read the answer instead of a reset.
static void check_large(struct str head, bool chunks, size_t size, const char *wanted)
{
    struct buf in;
    buf_init(&in, 4 * LARGE);
    buf_str(&in, head);
    for (size_t left = size; left;) {
        size_t n = left < 1000 ? left : 1000;
        if (chunks) buf_printf(&in, "%zx\r\n", n);
        memset(buf_reserve(&in, n), 'x', n);
        in.n += n;
        if (chunks) buf_z(&in, "\r\n");
        left -= n;
    }
    if (chunks) buf_z(&in, "0\r\n\r\n");
    int fd = client_connect(&fx);
    client_send(fd, buf_view(&in));
    struct buf raw;
    buf_init(&raw, 8 * LIMIT_RESPONSE);
    client_read(fd, &raw);
    if (!str_starts(buf_view(&raw), str_of(wanted))) fail_msg("%.*s", 60, raw.n ? raw.p : "");
    assert_true(!str_ends(buf_view(&raw), STR("[reset]")));
    buf_release(&raw);
    buf_release(&in);
}

static void test_body_limit(void **state)
{
    (void)state;
    check_large(STR(POST "Content-Length: 1048576\r\nConnection: close\r\n\r\n"), false, LIMIT_BODY, "HTTP/1.1 200 ");
    check_large(STR(POST "Content-Length: 1572864\r\n\r\n"), false, LARGE, "HTTP/1.1 413 ");
    check_large(STR(POST "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n"), true, LIMIT_BODY, "HTTP/1.1 200 ");
    check_large(STR(POST "Transfer-Encoding: chunked\r\n\r\n"), true, LARGE, "HTTP/1.1 413 ");
    check_large(STR("GET / HTTP/1.1\r\n" H "A: "), false, 10 * LIMIT_HEAD, "HTTP/1.1 431 ");
}

static void test_half_close(void **state)
{
    static const struct row rows[] = {
        {"complete", STR_INIT("GET /slow HTTP/1.1\r\n" H "\r\n"), STR_INIT("200 keep GET /slow? 1 \n")},
        {"several complete", STR_INIT("GET /slow HTTP/1.1\r\n" H "\r\nGET /2 HTTP/1.1\r\n" H "\r\n"),
         STR_INIT("200 keep GET /slow? 1 \n200 keep GET /2? 1 \n")},
        {"delayed", STR_INIT("GET /delay/20 HTTP/1.1\r\n" H "\r\n"), STR_INIT("200 keep GET /delay/20? 1 \n")},
        {"body cut", STR_INIT(POST "Content-Length: 5\r\n\r\nhell"), STR_INIT("200 close POST /p? 2 hell cut\n")},
        {"no body", STR_INIT(POST "Content-Length: 5\r\n\r\n"), STR_INIT("200 close POST /p? 2  cut\n")},
        {"chunks cut", STR_INIT(POST "Transfer-Encoding: chunked\r\n\r\n4\r\nhell\r\n"),
         STR_INIT("200 close POST /p? 2 hell cut\n")},
        {"last chunk cut", STR_INIT(POST "Transfer-Encoding: chunked\r\n\r\n0\r\n"),
         STR_INIT("200 close POST /p? 2  cut\n")},
        {"cut behind a slow one", STR_INIT("GET /slow HTTP/1.1\r\n" H "\r\n" POST "Content-Length: 5\r\n\r\nhell"),
         STR_INIT("200 keep GET /slow? 1 \n200 close POST /p? 2 hell cut\n")},
        {"head cut", STR_INIT("GET / HTTP/1.1\r\nHo"), STR_INIT("")},
        {"nothing", STR_INIT(""), STR_INIT("")},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        int fd = client_connect(&fx);
        client_send(fd, rows[i].in);
        client_end(fd);
        check_digest(rows[i].name, fd, rows[i].out);
    }
}

static void test_big_answer(void **state)
{
    (void)state;
    int fd = client_connect_narrow(&fx);
    client_send(fd, STR("GET /big/4194304 HTTP/1.1\r\n" H "\r\nGET /big/5 HTTP/1.1\r\n" H "\r\n" BYE));
    struct buf raw;
    buf_init(&raw, 8 * LIMIT_RESPONSE);
    client_read(fd, &raw);
    struct str body = str_from(buf_view(&raw), str_find_str(buf_view(&raw), STR("\r\n\r\n")) + 4);
    assert_true(body.n > LIMIT_RESPONSE);
    for (size_t i = 0; i < LIMIT_RESPONSE; i++) {
        if (body.p[i] != (char)('a' + i % 26)) fail_msg("wrong byte at %zu", i);
    }
    struct buf rest;
    buf_init(&rest, LIMIT_BODY);
    digest(str_from(body, LIMIT_RESPONSE), &rest);
    check_str(buf_view(&rest), STR("200 keep abcde\n" SAID_BYE));
    buf_release(&rest);
    buf_release(&raw);
}

static void test_peer(void **state)
{
    (void)state;
    int fd = client_connect(&fx);
    client_send(fd, STR("GET /peer HTTP/1.0\r\n\r\n"));
    check_digest("peer", fd, STR("200 close 127.0.0.1 1\n"));
}

// A server on every IPv6 address sees IPv4 clients as ::ffff:a.b.c.d, which is not their name.
static void test_mapped_peer(void **state)
{
    (void)state;
    int probe = socket(AF_INET6, SOCK_STREAM, 0);
    if (probe < 0) skip();
    close(probe);
    struct fixture six;
    fixture_start(&six, (struct http_config){.address = STR("[::]:0")});
    int fd = client_connect(&six);
    client_send(fd, STR("GET /peer HTTP/1.0\r\n\r\n"));
    check_digest("mapped peer", fd, STR("200 close 127.0.0.1 1\n"));
    fixture_stop(&six, 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exact),
        cmocka_unit_test(test_requests),
        cmocka_unit_test(test_nothing_is_read_after_close),
        cmocka_unit_test(test_every_split),
        cmocka_unit_test(test_expect),
        cmocka_unit_test(test_pipeline_of_50),
        cmocka_unit_test(test_body_limit),
        cmocka_unit_test(test_half_close),
        cmocka_unit_test(test_big_answer),
        cmocka_unit_test(test_peer),
        cmocka_unit_test(test_mapped_peer),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
