// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

#include "codec/jsonin.h"
#include "oauth/event.h"

static const struct event_mint mint[END_EVENTS_MAX] = {{.id = 11, .name = "Ev0AAAAAAAAA"},
                                                       {.id = 12, .name = "Ev0BBBBBBBBB"}};

#define SUBSCRIPTIONS(list)                                                                                            \
    "{\"settings\":{\"event_subscriptions\":{\"request_url\":\"https://app.example.test/events\"," list "}}}"

struct fixture {
    struct arena arena;
    struct app app;
    struct enterprise enterprise;
    struct install bot, person, other;
    const void *gone[3];
    struct id owner;
    struct ended ended;
    struct event out[END_EVENTS_MAX];
};

static void fixture_init(struct fixture *f, const char *manifest)
{
    *f = (struct fixture){.enterprise = fixture_e1(), .owner = fixture_id("T04QX81RB9C")};
    arena_init(&f->arena, 1024 * 1024);
    f->app = fixture_app("A05KQ2M7ZPD", "4831107762.5926604413", "");
    f->app.manifest = str_of(manifest);
    f->app.verification_token = STR("EXAMPLEverification\"1234");
    f->bot = (struct install){.app = f->app.id, .owner = f->owner};
    f->person = (struct install){.app = f->app.id, .owner = f->owner, .subject = fixture_id("U04R7GH2S1M")};
    f->other = (struct install){.app = f->app.id, .owner = f->owner, .subject = fixture_id("U05B3K8WZQN")};
    f->gone[0] = &f->bot;
    f->gone[1] = &f->person;
    f->gone[2] = &f->other;
    f->ended = (struct ended){.app = &f->app,
                              .owner = &f->owner,
                              .gone = f->gone,
                              .ngone = ARRAY_LEN(f->gone),
                              .uninstalled = true,
                              .now = fixture_now};
}

static size_t plan(struct fixture *f)
{
    return events_of_end(&f->ended, mint, &f->arena, f->out);
}

static const struct {
    const char *manifest;
    bool uninstalled;
    size_t wanted;
} table[] = {
    {"", true, 0}, // made without a manifest
    {"[]", true, 0},
    {"{}", true, 0},
    {"{\"settings\":{}}", true, 0},
    {"{\"settings\":{\"event_subscriptions\":[]}}", true, 0},
    {"{\"settings\":{\"event_subscriptions\":{\"bot_events\":[\"tokens_revoked\"]}}}", true, 0}, // no URL
    {"{\"settings\":{\"event_subscriptions\":{\"request_url\":7,\"bot_events\":[\"tokens_revoked\"]}}}", true, 0},
    {SUBSCRIPTIONS("\"bot_events\":[]"), true, 0},
    {SUBSCRIPTIONS("\"bot_events\":\"tokens_revoked\""), true, 0}, // no list
    {SUBSCRIPTIONS("\"bot_events\":[7,null,\"message\",\"tokens_revoked \"]"), true, 0},
    {SUBSCRIPTIONS("\"bot_events\":[\"message\",\"tokens_revoked\"]"), true, 1},
    {SUBSCRIPTIONS("\"user_events\":[\"tokens_revoked\"]"), true, 1},
    {SUBSCRIPTIONS("\"bot_events\":[\"tokens_revoked\"],\"user_events\":[\"app_uninstalled\",\"tokens_revoked\"]"),
     true, 2},
    {SUBSCRIPTIONS("\"bot_events\":[\"tokens_revoked\",\"app_uninstalled\"]"), false, 1}, // something is left
    {SUBSCRIPTIONS("\"bot_events\":[\"app_uninstalled\"]"), false, 0},
};

static void test_subscriptions(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct fixture f;
        fixture_init(&f, table[i].manifest);
        f.ended.uninstalled = table[i].uninstalled;
        size_t n = plan(&f);
        if (n != table[i].wanted) print_error("manifest %s\n", table[i].manifest);
        assert_int_equal(n, table[i].wanted);
        assert_false(f.arena.failed);
        arena_release(&f.arena);
    }
}

static const char both[] = SUBSCRIPTIONS("\"bot_events\":[\"tokens_revoked\",\"app_uninstalled\"]");

static void check_body(const struct event *e, const char *wanted)
{
    json_t *came, *right;
    assert_int_equal(json_parse(e->body, &came, NULL), OK);
    assert_int_equal(json_parse(str_of(wanted), &right, NULL), OK);
    if (!json_equal(came, right)) print_error("got %.*s\nwanted %s\n", STR_FMT(e->body), wanted);
    assert_true(json_equal(came, right));
    json_decref(came);
    json_decref(right);
}

