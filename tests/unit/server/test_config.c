// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "guard.h"
#include "server/options.h"

static enum status apply(struct options *o, enum command_bit mode, const char *text, struct object_problem *p)
{
    options_init(o, mode, false);
    enum status status = config_apply(guard_str(str_of(text)), o, p);
    return status ? status : options_check(o, p);
}

static void test_keys(void **state)
{
    struct options o;
    struct object_problem p;
    (void)state;
    enum status status = apply(&o, CMD_DEV,
                               "listen: { public: [ 'tcp://127.0.0.1:1' ] }\n"
                               "listen.admin: 127.0.0.1:2\n"
                               "store: { data: ':memory:', batch_max: 8 }\n"
                               "api_prefix: [ /api/, / ]\n"
                               "loops: 3\n"
                               "code_ttl: 60\n"
                               "json_arguments: true\n"
                               "token_prefix: [ hpt, xox ]\n"
                               "rate_limit: { oauth.v2.access: 600/min+0 }\n"
                               "log: { level: ~ }\n",
                               &p);
    if (status) fail_msg("%u: %s: %s", p.line, p.key, p.text);
    check_str(o.listen, STR("127.0.0.1:1"));
    check_str(o.admin, STR("127.0.0.1:2"));
    check_str(o.data, STR(""));
    check_str(o.api_prefixes, STR("/api/\n/"));
    assert_int_equal(o.batch_max, 8);
    assert_int_equal(o.loops, 3);
    assert_int_equal(o.settings.code_ttl, 60);
    assert_true(o.settings.json_arguments);
    assert_int_equal(o.settings.nstems, 2);
    assert_string_equal(o.settings.stems[0], "hpt");
    assert_int_equal(o.settings.nrates, 1);
    assert_int_equal(o.settings.rates[0].sustained, 600);
    options_release(&o);
}

static void test_problems(void **state)
{
    static const struct {
        enum command_bit mode;
        const char *text, *key, *nearest;
        unsigned line, column;
    } cases[] = {
        {CMD_DEV, "a: [", "", "", 2, 1},
        {CMD_DEV, "[]", "", "", 1, 1},
        {CMD_DEV, "\nlops: 1", "lops", "loops", 2, 1},
        {CMD_DEV, "listen:\n  pubic: 127.0.0.1:1", "listen.pubic", "listen.public", 2, 3},
        {CMD_DEV, "refresh_grase: 60", "refresh_grase", "refresh_grace", 1, 1},
        {CMD_DEV, "loops: many", "loops", "", 1, 8},
        {CMD_DEV, "loops: [ [ 1 ] ]", "loops", "", 1, 8},
        {CMD_DEV, "a: { b: { c: { d: { e: { f: 1 } } } } }", "", "", 0, 0},
        {CMD_DEV, "code_ttl: 601", "code_ttl", "", 1, 11},
        {CMD_DEV, "listen.admin: 0.0.0.0:1", "listen.admin", "", 1, 15},
        {CMD_DEV, "accept_risks: [ memori ]", "accept_risks", "memory", 1, 15},
        {CMD_SERVE, "loops: 1", "public_url", "", 0, 0},
        {CMD_SERVE, "public_url: https://a.test\nlisten.admin: 0.0.0.0:1", "listen.admin", "", 2, 15},
        {CMD_SERVE, "public_url: https://a.test\nlisten.public: '*:1'", "listen.public", "", 2, 16},
        {CMD_SERVE, "public_url: https://a.test\nlisten.public: '[::]:1'", "listen.public", "", 2, 16},
        {CMD_SERVE, "public_url: https://a.test\nexplain: safe", "explain", "", 2, 10},
        {CMD_SERVE, "public_url: https://a.test\nallow_http_redirects: loopback", "allow_http_redirects", "", 2, 23},
        {CMD_SERVE, "public_url: https://a.test\nallow_query_token: on", "allow_query_token", "", 2, 20},
        {CMD_SERVE, "public_url: https://a.test\noauth_ignore_token: on", "oauth_ignore_token", "", 2, 21},
        {CMD_SERVE, "public_url: https://a.test\ndeliver.to: anywhere", "deliver.to", "", 2, 13},
        {CMD_DEV, "deliver.to: nowhere", "deliver.to", "", 1, 13},
        {CMD_SERVE, "public_url: https://a.test\nstore.data: ':memory:'", "store.data", "", 2, 13},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct options o;
        struct object_problem p = {0};
        if (apply(&o, cases[i].mode, cases[i].text, &p) != E_INVALID) fail_msg("accepted: %s", cases[i].text);
        options_release(&o);
        bool at = (!cases[i].column && !cases[i].line) ||
                  (p.line == cases[i].line && (!cases[i].column || p.column == cases[i].column));
        bool key = !cases[i].key[0] || strcmp(p.key, cases[i].key) == 0;
        if (!at || !key || strcmp(p.nearest, cases[i].nearest) != 0 || !p.text[0])
            fail_msg("%s: %u:%u %s: %s, nearest %s", cases[i].text, p.line, p.column, p.key, p.text, p.nearest);
    }
}

static void test_accepted_risks(void **state)
{
    struct options o;
    struct object_problem p;
    (void)state;
    enum status status =
        apply(&o, CMD_SERVE,
              "public_url: https://a.test\nexplain: on\nallow_query_token: on\nstore.data: ':memory:'\n"
              "listen.public: '*:1'\ndeliver.to: anywhere\n"
              "accept_risks: [ explain, allow_query_token, memory, plain_http, deliver_anywhere ]",
              &p);
    if (status) fail_msg("%s: %s", p.key, p.text);
    assert_true(o.deliver_anywhere);
    options_release(&o);
    assert_int_equal(apply(&o, CMD_SERVE, "public_url: https://a.test\nlisten.public: '[::1]:1'", &p), OK);
    options_release(&o);
    assert_int_equal(apply(&o, CMD_SERVE, "public_url: https://a.test\nlisten.public: 127.5.5.5:1", &p), OK);
    assert_false(o.deliver_anywhere);
    options_release(&o);
}

static void test_environment(void **state)
{
    char *good[] = {"PATH=/bin",
                    "HALLPASS_STORE_BATCH_MAX=9",
                    "HALLPASS_CODE_TTL=5",
                    "HALLPASS_UNHEARD_OF=1",
                    "HALLPASS_API_PREFIX=/a/,/b/",
                    "HALLPASS_REFRESH_GRACE_REUSES=7",
                    NULL};
    char *bad[] = {"HALLPASS_LOOPS=0", NULL};
    struct options o;
    struct object_problem p;
    (void)state;
    options_init(&o, CMD_DEV, false);
    assert_int_equal(environment_apply(good, &o, &p), OK);
    assert_int_equal(o.batch_max, 9);
    assert_int_equal(o.settings.code_ttl, 5);
    check_str(o.api_prefixes, STR("/a/\n/b/"));
    assert_int_equal(environment_apply(bad, &o, &p), E_INVALID);
    assert_string_equal(p.key, "HALLPASS_LOOPS");
    assert_string_equal(p.text, "must be 1 to 64");
    options_release(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_keys), cmocka_unit_test(test_problems),
                                       cmocka_unit_test(test_accepted_risks), cmocka_unit_test(test_environment)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
