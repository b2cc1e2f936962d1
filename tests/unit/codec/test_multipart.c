// SPDX-License-Identifier: Apache-2.0
#include "codec/multipart.h"

#include "base/buf.h"
#include "check.h"
#include "guard.h"

static int setup(void **state)
{
    static struct arena arena;
    arena_init(&arena, LIMIT_ARENA);
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    arena_release(*state);
    return 0;
}

#define CD     "Content-Disposition: form-data; "
#define PART_A "--B\r\n" CD "name=\"a\"\r\n\r\n1\r\n"

static void test_good(void **state)
{
    static const struct {
        struct str body;
        size_t n;
        struct arg args[2];
    } rows[] = {
        {STR_INIT("--B--"), 0, {{.file = false}}},
        {STR_INIT("--B--\r\n"), 0, {{.file = false}}},
        {STR_INIT(PART_A "--B--\r\n"), 1, {{.name = STR_INIT("a"), .value = STR_INIT("1")}}},
        {STR_INIT("preamble\r\n" PART_A "--B-- \t\r\nepilogue --B"),
         1,
         {{.name = STR_INIT("a"), .value = STR_INIT("1")}}},
        {STR_INIT("\r\n" PART_A "--B--"), 1, {{.name = STR_INIT("a"), .value = STR_INIT("1")}}},
        {STR_INIT(PART_A "--B \t\r\n" CD "name=b\r\n\r\n\r\n--B--"),
         2,
         {{.name = STR_INIT("a"), .value = STR_INIT("1")}, {.name = STR_INIT("b"), .value = STR_INIT("")}}},
        {STR_INIT("--B\r\ncontent-type: text/plain; charset=x\r\nCONTENT-DISPOSITION:FORM-DATA ; NAME = \"a\" "
                  ";\r\n\r\n\0\r\n-\r\n--\r\n--B--"),
         1,
         {{.name = STR_INIT("a"), .value = STR_INIT("\0\r\n-\r\n--")}}},
        {STR_INIT("--B\r\n" CD "name=\"f\"; filename=\"x;\\\".png\"\r\nContent-Type: image/png\r\n\r\nPNG\r\n--B--"),
         1,
         {{.name = STR_INIT("f"), .value = STR_INIT("PNG"), .file = true}}},
        {STR_INIT("--B\r\n" CD "filename*=utf-8''x; name=\"f\"\r\n\r\nPNG\r\n--B--"),
         1,
         {{.name = STR_INIT("f"), .value = STR_INIT("PNG"), .file = true}}},
        {STR_INIT("--B\r\n" CD "name=\"f\"; filename=\"\"\r\n\r\n\r\n--B--"),
         1,
         {{.name = STR_INIT("f"), .value = STR_INIT(""), .file = true}}},
        {STR_INIT("--B\r\n" CD "name=\"\"\r\n\r\nx\r\n--B--"),
         0,
         {{.file = false}}}, // an empty name is a name, and is dropped
        {STR_INIT("--B\r\n" CD "name=\"a[]\"\r\n\r\nx\r\n--B--"),
         1,
         {{.name = STR_INIT("a[]"), .value = STR_INIT("x")}}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct args a = {0};
        if (multipart_parse(guard_str(rows[i].body), STR("B"), *state, &a)) fail_msg("row %zu was refused", i);
        assert_int_equal(a.n, rows[i].n);
        for (size_t k = 0; k < a.n; k++) {
            check_str(a.v[k].name, rows[i].args[k].name);
            check_str(a.v[k].value, rows[i].args[k].value);
            assert_int_equal(a.v[k].file, rows[i].args[k].file);
            assert_int_equal(a.v[k].source, ARG_BODY);
        }
    }
}

// contract envelope.md 3 row 6
static void test_bad(void **state)
{
    static const struct str rows[] = {
        STR_INIT(""),
        STR_INIT("a=1"),
        STR_INIT("--B"),
        STR_INIT("--B\r\n"),
        STR_INIT("--B-"),
        STR_INIT("--B-\r\n"),
        STR_INIT("--B--x"),
        STR_INIT("x--B--"),
        STR_INIT(PART_A),
        STR_INIT(PART_A "--B"),
        STR_INIT(PART_A "--B\r\n"),
        STR_INIT(PART_A "--B-"),
        STR_INIT(PART_A "--Bx\r\n" CD "name=\"b\"\r\n\r\n2\r\n--B--"),
        STR_INIT("--B\n" CD "name=\"a\"\n\n1\n--B--\n"),
        STR_INIT("--B\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\nContent-Type: text/plain\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "filename=\"x\"\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "name=\"a\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "name=\"a\\\"\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "name=\"a\"x\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "name=\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "name\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "=\"a\"\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "name=\"a\"; name=\"b\"\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "name=\"a\"\r\n" CD "name=\"b\"\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "filename=b\r\n" CD "name=a\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "name=a b\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "name=\"a\0b\"\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "\r\n name=\"a\"\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\nno colon\r\n" CD "name=\"a\"\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n: empty\r\n" CD "name=\"a\"\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n--B: x\r\n" CD "name=\"a\"\r\n\r\n1\r\n--B--"),
        STR_INIT("--B\r\n" CD "name=\"a\"\r\n\r\n--B--"),
        STR_INIT("--B\r\n" CD "name=\"a\""),
        STR_INIT("--B\r\n" CD "name=\"a"),
        STR_INIT("--B\r\n" CD "name=\"a\\"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct args a = {0};
        if (multipart_parse(guard_str(rows[i]), STR("B"), *state, &a) != E_INVALID) fail_msg("row %zu was taken", i);
    }
}

static void test_boundaries(void **state)
{
    char longest[71];
    struct args a = {0};
    memset(longest, 'b', sizeof longest);
    static const struct str bad[] = {STR_INIT(""),    STR_INIT("a "),       STR_INIT("a\r\n"), STR_INIT("a\"b"),
                                     STR_INIT("a;b"), STR_INIT("\xc3\xa9"), STR_INIT("a\0")};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct str body = arena_printf(*state, "--%.*s--", STR_FMT(bad[i]));
        if (multipart_parse(body, bad[i], *state, &a) != E_INVALID) fail_msg("row %zu was taken", i);
    }
    struct str body = arena_printf(*state, "--%.70s--", longest);
    assert_int_equal(multipart_parse(body, str_make(longest, 70), *state, &a), OK);
    body = arena_printf(*state, "--%.71s--", longest);
    assert_int_equal(multipart_parse(body, str_make(longest, 71), *state, &a), E_INVALID);
    assert_int_equal(multipart_parse(STR("--'()+_,-./:=? x--"), STR("'()+_,-./:=? x"), *state, &a), OK);
}

static void test_limits(void **state)
{
    struct args a = {0};
    struct arena small;
    struct buf b;
    buf_init(&b, LIMIT_BODY);
    for (int i = 0; i <= LIMIT_ARGS; i++) buf_z(&b, PART_A);
    buf_z(&b, "--B--");
    assert_int_equal(multipart_parse(buf_view(&b), STR("B"), *state, &a), OK);
    assert_true(a.overflow);
    arena_init(&small, 50);
    a = (struct args){0};
    assert_int_equal(multipart_parse(STR(PART_A "--B--"), STR("B"), &small, &a), E_LIMIT);
    arena_release(&small);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
        cmocka_unit_test(test_boundaries),
        cmocka_unit_test(test_limits),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
