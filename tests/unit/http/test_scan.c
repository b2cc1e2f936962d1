// SPDX-License-Identifier: Apache-2.0
#include "http/scan.h"

#include "check.h"
#include "guard.h"

// In pieces of `step` bytes. *end is where the block ended, or where it was refused by then.
static enum scan_result scan_pieces(struct str s, bool trailer, size_t step, size_t *end)
{
    struct scan scan;
    (trailer ? scan_init_trailer : scan_init_head)(&scan);
    enum scan_result r = SCAN_MORE;
    for (*end = 0; *end < s.n && r == SCAN_MORE;) {
        struct str piece = guard_str(str_upto(str_from(s, *end), step));
        size_t used = piece.n;
        r = scan_feed(&scan, piece.p, piece.n, &used);
        *end += used;
    }
    return r;
}

static void check_rows(const struct str *rows, size_t n, bool trailer, enum scan_result wanted)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t step = 1; step <= rows[i].n; step++) {
            size_t end;
            enum scan_result r = scan_pieces(rows[i], trailer, step, &end);
            if (r != wanted) fail_msg("row %zu in steps of %zu: %d", i, step, (int)r);
            if (r == SCAN_END && trailer) assert_int_equal(end, rows[i].n);
        }
    }
}

static void test_end(void **state)
{
    static const struct str heads[] = {
        STR_INIT("GET / HTTP/1.1\r\n\r\n"),
        STR_INIT("GET / HTTP/1.1\r\nA: b\r\nC:\td\r\n\r\n"),
        STR_INIT("\r\nGET / HTTP/1.1\r\n\r\n"),
        STR_INIT("0123456789abcdef0123456789abcdef\xC3\xA4\xFF\x80 ~\r\n\r\n"),
    };
    static const struct str trailers[] = {STR_INIT("\r\n"), STR_INIT("A: b\r\n\r\n")};
    (void)state;
    check_rows(heads, ARRAY_LEN(heads), false, SCAN_END);
    check_rows(trailers, ARRAY_LEN(trailers), true, SCAN_END);
}

static void test_bytes_after_the_end_stay(void **state)
{
    (void)state;
    struct scan scan;
    scan_init_head(&scan);
    size_t used;
    assert_int_equal(scan_feed(&scan, "A\r\n\r\nB\n", 7, &used), SCAN_END);
    assert_int_equal(used, 5);
}

static void test_more(void **state)
{
    static const struct str rows[] = {
        STR_INIT("G"),    STR_INIT("GET / HTTP/1.1\r"), STR_INIT("GET / HTTP/1.1\r\n"), STR_INIT("A\r\n\r"),
        STR_INIT("\r\n"),
    };
    (void)state;
    check_rows(rows, ARRAY_LEN(rows), false, SCAN_MORE);
}

static void test_bad(void **state)
{
    static const struct str rows[] = {
        STR_INIT("GET / HTTP/1.1\n"),
        STR_INIT("GET / HTTP/1.1\r\nA: b\n"),
        STR_INIT("GET / HTTP/1.1\r\nA: b\r\n\n"),
        STR_INIT("GET / HTTP/1.1\r\nA: b\rc"),
        STR_INIT("GET / HTTP/1.1\r\n b"),
        STR_INIT("GET / HTTP/1.1\r\nA: b\r\n c"),
        STR_INIT("GET / HTTP/1.1\r\nA: b\r\n\tc"),
        STR_INIT("GET / HTTP/1.1\r\nA: \0"),
        STR_INIT("GET / HTTP/1.1\r\nA: 0123456789\x7F"),
        STR_INIT("GET / HTTP/1.1\r\nA: 0123456789abcdef\x1B"),
        STR_INIT(" GET"),
        STR_INIT("\tGET"),
        STR_INIT("\nGET"),
        STR_INIT("\r\n\r"),
        STR_INIT("\r\n\n"),
        STR_INIT("\x16\x03\x01"),
    };
    (void)state;
    check_rows(rows, ARRAY_LEN(rows), false, SCAN_BAD);
}

// Every byte at every place of a word, for the eight-at-a-time search.
static void test_each_byte_in_each_lane(void **state)
{
    (void)state;
    for (unsigned at = 0; at < 16; at++) {
        for (unsigned b = 0; b < 256; b++) {
            char line[24];
            memset(line, 'x', sizeof line);
            line[1 + at] = (char)b;
            struct scan scan;
            scan_init_head(&scan);
            size_t used;
            enum scan_result r = scan_feed(&scan, line, sizeof line, &used);
            bool good = (b >= 0x20 && b != 0x7F) || b == '\t';
            if ((r == SCAN_MORE) != good) fail_msg("byte %u at %u", b, at);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_end), cmocka_unit_test(test_bytes_after_the_end_stay), cmocka_unit_test(test_more),
        cmocka_unit_test(test_bad), cmocka_unit_test(test_each_byte_in_each_lane),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