static void test_rows(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f, both);
    assert_int_equal(plan(&f), 2);
    for (size_t i = 0; i < 2; i++) {
        const struct event *e = &f.out[i];
        assert_int_equal(e->id, mint[i].id);
        assert_true(id_eq(&e->app, &f.app.id) && id_eq(&e->owner, &f.owner));
        check_str(e->url, STR("https://app.example.test/events"));
        assert_int_equal(e->created, fixture_now);
        assert_int_equal(e->due, fixture_now);
        assert_int_equal(e->attempts, 0);
    }
    arena_release(&f.arena);
}

static void test_bodies(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f, both);
    assert_int_equal(plan(&f), 2);
    struct id bot = bot_user_id(&f.app.id, &f.owner);
    struct str wanted = arena_printf(
        &f.arena,
        "{\"token\":\"EXAMPLEverification\\\"1234\",\"team_id\":\"T04QX81RB9C\",\"enterprise_id\":null,"
        "\"api_app_id\":\"A05KQ2M7ZPD\",\"event\":{\"type\":\"tokens_revoked\",\"tokens\":"
        "{\"oauth\":[\"U04R7GH2S1M\",\"U05B3K8WZQN\"],\"bot\":[\"%s\"]}},\"type\":\"event_callback\","
        "\"event_id\":\"Ev0AAAAAAAAA\",\"event_time\":1785542400,\"authorizations\":[{\"team_id\":\"T04QX81RB9C\","
        "\"enterprise_id\":null,\"user_id\":\"%s\",\"is_bot\":true,\"is_enterprise_install\":false}]}",
        bot.s, bot.s);
    check_body(&f.out[0], wanted.p);
    wanted = arena_printf(
        &f.arena,
        "{\"token\":\"EXAMPLEverification\\\"1234\",\"team_id\":\"T04QX81RB9C\",\"enterprise_id\":null,"
        "\"api_app_id\":\"A05KQ2M7ZPD\",\"event\":{\"type\":\"app_uninstalled\"},\"type\":\"event_callback\","
        "\"event_id\":\"Ev0BBBBBBBBB\",\"event_time\":1785542400,\"authorizations\":[{\"team_id\":\"T04QX81RB9C\","
        "\"enterprise_id\":null,\"user_id\":\"%s\",\"is_bot\":true,\"is_enterprise_install\":false}]}",
        bot.s);
    check_body(&f.out[1], wanted.p);
    arena_release(&f.arena);
}

// One person's grant in an org-wide install: no team, the org is named, the app looks for is_enterprise_install.
static void test_org(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f, both);
    f.owner = f.enterprise.id;
    f.person.owner = f.enterprise.id;
    f.ended.enterprise = &f.enterprise;
    f.ended.gone = f.gone + 1;
    f.ended.ngone = 1;
    f.ended.uninstalled = false;
    assert_int_equal(plan(&f), 1);
    check_body(&f.out[0],
               "{\"token\":\"EXAMPLEverification\\\"1234\",\"team_id\":null,\"enterprise_id\":\"E06NB3V2KLA\","
               "\"api_app_id\":\"A05KQ2M7ZPD\",\"event\":{\"type\":\"tokens_revoked\",\"tokens\":"
               "{\"oauth\":[\"U04R7GH2S1M\"],\"bot\":[]}},\"type\":\"event_callback\",\"event_id\":\"Ev0AAAAAAAAA\","
               "\"event_time\":1785542400,\"authorizations\":[{\"team_id\":null,\"enterprise_id\":\"E06NB3V2KLA\","
               "\"user_id\":\"U04R7GH2S1M\",\"is_bot\":false,\"is_enterprise_install\":true}]}");
    arena_release(&f.arena);
}

// The most that can end at once fits into a body, whatever the verification token holds.
static void test_most(void **state)
{
    static const void *gone[EVENT_AUTHS_MAX];
    static char token[4096];
    struct fixture f;
    (void)state;
    fixture_init(&f, both);
    f.person.subject = fixture_id("U0123456789ABCDEFGHIJKL");
    for (size_t i = 0; i < EVENT_AUTHS_MAX; i++) gone[i] = &f.person;
    memset(token, '\x01', sizeof token);
    f.app.verification_token = str_make(token, sizeof token);
    f.ended.gone = gone;
    f.ended.ngone = EVENT_AUTHS_MAX;
    assert_int_equal(plan(&f), 2);
    assert_true(f.out[0].body.n > EVENT_AUTHS_MAX * 24);
    json_t *body;
    assert_int_equal(json_parse(f.out[0].body, &body, NULL), OK);
    json_decref(body);
    arena_release(&f.arena);
}

static void test_arena_full(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f, both);
    f.arena.cap = f.arena.used + 64;
    plan(&f);
    assert_true(f.arena.failed);
    arena_release(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_subscriptions), cmocka_unit_test(test_rows), cmocka_unit_test(test_bodies),
        cmocka_unit_test(test_org),           cmocka_unit_test(test_most), cmocka_unit_test(test_arena_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
