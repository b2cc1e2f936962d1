// SPDX-License-Identifier: Apache-2.0
// Streams of bytes and what the parser makes of them, for every way to cut them into two pieces and for pieces of one.
#include "http/parse.h"

#include "check.h"
#include "guard.h"

#define H "Host: h\r\n"

// One line per request: verb, path, query, number of fields, body, what happens to the connection.
static void describe(const struct http_parser *p, struct buf *out)
{
    buf_printf(out, "%.*s %.*s %.*s %zu ", STR_FMT(p->verb_name), STR_FMT(p->path), STR_FMT(p->query), p->nfields);
    buf_str(out, buf_view(&p->body));
    buf_z(out, p->keep_alive ? " keep" : " close");
    buf_z(out, p->expect_continue ? " expect\n" : "\n");
}

// False when the stream ends here.
static bool feed(struct http_parser *p, struct str piece, struct buf *out)
{
    while (piece.n) {
        size_t used;
        enum parse_event e = http_parser_feed(p, piece.p, piece.n, &used);
        if (e == PARSE_REFUSED) {
            buf_printf(out, "refused %d\n", p->refusal);
            return false;
        }
        if (e == PARSE_MORE) assert_int_equal(used, piece.n);
        if (e == PARSE_DONE) {
            describe(p, out);
            http_parser_reset(p);
        }
        piece = str_from(piece, used);
    }
    return true;
}

static void check_cut(const char *name, struct str in, size_t cut, const char *wanted)
{
    struct http_parser p;
    http_parser_init(&p);
    struct buf out;
    buf_init(&out, LIMIT_BODY);
    struct str rest = in;
    size_t step = cut ? cut : 1;
    while (rest.n && feed(&p, guard_str(str_upto(rest, step)), &out)) {
        rest = str_from(rest, step);
        if (cut) step = in.n;
    }
    struct str got = buf_view(&out);
    if (!str_eq(got, str_of(wanted))) {
        fail_msg("%s, cut at %zu: got \"%.*s\", wanted \"%s\"", name, cut, STR_FMT(got), wanted);
    }
    buf_release(&out);
    http_parser_release(&p);
}

struct row {
    const char *name;
    struct str in;
    const char *wanted;
};

static void check_rows(const struct row *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t cut = 0; cut <= rows[i].in.n; cut++) check_cut(rows[i].name, rows[i].in, cut, rows[i].wanted);
    }
}

static void test_good(void **state)
{
    static const struct row rows[] = {
        {"least", STR_INIT("GET / HTTP/1.1\r\n" H "\r\n"), "GET /  1  keep\n"},
        {"query", STR_INIT("GET /a/b?c=d?e HTTP/1.1\r\n" H "\r\n"), "GET /a/b c=d?e 1  keep\n"},
        {"absolute", STR_INIT("GET http://h:1/a?b HTTP/1.1\r\n" H "\r\n"), "GET /a b 1  keep\n"},
        {"absolute without path", STR_INIT("GET HTTP://h HTTP/1.1\r\n" H "\r\n"), "GET /  1  keep\n"},
        {"absolute with query only", STR_INIT("GET http://h?b HTTP/1.1\r\n" H "\r\n"), "GET / b 1  keep\n"},
        {"asterisk", STR_INIT("OPTIONS * HTTP/1.1\r\n" H "\r\n"), "OPTIONS *  1  keep\n"},
        {"connect is a verb", STR_INIT("CONNECT h:443 HTTP/1.1\r\n" H "\r\nGET / HTTP/1.1\r\n" H "\r\n"),
         "CONNECT h:443  1  keep\nGET /  1  keep\n"},
        {"no upgrade",
         STR_INIT("GET / HTTP/1.1\r\n" H "Connection: Upgrade\r\nUpgrade: h2c\r\n\r\nGET /2 HTTP/1.1\r\n" H "\r\n"),
         "GET /  3  keep\nGET /2  1  keep\n"},
        {"trace", STR_INIT("TRACE / HTTP/1.1\r\n" H "\r\n"), "TRACE /  1  keep\n"},
        {"close", STR_INIT("GET / HTTP/1.1\r\n" H "Connection: close\r\n\r\n"), "GET /  2  close\n"},
        {"close in a list", STR_INIT("GET / HTTP/1.1\r\n" H "Connection: x, Close\r\n\r\n"), "GET /  2  close\n"},
        {"1.0", STR_INIT("GET / HTTP/1.0\r\n\r\n"), "GET /  0  close\n"},
        {"1.0 keep-alive", STR_INIT("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"), "GET /  1  keep\n"},
        {"empty line before", STR_INIT("\r\nGET / HTTP/1.1\r\n" H "\r\n"), "GET /  1  keep\n"},
        {"no value", STR_INIT("GET / HTTP/1.1\r\n" H "A:\r\nB: \r\n\r\n"), "GET /  3  keep\n"},
        {"host of 1.0", STR_INIT("GET / HTTP/1.0\r\n" H "\r\n"), "GET /  1  close\n"},
        {"length", STR_INIT("POST / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhello"), "POST /  2 hello keep\n"},
        {"length in GET", STR_INIT("GET / HTTP/1.1\r\n" H "content-length:\t3 \r\n\r\nabc"), "GET /  2 abc keep\n"},
        {"length 0", STR_INIT("POST / HTTP/1.1\r\n" H "Content-Length: 0\r\n\r\n"), "POST /  2  keep\n"},
        {"length with zeros", STR_INIT("POST / HTTP/1.1\r\n" H "Content-Length: 0002\r\n\r\nab"),
         "POST /  2 ab keep\n"},
        {"chunked",
         STR_INIT("POST / HTTP/1.1\r\n" H
                  "Transfer-Encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\n"),
         "POST /  2 abcde keep\n"},
        {"expect", STR_INIT("POST / HTTP/1.1\r\n" H "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\na"),
         "POST /  3 a keep expect\n"},
        {"expect of 1.0", STR_INIT("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\na"),
         "POST /  2 a close\n"},
        {"pipeline",
         STR_INIT("POST /1 HTTP/1.1\r\n" H "Content-Length: 1\r\n\r\naGET /2 HTTP/1.1\r\n" H "\r\n"
                  "PUT /3 HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nHEAD /4 HTTP/1.1\r\n" H "\r\n"),
         "POST /1  2 a keep\nGET /2  1  keep\nPUT /3  2  keep\nHEAD /4  1  keep\n"},
        {"body cut", STR_INIT("POST / HTTP/1.1\r\n" H "Content-Length: 5\r\n\r\nhell"), ""},
        {"text beyond ASCII in a value", STR_INIT("GET / HTTP/1.1\r\n" H "A: \xC3\xA4\tb\r\n\r\n"), "GET /  2  keep\n"},
    };
    (void)state;
    check_rows(rows, ARRAY_LEN(rows));
}

