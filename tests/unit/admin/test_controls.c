// SPDX-License-Identifier: Apache-2.0
// Clock, faults, settings, maintenance, reset.
#include "fixture.h"

#define CLOCK "/admin/v1/clock"
#define NOON  INT64_C(1795435200000) // 2026-11-23T12:00:00Z

static void move(struct fixture *f, const char *body, int64_t now, bool frozen)
{
    struct answer a = call(f, "POST", CLOCK, body);
    if (a.status != 200 || number_of(a.json, "now_ms") != now) fail_msg("%s: %.*s", body, STR_FMT(a.body));
    assert_int_equal(number_of(a.json, "offset_ms"), now - WALL);
    assert_int_equal(json_is_true(json_object_get(a.json, "frozen")), frozen);
    answer_release(&a);
}

static void test_clock(void **state)
{
    struct fixture *f = *state;
    struct answer a = call(f, "GET", CLOCK, NULL);
    assert_string_equal(text_of(a.json, "now"), "2026-11-25T00:00:00Z");
    assert_int_equal(number_of(a.json, "offset_ms"), 0);
    answer_release(&a);
    move(f, "{\"advance\":\"601s\"}", WALL + 601000, false);
    move(f, "{\"advance\":\"1h30m\"}", WALL + 601000 + 5400000, false);
    move(f, "{\"advance\":\"-601s\"}", WALL + 5400000, false);
    move(f, "{\"reset\":true}", WALL, false);
    move(f, "{\"set\":\"2026-11-23T12:00:00Z\"}", NOON, false);
    move(f, "{\"freeze\":true}", NOON, true);
    move(f, "{\"advance\":\"250ms\"}", NOON + 250, true);
    move(f, "{\"freeze\":false}", NOON + 250, false);
    move(f, "{\"reset\":true,\"freeze\":true}", WALL, true);
    move(f, "{\"advance\":\"5s\",\"freeze\":true,\"set\":\"2026-11-23T12:00:00Z\"}", NOON + 5000, true);
    move(f, "{\"freeze\":false,\"advance\":\"1s\",\"set\":null}", NOON + 6000, false);
    move(f, "{\"reset\":false,\"freeze\":false}", NOON + 6000, false);
    move(f, "{\"advance\":\"1s\",\"reset\":true}", WALL + 1000, false);
}

