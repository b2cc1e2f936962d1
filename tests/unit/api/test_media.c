// SPDX-License-Identifier: Apache-2.0
#include "api/media.h"
#include "check.h"
#include "guard.h"

static void test_media(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        enum media_type type;
        enum media_charset charset;
        const char *boundary;
    } rows[] = {
        {"", MEDIA_NONE, CHARSET_NONE, NULL},
        {"  ", MEDIA_NONE, CHARSET_NONE, NULL},
        {"application/x-www-form-urlencoded", MEDIA_FORM, CHARSET_NONE, NULL},
        {"Application/X-WWW-Form-URLencoded;charset=UTF-8", MEDIA_FORM, CHARSET_UTF8, NULL},
        {"application/x-www-form-urlencoded; charset=\"ISO-8859-1\"", MEDIA_FORM, CHARSET_LATIN1, NULL},
        {"application/json ; Charset = utf-8", MEDIA_JSON, CHARSET_UTF8, NULL},
        {"application/json; charset=utf-16", MEDIA_JSON, CHARSET_OTHER, NULL},
        {"application/json; charset=", MEDIA_JSON, CHARSET_OTHER, NULL},
        {"text/plain; format=flowed; charset=utf-8", MEDIA_TEXT, CHARSET_UTF8, NULL},
        {"text/plain;format=\"a;charset=latin9\"", MEDIA_TEXT, CHARSET_NONE, NULL},
        {"text/xml; charset=latin9", MEDIA_OTHER, CHARSET_OTHER, NULL},
        {"multipart/form-data; boundary=b", MEDIA_MULTIPART, CHARSET_NONE, "b"},
        {"multipart/form-data; boundary=\"a\\\"b\"; charset=utf-8", MEDIA_MULTIPART, CHARSET_UTF8, "a\"b"},
        {"multipart/form-data; boundary=\"unclosed", MEDIA_MULTIPART, CHARSET_NONE, "unclosed"},
        {"multipart/form-data; boundary=\"ends in \\", MEDIA_MULTIPART, CHARSET_NONE, "ends in \\"},
        {"multipart/form-data;;;boundary", MEDIA_MULTIPART, CHARSET_NONE, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena;
        struct media m;
        arena_init(&arena, 4096);
        media_parse(guard_str(str_of(rows[i].header)), &arena, &m);
        assert_int_equal(m.type, rows[i].type);
        assert_int_equal(m.charset, rows[i].charset);
        if (rows[i].boundary)
            check_str(m.boundary, str_of(rows[i].boundary));
        else
            assert_null(m.boundary.p);
        arena_release(&arena);
    }
}

static void test_arena_full(void **state)
{
    (void)state;
    struct arena arena;
    struct media m;
    arena_init(&arena, 1);
    media_parse(STR("multipart/form-data; boundary=\"long enough\""), &arena, &m);
    assert_int_equal(m.type, MEDIA_MULTIPART);
    assert_null(m.boundary.p);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_media), cmocka_unit_test(test_arena_full)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