static void test_request_line(void **state)
{
    static const struct row rows[] = {
        {"unknown verb", STR_INIT("FOO / HTTP/1.1\r\n" H "\r\n"), "refused 501\n"},
        {"verb in small letters", STR_INIT("get / HTTP/1.1\r\n" H "\r\n"), "refused 501\n"},
        {"verb no token", STR_INIT("G(T / HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"two spaces", STR_INIT("GET  / HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"two spaces before version", STR_INIT("GET /  HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"tab", STR_INIT("GET\t/ HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"tab in target", STR_INIT("GET /\ta HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"space after version", STR_INIT("GET / HTTP/1.1 \r\n" H "\r\n"), "refused 400\n"},
        {"0.9", STR_INIT("GET /\r\n\r\n"), "refused 400\n"},
        {"0.9 by name", STR_INIT("GET / HTTP/0.9\r\n" H "\r\n"), "refused 505\n"},
        {"1.2", STR_INIT("GET / HTTP/1.2\r\n" H "\r\n"), "refused 505\n"},
        {"2.0", STR_INIT("GET / HTTP/2.0\r\n" H "\r\n"), "refused 505\n"},
        {"preface of HTTP/2", STR_INIT("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), "refused 400\n"},
        {"PRI in 1.1", STR_INIT("PRI * HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"version of three", STR_INIT("GET / HTTP/1.10\r\n" H "\r\n"), "refused 400\n"},
        {"version in small letters", STR_INIT("GET / http/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"other protocol", STR_INIT("PLAY / RTSP/1.0\r\n" H "\r\n"), "refused 400\n"},
        {"verb of another protocol", STR_INIT("PLAY / HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"no path", STR_INIT("GET a HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"authority form", STR_INIT("GET h:80 HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"other scheme", STR_INIT("GET ftp://h/ HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"absolute without host", STR_INIT("GET http:///a HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"fragment", STR_INIT("GET /a#b HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"beyond ASCII", STR_INIT("GET /\xC3\xA4 HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"NUL in target", STR_INIT("GET /\0 HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
        {"TLS", STR_INIT("\x16\x03\x01\x02\x00\x01"), "refused 400\n"},
        {"two empty lines before", STR_INIT("\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n"), "refused 400\n"},
    };
    (void)state;
    check_rows(rows, ARRAY_LEN(rows));
}

static void test_fields(void **state)
{
    static const struct row rows[] = {
        {"bare LF", STR_INIT("GET / HTTP/1.1\r\n" H "A: b\n\r\n"), "refused 400\n"},
        {"bare LF at the end", STR_INIT("GET / HTTP/1.1\r\n" H "\n"), "refused 400\n"},
        {"bare CR", STR_INIT("GET / HTTP/1.1\r\n" H "A: b\rC: d\r\n\r\n"), "refused 400\n"},
        {"obs-fold", STR_INIT("GET / HTTP/1.1\r\n" H "A: b\r\n c\r\n\r\n"), "refused 400\n"},
        {"obs-fold by tab", STR_INIT("GET / HTTP/1.1\r\n" H "A: b\r\n\tc\r\n\r\n"), "refused 400\n"},
        {"NUL", STR_INIT("GET / HTTP/1.1\r\n" H "A: \0\r\n\r\n"), "refused 400\n"},
        {"control", STR_INIT("GET / HTTP/1.1\r\n" H "A: \x01\r\n\r\n"), "refused 400\n"},
        {"space before colon", STR_INIT("GET / HTTP/1.1\r\n" H "A : b\r\n\r\n"), "refused 400\n"},
        {"space in name", STR_INIT("GET / HTTP/1.1\r\n" H "A b: c\r\n\r\n"), "refused 400\n"},
        {"tab before colon", STR_INIT("GET / HTTP/1.1\r\n" H "A\t: c\r\n\r\n"), "refused 400\n"},
        {"no colon", STR_INIT("GET / HTTP/1.1\r\n" H "A\r\n\r\n"), "refused 400\n"},
        {"no name", STR_INIT("GET / HTTP/1.1\r\n" H ": b\r\n\r\n"), "refused 400\n"},
        {"name beyond ASCII", STR_INIT("GET / HTTP/1.1\r\n" H "\xC3\xA4: b\r\n\r\n"), "refused 400\n"},
        {"no host", STR_INIT("GET / HTTP/1.1\r\nA: b\r\n\r\n"), "refused 400\n"},
        {"two hosts", STR_INIT("GET / HTTP/1.1\r\n" H "host: h\r\n\r\n"), "refused 400\n"},
        {"two hosts in 1.0", STR_INIT("GET / HTTP/1.0\r\n" H "host: h\r\n\r\n"), "refused 400\n"},
        {"host with path", STR_INIT("GET / HTTP/1.1\r\nHost: h/a\r\n\r\n"), "refused 400\n"},
        {"host with user", STR_INIT("GET / HTTP/1.1\r\nHost: u@h\r\n\r\n"), "refused 400\n"},
        {"list of hosts", STR_INIT("GET / HTTP/1.1\r\nHost: a, b\r\n\r\n"), "refused 400\n"},
    };
    (void)state;
    check_rows(rows, ARRAY_LEN(rows));
}

#define POST "POST / HTTP/1.1\r\n" H

static void test_framing(void **state)
{
    static const struct row rows[] = {
        {"both", STR_INIT(POST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), "refused 400\n"},
        {"both turned", STR_INIT(POST "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
         "refused 400\n"},
        {"both, length 0", STR_INIT(POST "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n"), "refused 400\n"},
        {"two lengths", STR_INIT(POST "Content-Length: 1\r\nContent-Length: 2\r\n\r\na"), "refused 400\n"},
        {"two equal lengths", STR_INIT(POST "Content-Length: 1\r\nContent-Length: 1\r\n\r\na"), "refused 400\n"},
        {"list of lengths", STR_INIT(POST "Content-Length: 1, 1\r\n\r\na"), "refused 400\n"},
        {"no length", STR_INIT(POST "Content-Length:\r\n\r\n"), "refused 400\n"},
        {"signed", STR_INIT(POST "Content-Length: +1\r\n\r\na"), "refused 400\n"},
        {"negative", STR_INIT(POST "Content-Length: -1\r\n\r\na"), "refused 400\n"},
        {"hexadecimal", STR_INIT(POST "Content-Length: 0x1\r\n\r\na"), "refused 400\n"},
        {"blank inside", STR_INIT(POST "Content-Length: 1 1\r\n\r\na"), "refused 400\n"},
        {"fraction", STR_INIT(POST "Content-Length: 1.0\r\n\r\na"), "refused 400\n"},
        {"at the limit and one", STR_INIT(POST "Content-Length: 1048577\r\n\r\n"), "refused 413\n"},
        {"2^31", STR_INIT(POST "Content-Length: 2147483648\r\n\r\n"), "refused 413\n"},
        {"2^63", STR_INIT(POST "Content-Length: 9223372036854775808\r\n\r\n"), "refused 413\n"},
        {"other coding", STR_INIT(POST "Transfer-Encoding: gzip\r\n\r\n"), "refused 400\n"},
        {"two codings", STR_INIT(POST "Transfer-Encoding: gzip, chunked\r\n\r\n"), "refused 400\n"},
        {"chunked first", STR_INIT(POST "Transfer-Encoding: chunked, gzip\r\n\r\n"), "refused 400\n"},
        {"identity", STR_INIT(POST "Transfer-Encoding: identity\r\n\r\n"), "refused 400\n"},
        {"xchunked", STR_INIT(POST "Transfer-Encoding: xchunked\r\n\r\n"), "refused 400\n"},
        {"quoted", STR_INIT(POST "Transfer-Encoding: \"chunked\"\r\n\r\n"), "refused 400\n"},
        {"no coding", STR_INIT(POST "Transfer-Encoding:\r\n\r\n"), "refused 400\n"},
        {"coding twice", STR_INIT(POST "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
         "refused 400\n"},
        {"coding in 1.0", STR_INIT("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"), "refused 400\n"},
        {"bad chunk", STR_INIT(POST "Transfer-Encoding: chunked\r\n\r\nx\r\n"), "refused 400\n"},
        {"bare LF in a chunk", STR_INIT(POST "Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n"), "refused 400\n"},
        {"large chunk", STR_INIT(POST "Transfer-Encoding: chunked\r\n\r\n100001\r\n"), "refused 413\n"},
    };
    (void)state;
    check_rows(rows, ARRAY_LEN(rows));
}

// A head of exactly `size` bytes, one field being as long as it takes.
static void long_head(struct buf *b, size_t size)
{
    buf_z(b, "GET / HTTP/1.1\r\n" H "A: ");
    while (b->n < size - 4) buf_char(b, 'a');
    buf_z(b, "\r\n\r\n");
}

static void test_head_limit(void **state)
{
    static const struct {
        size_t size;
        const char *wanted;
    } rows[] = {{LIMIT_HEAD, "GET /  2  keep\n"}, {LIMIT_HEAD + 1, "refused 431\n"}, {8 * LIMIT_HEAD, "refused 431\n"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf in;
        buf_init(&in, 16 * LIMIT_HEAD);
        long_head(&in, rows[i].size);
        for (size_t cut = 999; cut < in.n; cut += 7919) check_cut("long head", buf_view(&in), cut, rows[i].wanted);
        buf_release(&in);
    }
}

static void test_field_limit(void **state)
{
    (void)state;
    for (size_t extra = 0; extra < 2; extra++) {
        struct buf in;
        buf_init(&in, LIMIT_HEAD);
        buf_z(&in, "GET / HTTP/1.1\r\n" H);
        for (size_t i = 1; i < LIMIT_HEADERS + extra; i++) buf_z(&in, "A:b\r\n");
        buf_z(&in, "\r\n");
        check_cut("many fields", buf_view(&in), in.n, extra ? "refused 431\n" : "GET /  128  keep\n");
        buf_release(&in);
    }
}

// The announced length is not what is allocated.
static void test_body_grows_as_it_comes(void **state)
{
    static const struct str head = STR_INIT(POST "Content-Length: 1048576\r\n\r\nabc");
    (void)state;
    struct http_parser p;
    http_parser_init(&p);
    struct buf out;
    buf_init(&out, 16);
    assert_true(feed(&p, head, &out));
    assert_true(p.body.n == 3 && p.body.size < 4096);
    http_parser_release(&p);
}

static void test_slices(void **state)
{
    static const struct str in =
        STR_INIT("POST /a?b HTTP/1.1\r\nHost: h\r\nEmpty:\r\nBlanks: \t a b \t\r\nLast: z\r\n\r\n");
    static const char *const fields[][2] = {{"Host", "h"}, {"Empty", ""}, {"Blanks", "a b"}, {"Last", "z"}};
    (void)state;
    struct http_parser p;
    http_parser_init(&p);
    size_t used;
    assert_int_equal(http_parser_feed(&p, in.p, in.n, &used), PARSE_DONE);
    assert_int_equal(p.verb, VERB_POST);
    check_str(p.target, STR("/a?b"));
    assert_int_equal(p.nfields, ARRAY_LEN(fields));
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        check_str(p.fields[i].name, str_of(fields[i][0]));
        check_str(p.fields[i].value, str_of(fields[i][1]));
        assert_non_null(p.fields[i].value.p);
    }
    http_parser_release(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_request_line),
        cmocka_unit_test(test_fields),
        cmocka_unit_test(test_framing),
        cmocka_unit_test(test_head_limit),
        cmocka_unit_test(test_field_limit),
        cmocka_unit_test(test_body_grows_as_it_comes),
        cmocka_unit_test(test_slices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
