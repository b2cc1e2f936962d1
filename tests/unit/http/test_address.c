// SPDX-License-Identifier: Apache-2.0
#include "http/address.h"

#include "check.h"
#include "guard.h"

static void test_parse(void **state)
{
    static const struct {
        struct str text;
        const char *host;
        unsigned port;
    } rows[] = {
        {STR_INIT("127.0.0.1:4480"), "127.0.0.1", 4480},
        {STR_INIT("0.0.0.0:0"), "0.0.0.0", 0},
        {STR_INIT("localhost:65535"), "127.0.0.1", 65535},
        {STR_INIT("LocalHost:1"), "127.0.0.1", 1},
        {STR_INIT("*:80"), "0.0.0.0", 80},
        {STR_INIT("[::1]:4480"), "::1", 4480},
        {STR_INIT("[::]:0"), "::", 0},
        {STR_INIT("[::ffff:10.1.2.3]:9"), "10.1.2.3", 9},
        {STR_INIT("[fd00:1:2:3:4:5:6:7]:9"), "fd00:1:2:3:4:5:6:7", 9},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct address a;
        assert_int_equal(address_parse(guard_str(rows[i].text), &a), OK);
        char text[PEER_SIZE];
        address_text(&a, text);
        assert_string_equal(text, rows[i].host);
        assert_int_equal(address_port(&a), rows[i].port);
        address_set_port(&a, 7);
        assert_int_equal(address_port(&a), 7);
    }
}

static void test_refused(void **state)
{
    static const char *const rows[] = {
        "",
        ":",
        "80",
        "127.0.0.1",
        "127.0.0.1:",
        "127.0.0.1:65536",
        "1.2.3:80",
        "::1:80",
        "[::1]",
        "[::1]80",
        "[]:80",
        "[127.0.0.1]:80",
        "[::1:80",
        "::1]:80",
        "127.0.0.1:-1",
        "127.0.0.1:+1",
        "host.example:80",
        "127.0.0.1 :80",
        "127.0.0.1: 80",
        "256.0.0.1:1",
        "[0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000]:1",
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct address a;
        if (address_parse(guard_str(str_of(rows[i])), &a) != E_INVALID) fail_msg("taken: %s", rows[i]);
    }
    struct address a;
    assert_int_equal(address_parse(STR("127.0.0.1\0:80"), &a), E_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parse),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
