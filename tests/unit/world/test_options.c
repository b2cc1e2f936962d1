// SPDX-License-Identifier: Apache-2.0
#include "world/options.h"

#include <pthread.h>

#include "base/limits.h"
#include "check.h"
#include "codec/jsonin.h"
#include "guard.h"

static struct settings serve(void)
{
    struct settings s;
    settings_defaults(&s, false, false);
    return s;
}

static enum status set(struct settings *s, const char *name, const char *value, char problem[160])
{
    struct settings defaults = serve();
    struct str text = guard_str(str_of(value));
    problem[0] = '\0';
    return settings_set(s, guard_str(str_of(name)), value ? &text : NULL, &defaults, problem);
}

// contract README.md, "Settings named in this folder".
static void defaults_are_the_contracts(void **state)
{
    (void)state;
    struct settings s = serve();
    assert_false(s.redirect_uri_lenient || s.json_arguments || s.array_arg_error || s.pkce_strict);
    assert_false(s.oauth_ignore_token || s.allow_query_token || s.discovery_pkce || s.rate_off);
    assert_int_equal(s.explain, EXPLAIN_OFF);
    assert_int_equal(s.allow_http_redirects, HTTP_REDIRECTS_OFF);
    assert_int_equal(s.code_ttl, 600);
    assert_int_equal(s.access_token_ttl, 43200);
    assert_int_equal(s.refresh_grace, 60);
    assert_int_equal(s.refresh_grace_reuses, 5);
    assert_int_equal(s.read_timeout, 30);
    assert_int_equal(s.nrates, 0);
    assert_int_equal(s.nstems, 1);
    assert_string_equal(s.stems[0], "xox");
    assert_true(s.revoke_public);
}

static void development_explains_unless_strict(void **state)
{
    (void)state;
    struct settings s;
    settings_defaults(&s, true, false);
    assert_int_equal(s.explain, EXPLAIN_ON);
    assert_int_equal(s.allow_http_redirects, HTTP_REDIRECTS_LOOPBACK);
    assert_false(s.revoke_public);
    settings_defaults(&s, true, true);
    assert_int_equal(s.explain, EXPLAIN_OFF);
}

static const struct {
    const char *name, *value;
    bool good;
} values[] = {
    {"redirect_uri_lenient", "on", true},
    {"redirect_uri_lenient", "off", true},
    {"redirect_uri_lenient", "true", true},
    {"redirect_uri_lenient", "ON", false},
    {"redirect_uri_lenient", "", false},
    {"redirect_uri_lenient", "1", false},
    {"json_arguments", "on", true},
    {"array_arg_error", "on", true},
    {"pkce_strict", "on", true},
    {"oauth_ignore_token", "on", true},
    {"allow_query_token", "on", true},
    {"discovery_pkce", "on", true},
    {"explain", "safe", true},
    {"explain", "full", true},
    {"explain", "loud", false},
    {"allow_http_redirects", "loopback", true},
    {"allow_http_redirects", "on", true},
    {"allow_http_redirects", "localhost", false},
    // May only be shortened (operations.md 2).
    {"code_ttl", "1", true},
    {"code_ttl", "600", true},
    {"code_ttl", "0", false},
    {"code_ttl", "601", false},
    {"code_ttl", "-1", false},
    {"code_ttl", "10s", false},
    {"code_ttl", "18446744073709551617", false},
    // At 7200 or less SDKs would refresh on each call (experience.md 2).
    {"access_token_ttl", "7200", false},
    {"access_token_ttl", "7201", true},
    {"access_token_ttl", "2147483", true},
    {"access_token_ttl", "2147484", false},
    {"refresh_grace", "0", true},
    {"refresh_grace", "86401", false},
    {"refresh.grace_reuses", "0", true},
    {"refresh.on_reuse", "revoke", true},
    {"refresh.on_reuse", "true", false},
    {"code.on_replay", "refuse", true},
    {"code.on_replay", "on", false},
    {"read_timeout", "1", true},
    {"read_timeout", "3600", true},
    {"read_timeout", "0", false},
    {"read_timeout", "3601", false},
    // formats.md 3.5
    {"token_prefix", "xox", true},
    {"token_prefix", "hpt", true},
    {"token_prefix", "hpt xox", true},
    {"token_prefix", "  hpt   xox ", true},
    {"token_prefix", "ab", true},
    {"token_prefix", "abcdefgh", true},
    {"token_prefix", "a", false},
    {"token_prefix", "abcdefghi", false},
    {"token_prefix", "1ab", false},
    {"token_prefix", "Hpt", false},
    {"token_prefix", "h-t", false},
    {"token_prefix", "hpx", false},
    {"token_prefix", "axoxb", false},
    {"token_prefix", "", false},
    {"token_prefix", " ", false},
    {"token_prefix", "aa ab ac ad ae af ag ah", true},
    {"token_prefix", "aa ab ac ad ae af ag ah ai", false},
    {"rate_limit", "off", true},
    {"rate_limit", "on", true},
    {"rate_limit", "100", false},
    // envelope.md 8
    {"rate_limit.oauth.v2.access", "600/min+0", true},
    {"rate_limit.auth.test", "1/min+1", true},
    {"rate_limit.auth.test", "0/min+5", false},
    {"rate_limit.auth.test", "600", false},
    {"rate_limit.auth.test", "600/min", false},
    {"rate_limit.auth.test", "600/s+0", false},
    {"rate_limit.auth.test", "600/min+", false},
    {"rate_limit.auth.test", "600/min+0 ", false},
    {"rate_limit.auth.test", "1000001/min+0", false},
    {"rate_limit.", "600/min+0", false},
    {"rate_limit.a.method.whose.name.is.longer.than.any.that.could.ever.be.served", "600/min+0", false},
};