static void test_clock_problems(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *body, *cause, *key;
    } cases[] = {
        {"{}", "member_invalid", NULL},
        {"{\"advance\":null}", "member_invalid", NULL},
        {"{\"advance\":\"5\"}", "member_invalid", "advance"},
        {"{\"advance\":5}", "member_invalid", "advance"},
        {"{\"advance\":{}}", "member_invalid", "advance"},
        {"{\"set\":\"noon\"}", "member_invalid", "set"},
        {"{\"freeze\":\"maybe\"}", "member_invalid", "freeze"},
        {"{\"freeze\":1}", "member_invalid", "freeze"},
        {"{\"freezes\":true}", "member_invalid", "freezes"},
        {"{\"set\":\"1970-01-01T00:00:00Z\"}", "clock_range", NULL},
        {"{\"set\":\"2019-12-31T23:59:59Z\"}", "clock_range", NULL},
        {"{\"set\":\"2089-01-01T00:00:00Z\"}", "clock_range", NULL},
        {"{\"advance\":\"36000d\"}", "clock_range", NULL},
        {"{\"advance\":\"-36000d\"}", "clock_range", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        call_problem(f, "POST", CLOCK, cases[i].body, 422, cases[i].cause, cases[i].key);
    struct answer a = call(f, "POST", CLOCK, "{\"advanse\":\"5s\"}");
    assert_string_equal(text_of(a.json, "nearest"), "advance");
    answer_release(&a);
    assert_int_equal(clock_now(&f->world.clock), WALL);
}

static void test_faults(void **state)
{
    struct fixture *f = *state;
    struct fault hit;
    struct answer a = call(f, "POST", "/admin/v1/faults",
                           "{\"kind\":\"error=fatal_error\",\"method\":\"oauth.v2.access\",\"count\":1}");
    assert_int_equal(a.status, 201);
    assert_int_equal(number_of(a.json, "id"), 1);
    assert_string_equal(text_of(a.json, "kind"), "error=fatal_error");
    answer_release(&a);
    call_check(f, "POST", "/admin/v1/faults",
               "{\"kind\":\"delay=20\",\"app\":\"A1\",\"after\":2,\"count\":3,\"probability\":0.5}", 201);
    a = call(f, "GET", "/admin/v1/faults", NULL);
    const json_t *second = json_array_get(json_object_get(a.json, "faults"), 1);
    assert_int_equal(number_of(second, "id"), 2);
    assert_string_equal(text_of(second, "kind"), "delay=20");
    assert_string_equal(text_of(second, "app"), "A1");
    assert_int_equal(number_of(second, "after"), 2);
    assert_int_equal(number_of(second, "count"), 3);
    answer_release(&a);
    assert_true(faults_take(f->world.faults, STR("oauth.v2.access"), STR(""), &hit));
    assert_int_equal(hit.error, W_FATAL_ERROR);
    assert_false(faults_take(f->world.faults, STR("oauth.v2.access"), STR(""), &hit));
    call_check(f, "DELETE", "/admin/v1/faults", NULL, 204);
    a = call(f, "GET", "/admin/v1/faults", NULL);
    assert_int_equal(json_array_size(json_object_get(a.json, "faults")), 0);
    answer_release(&a);
}

// Without a count it stays.
static void test_fault_without_end(void **state)
{
    struct fixture *f = *state;
    struct fault hit;
    call_check(f, "POST", "/admin/v1/faults", "{\"kind\":\"drop\"}", 201);
    for (unsigned i = 0; i < 5; i++) assert_true(faults_take(f->world.faults, STR("api.test"), STR(""), &hit));
    assert_int_equal(hit.kind, FAULT_DROP);
}

static void test_fault_problems(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *body, *cause, *key;
    } cases[] = {
        {"{}", "member_invalid", "kind"},
        {"{\"kind\":\"\"}", "member_invalid", "kind"},
        {"{\"kind\":\"error=fatal_eror\"}", "fault_invalid", "kind"},
        {"{\"kind\":\"eror=fatal_error\"}", "fault_invalid", "kind"},
        {"{\"kind\":\"status=200\"}", "fault_invalid", "kind"},
        {"{\"kind\":\"drop=1\"}", "fault_invalid", "kind"},
        {"{\"kind\":\"drop\",\"count\":0}", "member_invalid", "count"},
        {"{\"kind\":\"drop\",\"count\":\"1\"}", "member_invalid", "count"},
        {"{\"kind\":\"drop\",\"count\":-1}", "member_invalid", "count"},
        {"{\"kind\":\"drop\",\"count\":1.5}", "member_invalid", "count"},
        {"{\"kind\":\"drop\",\"after\":1000001}", "member_invalid", "after"},
        {"{\"kind\":\"drop\",\"probability\":0}", "member_invalid", "probability"},
        {"{\"kind\":\"drop\",\"probability\":1.5}", "member_invalid", "probability"},
        {"{\"kind\":\"drop\",\"probability\":\"1\"}", "member_invalid", "probability"},
        {"{\"kind\":\"drop\",\"method\":\"a b\"}", "member_invalid", "method"},
        {"{\"kind\":\"drop\",\"app\":\"A0123456789012345678901234\"}", "member_invalid", "app"},
        {"{\"kind\":\"drop\",\"apps\":\"A1\"}", "member_invalid", "apps"},
        {"{\"kind\":[\"drop\"]}", "member_invalid", "kind"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        call_problem(f, "POST", "/admin/v1/faults", cases[i].body, 422, cases[i].cause, cases[i].key);
    for (unsigned i = 0; i < LIMIT_FAULTS; i++) {
        char wrong[160];
        struct fault fault = {.kind = FAULT_DROP, .probability = 1};
        assert_int_equal(faults_add(f->world.faults, &fault, wrong), OK);
    }
    call_problem(f, "POST", "/admin/v1/faults", "{\"kind\":\"drop\"}", 409, "faults_full", NULL);
    call_check(f, "GET", "/admin/v1/faults", NULL, 200);
}

static void test_settings(void **state)
{
    struct fixture *f = *state;
    struct answer a = call(f, "PATCH", "/admin/v1/settings",
                           "{\"json_arguments\":\"on\",\"pkce_strict\":true,\"code_ttl\":60,"
                           "\"token_prefix\":[\"hpt\",\"xox\"],\"rate_limit.oauth.v2.access\":\"600/min+0\"}");
    assert_int_equal(a.status, 200);
    assert_string_equal(text_of(a.json, "json_arguments"), "on");
    assert_string_equal(text_of(a.json, "token_prefix"), "hpt xox");
    assert_string_equal(text_of(a.json, "rate_limit.oauth.v2.access"), "600/min+0");
    assert_string_equal(text_of(a.json, "explain"), "on");
    assert_int_equal(number_of(a.json, "code_ttl"), 60);
    answer_release(&a);
    const struct settings *now = world_settings(&f->world);
    assert_true(now->json_arguments && now->pkce_strict && now->nstems == 2 && now->nrates == 1);
    a = call(f, "PATCH", "/admin/v1/settings",
             "{\"json_arguments\":null,\"code_ttl\":null,\"rate_limit.oauth.v2.access\":null,\"explain\":\"off\"}");
    assert_int_equal(number_of(a.json, "code_ttl"), 600);
    answer_release(&a);
    a = call(f, "GET", "/admin/v1/settings", NULL);
    assert_string_equal(text_of(a.json, "json_arguments"), "off");
    assert_string_equal(text_of(a.json, "pkce_strict"), "on");
    assert_string_equal(text_of(a.json, "explain"), "off");
    assert_null(json_object_get(a.json, "rate_limit.oauth.v2.access"));
    answer_release(&a);
}

// One that is wrong leaves all others as they were.
static void test_settings_problems(void **state)
{
    struct fixture *f = *state;
    static const struct {
        const char *body, *key;
    } cases[] = {
        {"{\"json_arguments\":\"on\",\"json_argument\":\"on\"}", "json_argument"},
        {"{\"json_arguments\":\"on\",\"code_ttl\":601}", "code_ttl"},
        {"{\"json_arguments\":\"on\",\"code_ttl\":\"60s\"}", "code_ttl"},
        {"{\"json_arguments\":\"on\",\"code_ttl\":-1}", "code_ttl"},
        {"{\"json_arguments\":\"maybe\"}", "json_arguments"},
        {"{\"json_arguments\":{\"on\":true}}", "json_arguments"},
        {"{\"json_arguments\":\"on\",\"token_prefix\":[[\"xox\"]]}", "token_prefix"},
        {"{\"json_arguments\":\"on\",\"token_prefix\":[]}", "token_prefix"},
        {"{\"json_arguments\":\"on\",\"rate_limit.api.test\":\"600\"}", "rate_limit.api.test"},
        {"{\"json_arguments\":\"on\",\"\":1}", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        call_problem(f, "PATCH", "/admin/v1/settings", cases[i].body, 422, "setting_invalid", cases[i].key);
    assert_false(world_settings(&f->world)->json_arguments);
    struct answer a = call(f, "PATCH", "/admin/v1/settings", "{\"json_argument\":\"on\"}");
    assert_string_equal(text_of(a.json, "nearest"), "json_arguments");
    answer_release(&a);
}

static void test_maintenance(void **state)
{
    struct fixture *f = *state;
    call_check(f, "PUT", "/admin/v1/maintenance", "{\"on\":true}", 200);
    assert_true(f->world.maintenance);
    struct answer a = call(f, "GET", "/admin/v1/maintenance", NULL);
    assert_true(json_is_true(json_object_get(a.json, "on")));
    answer_release(&a);
    call_check(f, "PUT", "/admin/v1/maintenance", "{\"on\":false}", 200);
    assert_false(f->world.maintenance);
    call_problem(f, "PUT", "/admin/v1/maintenance", "{}", 422, "member_invalid", "on");
    call_problem(f, "PUT", "/admin/v1/maintenance", "{\"on\":\"sometimes\"}", 422, "member_invalid", "on");
    call_problem(f, "PUT", "/admin/v1/maintenance", "{\"On\":true}", 422, "member_invalid", "On");
}

static void test_reset(void **state)
{
    struct fixture *f = *state;
    const struct rate_limit one = {1, 0};
    call_check(f, "PUT", "/admin/v1/maintenance", "{\"on\":true}", 200);
    call_check(f, "PATCH", "/admin/v1/settings", "{\"explain\":\"off\"}", 200);
    call_check(f, "POST", "/admin/v1/faults", "{\"kind\":\"drop\"}", 201);
    call_check(f, "POST", CLOCK, "{\"advance\":\"12h\",\"freeze\":true}", 200);
    call_check(f, "DELETE", "/admin/v1/apps/A05KQ2M7ZPD", NULL, 204);
    call_check(f, "DELETE", "/admin/v1/workspaces/T05A1B2C3D4", NULL, 204);
    assert_int_equal(rate_take(f->world.rate, "k", STR("a"), STR(""), one, WALL), 0);
    assert_int_not_equal(rate_take(f->world.rate, "k", STR("a"), STR(""), one, WALL), 0);
    call_check(f, "POST", "/admin/v1/reset", NULL, 204);
    assert_int_equal(f->resets, 1);
    assert_false(f->world.maintenance);
    assert_int_equal(world_settings(&f->world)->explain, EXPLAIN_ON);
    assert_int_equal(clock_now(&f->world.clock), WALL);
    assert_false(clock_is_frozen(&f->world.clock));
    assert_int_equal(rate_take(f->world.rate, "k", STR("a"), STR(""), one, WALL), 0);
    struct fault hit;
    assert_false(faults_take(f->world.faults, STR("api.test"), STR(""), &hit));
    call_check(f, "GET", "/admin/v1/apps/A05KQ2M7ZPD", NULL, 200);
    call_check(f, "GET", "/admin/v1/workspaces/T05A1B2C3D4", NULL, 200);
    f->reset_answer = E_IO;
    call_problem(f, "POST", "/admin/v1/reset", NULL, 503, "store", NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_clock),
        TEST(test_clock_problems),
        TEST(test_faults),
        TEST(test_fault_problems),
        TEST(test_fault_without_end),
        TEST(test_settings),
        TEST(test_settings_problems),
        TEST(test_maintenance),
        TEST(test_reset),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
