// SPDX-License-Identifier: Apache-2.0
#include "codec/html.h"

#include "check.h"
#include "guard.h"

static void test_escape(void **state)
{
    static const struct {
        struct str in, out;
    } rows[] = {
        {STR_INIT(""), STR_INIT("")},
        {STR_INIT("plain text ~"), STR_INIT("plain text ~")},
        {STR_INIT("<a href=\"x\">&'"), STR_INIT("&lt;a href=&quot;x&quot;&gt;&amp;&#39;")},
        {STR_INIT("&amp;"), STR_INIT("&amp;amp;")},
        {STR_INIT("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"), STR_INIT("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80")},
        {STR_INIT("\xe2\x80\xaa"
                  "123"),
         STR_INIT("[U+202A]123")},
        {STR_INIT("a\xe2\x80\x8b"
                  "b\xe2\x80\x8f\xef\xbb\xbf\xc2\xad"),
         STR_INIT("a[U+200B]b[U+200F][U+FEFF][U+00AD]")},
        {STR_INIT("\xe2\x81\xa6\xe2\x81\xaf\xe2\x80\xa8"), STR_INIT("[U+2066][U+206F][U+2028]")},
        {STR_INIT("\xf3\xa0\x81\x81"), STR_INIT("[U+E0041]")}, // a tag letter
        {STR_INIT("a\0\r\n\t\x1b\x7f"), STR_INIT("a[U+0000][U+000D][U+000A][U+0009][U+001B][U+007F]")},
        {STR_INIT("\xc2\x85"), STR_INIT("[U+0085]")},
        {STR_INIT("\x80<\xff"), STR_INIT("[0x80]&lt;[0xFF]")},
        {STR_INIT("\xe2\x82"), STR_INIT("[0xE2][0x82]")},      // cut off
        {STR_INIT("\xc0\xbc"), STR_INIT("[0xC0][0xBC]")},      // overlong '<'
        {STR_INIT("\xe2\x82<"), STR_INIT("[0xE2][0x82]&lt;")}, // nothing hides behind a bad sequence
        {STR_INIT("\xe2\x80\x90"), STR_INIT("\xe2\x80\x90")},  // a hyphen can be seen
        {STR_INIT("\xef\xb8\x8f"), STR_INIT("\xef\xb8\x8f")},  // so can what a variation selector chooses
    };
    struct buf b;
    (void)state;
    buf_init(&b, 1000);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        buf_clear(&b);
        html_escape(&b, guard_str(rows[i].in));
        check_str(buf_view(&b), rows[i].out);
    }
    buf_release(&b);
}

// Whatever the bytes: nothing comes out that could end a text or an attribute.
static void test_no_byte_breaks_out(void **state)
{
    struct buf b;
    (void)state;
    buf_init(&b, 1000);
    for (int hi = 0; hi < 256; hi++)
        for (int lo = 0; lo < 256; lo++) {
            char in[] = {(char)hi, (char)lo};
            buf_clear(&b);
            html_escape(&b, str_make(in, 2));
            for (const char *c = "<>\"'"; *c; c++) assert_int_equal(str_find(buf_view(&b), *c), b.n);
        }
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_escape),
        cmocka_unit_test(test_no_byte_breaks_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