static void values_are_checked(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        char problem[160];
        struct settings s = serve(), before = s;
        enum status status = set(&s, values[i].name, values[i].value, problem);
        if ((status == OK) != values[i].good) fail_msg("%s = \"%s\": %d", values[i].name, values[i].value, status);
        if (status == OK) continue;
        assert_int_equal(status, E_INVALID);
        assert_string_not_equal(problem, "");
        assert_memory_equal(&s, &before, sizeof s);
    }
}

static void values_arrive(void **state)
{
    (void)state;
    char problem[160];
    struct settings s = serve();
    assert_int_equal(set(&s, "redirect_uri_lenient", "on", problem), OK);
    assert_int_equal(set(&s, "explain", "full", problem), OK);
    assert_int_equal(set(&s, "allow_http_redirects", "loopback", problem), OK);
    assert_int_equal(set(&s, "code_ttl", "7", problem), OK);
    assert_int_equal(set(&s, "refresh.grace_reuses", "9", problem), OK);
    assert_int_equal(set(&s, "code.on_replay", "revoke", problem), OK);
    assert_int_equal(set(&s, "token_prefix", "hpt xox", problem), OK);
    assert_int_equal(set(&s, "rate_limit", "off", problem), OK);
    assert_true(s.redirect_uri_lenient && s.rate_off);
    assert_int_equal(s.explain, EXPLAIN_ON);
    assert_int_equal(s.allow_http_redirects, HTTP_REDIRECTS_LOOPBACK);
    assert_int_equal(s.code_ttl, 7);
    assert_int_equal(s.refresh_grace_reuses, 9);
    assert_int_equal(s.code_on_replay, ON_REPLAY_REVOKE);
    assert_int_equal(s.nstems, 2);
    assert_string_equal(s.stems[0], "hpt");
    assert_string_equal(s.stems[1], "xox");
}

static const struct {
    const char *name, *nearest;
} unknown[] = {
    {"code_tll", "code_ttl"},
    {"codettl", "code_ttl"},
    {"json_argument", "json_arguments"},
    {"explian", "explain"},
    {"ratelimit", "rate_limit"},
    {"refresh.on_resue", "refresh.on_reuse"},
    {"api_prefix", ""},
    {"whatever", ""},
    {"", ""},
};

static void an_unknown_name_is_told_with_the_nearest(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(unknown); i++) {
        char problem[160];
        struct settings s = serve();
        assert_int_equal(set(&s, unknown[i].name, "on", problem), E_NOTFOUND);
        assert_string_equal(problem, unknown[i].nearest);
    }
}

static void null_resets(void **state)
{
    (void)state;
    char problem[160];
    for (size_t i = 0; i < ARRAY_LEN(values); i++) {
        struct settings s = serve(), before = s;
        if (!values[i].good) continue;
        assert_int_equal(set(&s, values[i].name, values[i].value, problem), OK);
        assert_int_equal(set(&s, values[i].name, NULL, problem), OK);
        // The rates behind nrates and stems behind nstems are rests.
        assert_int_equal(s.nrates, before.nrates);
        assert_int_equal(s.nstems, before.nstems);
        s.rates[0] = before.rates[0];
        assert_memory_equal(&s, &before, offsetof(struct settings, stems));
        assert_string_equal(s.stems[0], before.stems[0]);
    }
}

static void null_goes_back_to_the_configured_rate(void **state)
{
    (void)state;
    char problem[160];
    struct settings configured = serve();
    const struct str name = STR("rate_limit.auth.test"), fast = STR("9000/min+1"), first = STR("30/min+3");
    assert_int_equal(settings_set(&configured, name, &first, &configured, problem), OK);
    struct settings s = configured;
    assert_int_equal(settings_set(&s, name, &fast, &configured, problem), OK);
    assert_int_equal(s.nrates, 1);
    assert_int_equal(s.rates[0].sustained, 9000);
    assert_int_equal(settings_set(&s, name, NULL, &configured, problem), OK);
    assert_int_equal(s.nrates, 1);
    assert_int_equal(s.rates[0].sustained, 30);
    assert_int_equal(s.rates[0].burst, 3);
}

