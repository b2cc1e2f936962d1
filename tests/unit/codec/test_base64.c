// SPDX-License-Identifier: Apache-2.0
#include "codec/base64.h"

#include "check.h"
#include "guard.h"

static int setup(void **state)
{
    static struct arena arena;
    arena_init(&arena, 1 << 20);
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    arena_release(*state);
    return 0;
}

// RFC 4648 10, and the two characters in which the alphabets differ.
static const struct {
    struct str bytes, standard, url;
} vectors[] = {
    {STR_INIT(""), STR_INIT(""), STR_INIT("")},
    {STR_INIT("f"), STR_INIT("Zg"), STR_INIT("Zg")},
    {STR_INIT("fo"), STR_INIT("Zm8"), STR_INIT("Zm8")},
    {STR_INIT("foo"), STR_INIT("Zm9v"), STR_INIT("Zm9v")},
    {STR_INIT("foob"), STR_INIT("Zm9vYg"), STR_INIT("Zm9vYg")},
    {STR_INIT("fooba"), STR_INIT("Zm9vYmE"), STR_INIT("Zm9vYmE")},
    {STR_INIT("foobar"), STR_INIT("Zm9vYmFy"), STR_INIT("Zm9vYmFy")},
    {STR_INIT("\xfb\xff\xbf\0"), STR_INIT("+/+/AA"), STR_INIT("-_-_AA")},
};

static void test_encode(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        struct str in = guard_str(vectors[i].bytes);
        size_t n = base64_size(in.n);
        assert_int_equal(n, vectors[i].standard.n);
        char *out = guard_copy("????????", n); // writing a byte too many faults
        base64_encode((const uint8_t *)in.p, in.n, out);
        check_str(str_make(out, n), vectors[i].standard);
        base64url_encode((const uint8_t *)in.p, in.n, out);
        check_str(str_make(out, n), vectors[i].url);
    }
}

static void test_decode(void **state)
{
    struct str out;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        assert_int_equal(base64_decode(guard_str(vectors[i].standard), *state, &out), OK);
        check_str(out, vectors[i].bytes);
        struct str padding = str_upto(STR("=="), (4 - vectors[i].standard.n % 4) % 4);
        struct str padded = arena_printf(*state, "%.*s%.*s", STR_FMT(vectors[i].standard), STR_FMT(padding));
        assert_int_equal(base64_decode(guard_str(padded), *state, &out), OK);
        check_str(out, vectors[i].bytes);
    }
}

static void test_decode_refuses(void **state)
{
    static const struct str rows[] = {
        STR_INIT("Z"),      STR_INIT("Zm9vY"), STR_INIT("="),      STR_INIT("=="),       STR_INIT("===="),
        STR_INIT("Zg="),    STR_INIT("Zm8=="), STR_INIT("Zm9v="),  STR_INIT("Z==="),     STR_INIT("Zg==="),
        STR_INIT("Zg==Zg"), STR_INIT("Zm=v"),  STR_INIT("Zh"),     STR_INIT("Zh=="),     STR_INIT("Zm9"),
        STR_INIT("-_-_"),   STR_INIT("Zm 8"),  STR_INIT("Zm9v\n"), STR_INIT("Zm9v\0\0"), STR_INIT("Zm\xc3v"),
        STR_INIT("@@@@"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str out = STR("untouched");
        if (base64_decode(guard_str(rows[i]), *state, &out) != E_INVALID) fail_msg("row %zu was taken", i);
        check_str(out, STR("untouched"));
    }
}

static void test_all_bytes_come_back(void **state)
{
    uint8_t bytes[256];
    char text[400];
    struct str out;
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 7 + 3);
    for (size_t n = 0; n <= sizeof bytes; n++) {
        base64_encode(bytes, n, text);
        assert_int_equal(base64_decode(guard_str(str_make(text, base64_size(n))), *state, &out), OK);
        check_str(out, str_make((char *)bytes, n));
    }
}

static void test_full_arena(void **state)
{
    struct arena small;
    struct str out;
    (void)state;
    arena_init(&small, 2);
    assert_int_equal(base64_decode(STR("Zm9v"), &small, &out), E_LIMIT);
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_encode),         cmocka_unit_test(test_decode),
        cmocka_unit_test(test_decode_refuses), cmocka_unit_test(test_all_bytes_come_back),
        cmocka_unit_test(test_full_arena),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
