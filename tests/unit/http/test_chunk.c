// SPDX-License-Identifier: Apache-2.0
#include "http/chunk.h"

#include "base/limits.h"
#include "check.h"
#include "guard.h"

enum { CAP = 20 };

static enum chunk_result decode(struct str s, size_t step, struct buf *body, size_t *used)
{
    struct chunk c;
    chunk_init(&c);
    buf_clear(body);
    enum chunk_result r = CHUNK_MORE;
    for (*used = 0; *used < s.n && r == CHUNK_MORE;) {
        struct str piece = guard_str(str_upto(str_from(s, *used), step));
        size_t n;
        r = chunk_feed(&c, piece.p, piece.n, body, &n);
        *used += n;
    }
    return r;
}

static void test_rows(void **state)
{
    static const struct {
        struct str in;
        enum chunk_result wanted;
        struct str body;
    } rows[] = {
        {STR_INIT("0\r\n\r\n"), CHUNK_END, STR_INIT("")},
        {STR_INIT("5\r\nhello\r\n0\r\n\r\n"), CHUNK_END, STR_INIT("hello")},
        {STR_INIT("1\r\na\r\n2\r\nbc\r\n000\r\n\r\n"), CHUNK_END, STR_INIT("abc")},
        {STR_INIT("A\r\n0123456789\r\na\r\n0123456789\r\n0\r\n\r\n"), CHUNK_END, STR_INIT("01234567890123456789")},
        {STR_INIT("2;x=\"y\";\tz\r\n\r\n\r\n0;last\r\n\r\n"), CHUNK_END, STR_INIT("\r\n")},
        {STR_INIT("0\r\nX-Sum: 1\r\nY:\r\n\r\n"), CHUNK_END, STR_INIT("")},
        {STR_INIT("5\r\nhel"), CHUNK_MORE, STR_INIT("hel")},
        {STR_INIT("0\r\n"), CHUNK_MORE, STR_INIT("")},
        {STR_INIT("0\r\nX: y\r\n"), CHUNK_MORE, STR_INIT("")},
        {STR_INIT("\r\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("g\r\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("-1\r\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("+1\r\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("0x1\r\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT(" 1\r\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("1 \r\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("1\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("1\r\r"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT(";x\r\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("1;x\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("1;\0"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("1;x\rb"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("1\r\nab"), CHUNK_BAD, STR_INIT("a")},
        {STR_INIT("1\r\na\n"), CHUNK_BAD, STR_INIT("a")},
        {STR_INIT("1\r\na\rb"), CHUNK_BAD, STR_INIT("a")},
        {STR_INIT("0\r\nX: y\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("0\r\nX: y\r\n z"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("0000000000000001\r\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("ffffffffffffffff\r\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("7fffffffffffffff\r\n"), CHUNK_BAD, STR_INIT("")},
        {STR_INIT("80000000\r\n"), CHUNK_BODY_LIMIT, STR_INIT("")},
        {STR_INIT("15\r\n"), CHUNK_BODY_LIMIT, STR_INIT("")},
        {STR_INIT("a\r\n0123456789\r\nb\r\n"), CHUNK_BODY_LIMIT, STR_INIT("0123456789")},
    };
    (void)state;
    struct buf body;
    buf_init(&body, CAP);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (size_t step = 1; step <= rows[i].in.n; step++) {
            size_t used;
            enum chunk_result r = decode(rows[i].in, step, &body, &used);
            if (r != rows[i].wanted) fail_msg("row %zu in steps of %zu: %d", i, step, (int)r);
            check_str(buf_view(&body), rows[i].body);
            if (r == CHUNK_END) assert_int_equal(used, rows[i].in.n);
        }
    }
    buf_release(&body);
}

// Unlimited extensions would be a body that no body limit sees.
static void test_extra_limit(void **state)
{
    static const struct {
        const char *start, *unit;
    } rows[] = {{"1;", "x"}, {"0\r\n", "A: b\r\n"}, {"", "1;xxxxxxxx\r\na\r\n"}};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf in, body;
        buf_init(&in, 8 * LIMIT_HEAD);
        buf_init(&body, LIMIT_BODY);
        buf_z(&in, rows[i].start);
        while (in.n < 3 * LIMIT_HEAD) buf_z(&in, rows[i].unit);
        size_t used;
        assert_int_equal(decode(buf_view(&in), 1000, &body, &used), CHUNK_EXTRA_LIMIT);
        buf_release(&in);
        buf_release(&body);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_extra_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