static void rates_of_many_methods(void **state)
{
    (void)state;
    char problem[160], name[64];
    struct settings s = serve();
    for (int i = 0; i < RATES_MAX; i++) {
        snprintf(name, sizeof name, "rate_limit.method%d", i);
        assert_int_equal(set(&s, name, "10/min+1", problem), OK);
    }
    assert_int_equal(set(&s, "rate_limit.method3", "11/min+2", problem), OK);
    assert_int_equal(set(&s, "rate_limit.one.too.many", "10/min+1", problem), E_INVALID);
    assert_int_equal(set(&s, "rate_limit.method0", NULL, problem), OK);
    assert_int_equal(set(&s, "rate_limit.not.there", NULL, problem), OK);
    assert_int_equal(s.nrates, RATES_MAX - 1);
    assert_int_equal(set(&s, "rate_limit.now.it.fits", "10/min+1", problem), OK);
}

static struct buf written(const struct settings *s)
{
    struct buf b;
    buf_init(&b, LIMIT_BODY);
    settings_write(s, &b);
    assert_false(b.failed);
    return b;
}

static void all_are_written_as_json(void **state)
{
    (void)state;
    struct settings s = serve();
    struct buf b = written(&s);
    check_str(buf_view(&b),
              STR("{\"redirect_uri_lenient\":\"off\",\"json_arguments\":\"off\",\"array_arg_error\":\"off\","
                  "\"pkce_strict\":\"off\",\"oauth_ignore_token\":\"off\",\"allow_query_token\":\"off\","
                  "\"discovery_pkce\":\"off\",\"explain\":\"off\",\"allow_http_redirects\":\"off\",\"code_ttl\":600,"
                  "\"access_token_ttl\":43200,\"refresh_grace\":60,\"refresh.grace_reuses\":5,"
                  "\"refresh.on_reuse\":\"default\",\"code.on_replay\":\"default\",\"read_timeout\":30,"
                  "\"token_prefix\":\"xox\",\"rate_limit\":\"on\"}"));
    buf_release(&b);
}

// What is written can be set again and means the same.
static void what_is_written_can_be_read(void **state)
{
    (void)state;
    char problem[160];
    struct settings s = serve(), again = serve(), defaults = serve();
    assert_int_equal(set(&s, "token_prefix", "hpt xox", problem), OK);
    assert_int_equal(set(&s, "rate_limit.oauth.v2.access", "600/min+0", problem), OK);
    assert_int_equal(set(&s, "rate_limit", "off", problem), OK);
    assert_int_equal(set(&s, "explain", "safe", problem), OK);
    assert_int_equal(set(&s, "code_ttl", "60", problem), OK);
    struct buf b = written(&s);
    json_t *root;
    const char *key;
    json_t *value;
    assert_int_equal(json_parse(buf_view(&b), &root, NULL), OK);
    json_object_foreach(root, key, value)
    {
        char number[32];
        snprintf(number, sizeof number, "%lld", (long long)json_integer_value(value));
        struct str text = str_of(json_is_string(value) ? json_string_value(value) : number);
        assert_int_equal(settings_set(&again, str_of(key), &text, &defaults, problem), OK);
    }
    assert_memory_equal(&again, &s, sizeof s);
    json_decref(root);
    buf_release(&b);
}

static void a_snapshot_stays_as_it_was(void **state)
{
    (void)state;
    struct settings s = serve();
    struct settings_box *box = settings_box_new(&s);
    const struct settings *first = settings_now(box);
    s.code_ttl = 5;
    settings_replace(box, &s);
    assert_int_equal(settings_now(box)->code_ttl, 5);
    assert_int_equal(first->code_ttl, 600);
    assert_ptr_equal(settings_initial(box), first);
    settings_box_free(box);
    settings_box_free(NULL);
}

enum { CHANGES = 2000 };

static void *change(void *box)
{
    struct settings s = *settings_initial(box);
    for (int i = 0; i < CHANGES; i++) {
        s.code_ttl = s.read_timeout = 1 + i % 600;
        settings_replace(box, &s);
    }
    return NULL;
}

// A reader sees one snapshot or another, never parts of two.
static void readers_see_whole_snapshots(void **state)
{
    (void)state;
    struct settings s = serve();
    pthread_t writer;
    s.code_ttl = s.read_timeout = 1;
    struct settings_box *box = settings_box_new(&s);
    assert_int_equal(pthread_create(&writer, NULL, change, box), 0);
    for (int i = 0; i < CHANGES; i++) {
        const struct settings *now = settings_now(box);
        assert_int_equal(now->code_ttl, now->read_timeout);
    }
    pthread_join(writer, NULL);
    settings_box_free(box);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_the_contracts),
        cmocka_unit_test(development_explains_unless_strict),
        cmocka_unit_test(values_are_checked),
        cmocka_unit_test(values_arrive),
        cmocka_unit_test(an_unknown_name_is_told_with_the_nearest),
        cmocka_unit_test(null_resets),
        cmocka_unit_test(null_goes_back_to_the_configured_rate),
        cmocka_unit_test(rates_of_many_methods),
        cmocka_unit_test(all_are_written_as_json),
        cmocka_unit_test(what_is_written_can_be_read),
        cmocka_unit_test(a_snapshot_stays_as_it_was),
        cmocka_unit_test(readers_see_whole_snapshots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
