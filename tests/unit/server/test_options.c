// SPDX-License-Identifier: Apache-2.0
#include <ctype.h>

#include "check.h"
#include "server/options.h"

static void test_every_row_can_be_reached(void **state)
{
    size_t n;
    const struct option *rows = options_rows(&n);
    (void)state;
    for (size_t i = 0; i < n; i++) {
        assert_true(rows[i].key || rows[i].flag);
        assert_true(!rows[i].flag || rows[i].commands);
        if (rows[i].key) assert_ptr_equal(option_by_key(str_of(rows[i].key)), &rows[i]);
        if (rows[i].flag) assert_ptr_equal(option_by_flag(str_of(rows[i].flag), rows[i].commands), &rows[i]);
    }
    assert_null(option_by_flag(STR("--seed"), CMD_SERVE));
    assert_null(option_by_key(STR("listen")));
    assert_null(option_by_key((struct str){NULL, 0}));
}

static void variable_of(const char *key, char out[64])
{
    size_t n = 0;
    for (; key[n] && n < 63; n++) out[n] = (char)(key[n] == '.' ? '_' : toupper((unsigned char)key[n]));
    out[n] = '\0';
}

// operations.md 2: no two keys have the same variable.
static void test_no_two_keys_share_a_variable(void **state)
{
    char names[128][64];
    size_t n, m, count = 0;
    const struct option *rows = options_rows(&n);
    const struct setting_key *settings = setting_keys(&m);
    (void)state;
    for (size_t i = 0; i < n; i++)
        if (rows[i].key) variable_of(rows[i].key, names[count++]);
    for (size_t i = 0; i < m; i++) variable_of(settings[i].key, names[count++]);
    assert_true(count > n / 2 + m && count < ARRAY_LEN(names));
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++) assert_string_not_equal(names[i], names[k]);
}

static void test_values(void **state)
{
    static const struct {
        const char *key, *value;
        bool good;
    } cases[] = {
        {"listen.public", "127.0.0.1:0", true},
        {"listen.public", "tcp://127.0.0.1:80", true},
        {"listen.public", "tls://127.0.0.1:80", false},
        {"listen.public", "127.0.0.1", false},
        {"listen.admin", "[::1]:4481", true},
        {"listen.admin", "example.com:80", false},
        {"loops", "64", true},
        {"loops", "65", false},
        {"loops", "0", false},
        {"loops", "2x", false},
        {"store.batch_max", "256", true},
        {"store.batch_max", "257", false},
        {"limits.connections", "20000", true},
        {"limits.connections", "20001", false},
        {"log.level", "debug", true},
        {"log.level", "loud", false},
        {"log.format", "json", true},
        {"log.format", "xml", false},
        {"public_url", "https://a.example.test", true},
        {"public_url", "http://127.0.0.1:80", true},
        {"public_url", "https://a.example.test/", false},
        {"public_url", "https://", false},
        {"public_url", "ftp://a", false},
        {"api_prefix", "/api/", true},
        {"api_prefix", "/", true},
        {"api_prefix", "/api/ /", true},
        {"api_prefix", "/api", false},
        {"api_prefix", "api/", false},
        {"api_prefix", "/a//b/", false},
        {"api_prefix", "/a b/", false},
        {"api_prefix", "", false},
        {"store.url", "postgresql://x", true},
        {"store.url", "mysql://x", false},
        {"store.data", "", false},
        {"store.data", "x", true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct options o;
        options_init(&o, CMD_DEV, false);
        bool good = !option_by_key(str_of(cases[i].key))->set(&o, str_of(cases[i].value));
        options_release(&o);
        if (good != cases[i].good) fail_msg("%s = %s", cases[i].key, cases[i].value);
    }
}

static void test_flags(void **state)
{
    static const struct {
        const char *flag, *value;
        bool good;
    } cases[] = {
        {"--seed", "0", true},
        {"--seed", "42", true},
        {"--seed", "-1", false},
        {"--auto-approve", "", true},
        {"--auto-approve", "U04R7GH2S1M", true},
        {"--auto-approve", "U04R7GH2S1M,T04QX81RB9C", true},
        {"--auto-approve", "U04R7GH2S1M,", false},
        {"--auto-approve", "T04QX81RB9C", false},
        {"--auto-approve", "U04R7GH2S1MU04R7GH2S1MU04R7GH2S1M", false},
        {"--base-path", "/w/x", true},
        {"--base-path", "w", false},
        {"--base-path", "/w?x", false},
        {"--base-path", "/", true},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct options o;
        options_init(&o, CMD_DEV, false);
        bool good = !option_by_flag(str_of(cases[i].flag), CMD_DEV)->set(&o, str_of(cases[i].value));
        options_release(&o);
        if (good != cases[i].good) fail_msg("%s %s", cases[i].flag, cases[i].value);
    }
}

static void test_modes_differ(void **state)
{
    struct options dev, strict, serve;
    (void)state;
    options_init(&dev, CMD_DEV, false);
    options_init(&strict, CMD_DEV, true);
    options_init(&serve, CMD_SERVE, false);
    assert_int_equal(dev.data.n, 0);
    check_str(serve.data, STR("/var/lib/hallpass"));
    assert_int_equal(dev.settings.explain, EXPLAIN_ON);
    assert_int_equal(strict.settings.explain, EXPLAIN_OFF);
    assert_int_equal(serve.settings.explain, EXPLAIN_OFF);
    assert_int_equal(dev.settings.allow_http_redirects, HTTP_REDIRECTS_LOOPBACK);
    assert_int_equal(serve.settings.allow_http_redirects, HTTP_REDIRECTS_OFF);
    options_release(&dev);
    options_release(&strict);
    options_release(&serve);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_row_can_be_reached), cmocka_unit_test(test_no_two_keys_share_a_variable),
        cmocka_unit_test(test_values), cmocka_unit_test(test_flags), cmocka_unit_test(test_modes_differ)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
