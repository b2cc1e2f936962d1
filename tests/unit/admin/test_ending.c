// SPDX-License-Identifier: Apache-2.0
// Authorizations end with the person, place or app that they are of, and nothing revives them.
#include "fixture.h"

#define ADMIN  "/admin/v1/"
#define APP    "A05KQ2M7ZPD"
#define OTHER  "A0OTHER"
#define T1     "T04QX81RB9C"
#define ORG    "E06NB3V2KLA"
#define U1     "U04R7GH2S1M"
#define URL    "http://127.0.0.1:9/events"
#define CLOSED "{\"role\":\"deactivated\"}"

static void want_nothing(struct op *op, unsigned round)
{
    (void)op, (void)round;
}

static enum wire_err merge(struct op *op)
{
    op_write(op, MERGE_INSTALL)->row = op->ctx;
    return W_OK;
}

static void install(struct fixture *f, const char *app, const char *owner, const char *subject)
{
    static const struct op_type type = {.name = "test", .want = want_nothing, .decide = merge};
    struct install i = {.epoch = 1, .scopes = STR("search:read"), .created = WALL, .installer = {U1}};
    snprintf(i.app.s, sizeof i.app.s, "%s", app);
    snprintf(i.owner.s, sizeof i.owner.s, "%s", owner);
    snprintf(i.subject.s, sizeof i.subject.s, "%s", subject);
    struct op op = {.type = &type, .arena = &f->arena, .ctx = &i, .now = WALL};
    store_run(f->world.store, &op);
    assert_int_equal(op.outcome, OP_DONE);
    op_release(&op);
}

// "APP OWNER USER EPOCH" of those that have not ended.
static void check_live(struct fixture *f, const char *wanted)
{
    struct buf lines;
    size_t n;
    const json_t *i;
    buf_init(&lines, 4096);
    struct answer a = call(f, "GET", ADMIN "installs", NULL);
    json_array_foreach(json_object_get(a.json, "installs"), n, i)
    {
        bool ended = json_is_true(json_object_get(i, "ended"));
        assert_int_equal(ended, json_array_size(json_object_get(i, "scopes")) == 0);
        assert_int_equal(number_of(i, "epoch"), ended ? 2 : 1);
        if (!ended) buf_printf(&lines, "%s %s %s\n", text_of(i, "app"), text_of(i, "owner"), text_of(i, "user"));
    }
    check_str(buf_view(&lines), str_of(wanted));
    answer_release(&a);
    buf_release(&lines);
}

static void note_event(void *ctx, const void *row)
{
    struct buf *lines = ctx;
    const struct event *e = row;
    json_t *body = json_loadb(e->body.p, e->body.n, 0, NULL);
    const json_t *event = json_object_get(body, "event"), *tokens = json_object_get(event, "tokens");
    check_str(e->url, STR(URL));
    buf_printf(lines, "%s %s %s %s", e->app.s, e->owner.s, text_of(body, "enterprise_id"), text_of(event, "type"));
    if (tokens)
        buf_printf(lines, " %zu %zu", json_array_size(json_object_get(tokens, "oauth")),
                   json_array_size(json_object_get(tokens, "bot")));
    buf_printf(lines, "\n");
    json_decref(body);
}

// "APP OWNER ORG TYPE PEOPLE BOTS" of all events.
static void check_events(struct fixture *f, const char *wanted)
{
    struct buf lines;
    buf_init(&lines, 4096);
    assert_int_equal(store_list(f->world.store, LIST_EVENTS, note_event, &lines), OK);
    check_str(buf_view(&lines), str_of(wanted));
    buf_release(&lines);
}

#define SUBSCRIBED                                                                                                     \
    "\"settings\":{\"event_subscriptions\":{\"request_url\":\"" URL                                                    \
    "\",\"bot_events\":[\"app_uninstalled\",\"tokens_revoked\"]}}"

// Two apps that want to know, and what they have.
static void start(struct fixture *f)
{
    call_check(f, "PATCH", ADMIN "apps/" APP, "{\"manifest\":{" SUBSCRIBED "}}", 200);
    call_check(f, "POST", ADMIN "apps",
               "{\"id\":\"" OTHER "\",\"workspace\":\"" T1
               "\",\"manifest\":{\"display_information\":{\"name\":\"Other\"}," SUBSCRIBED "}}",
               201);
    install(f, APP, T1, "");
    install(f, APP, T1, U1);
    install(f, OTHER, T1, U1);
    install(f, OTHER, ORG, U1);
    install(f, OTHER, ORG, "");
    install(f, APP, T1, "U0ELSE");
}

static const char after_user[] = APP " " T1 " \n" OTHER " " ORG " \n" APP " " T1 " U0ELSE\n";
static const char events_of_user[] = APP " " T1 "  tokens_revoked 1 0\n" OTHER " " T1 "  tokens_revoked 1 0\n" OTHER
                                         " " T1 "  app_uninstalled\n" OTHER " " ORG " " ORG " tokens_revoked 1 0\n";

static void test_user_closed(void **state)
{
    struct fixture *f = *state;
    start(f);
    call_check(f, "PATCH", ADMIN "users/" U1, "{\"name\":\"mo\"}", 200);
    call_check(f, "PATCH", ADMIN "users/" U1, "{\"role\":\"guest\"}", 200);
    check_events(f, "");
    call_check(f, "PATCH", ADMIN "users/" U1, CLOSED, 200);
    check_live(f, after_user);
    check_events(f, events_of_user);
    call_check(f, "PATCH", ADMIN "users/" U1, CLOSED, 200); // again: there is nothing left
    call_check(f, "PATCH", ADMIN "users/" U1, "{\"role\":\"owner\"}", 200);
    check_live(f, after_user);
    check_events(f, events_of_user);
}

// As a crash or an older version may have left it.
static void test_user_opened(void **state)
{
    struct fixture *f = *state;
    call_check(f, "PATCH", ADMIN "users/" U1, CLOSED, 200);
    start(f);
    call_check(f, "PATCH", ADMIN "users/" U1, "{\"role\":\"owner\"}", 200);
    check_live(f, after_user);
    check_events(f, events_of_user);
}

static void test_user_deleted(void **state)
{
    struct fixture *f = *state;
    start(f);
    call_check(f, "DELETE", ADMIN "users/" U1, NULL, 204);
    check_live(f, after_user);
    check_events(f, events_of_user);
}

static void test_user_again(void **state)
{
    struct fixture *f = *state;
    call_check(f, "DELETE", ADMIN "users/" U1, NULL, 204);
    start(f);
    call_check(f, "POST", ADMIN "users", "{\"id\":\"" U1 "\",\"workspace\":\"" T1 "\",\"name\":\"mira\"}", 201);
    check_live(f, after_user);
}

static const char after_place[] = OTHER " " ORG " " U1 "\n" OTHER " " ORG " \n";

static void test_workspace(void **state)
{
    struct fixture *f = *state;
    start(f);
    call_check(f, "PATCH", ADMIN "workspaces/" T1, "{\"flags\":[\"team_added_to_org\"]}", 200);
    check_events(f, ""); // a flag can be taken back
    call_check(f, "DELETE", ADMIN "workspaces/" T1, NULL, 204);
    check_live(f, after_place);
    check_events(f, APP " " T1 "  tokens_revoked 2 1\n" APP " " T1 "  app_uninstalled\n" OTHER " " T1
                        "  tokens_revoked 1 0\n" OTHER " " T1 "  app_uninstalled\n");
}

static void test_workspace_again(void **state)
{
    struct fixture *f = *state;
    start(f);
    call_check(f, "DELETE", ADMIN "workspaces/" T1, NULL, 204);
    call_check(f, "POST", ADMIN "workspaces", "{\"id\":\"" T1 "\",\"name\":\"Again\",\"domain\":\"again\"}", 201);
    check_live(f, after_place);
}

static void test_enterprise(void **state)
{
    struct fixture *f = *state;
    start(f);
    call_check(f, "DELETE", ADMIN "enterprises/" ORG, NULL, 204);
    check_events(f, OTHER " " ORG " " ORG " tokens_revoked 1 1\n" OTHER " " ORG " " ORG " app_uninstalled\n");
    check_live(f, APP " " T1 " \n" APP " " T1 " " U1 "\n" OTHER " " T1 " " U1 "\n" APP " " T1 " U0ELSE\n");
}

// Its request URL has gone with it: no event.
static void test_app(void **state)
{
    struct fixture *f = *state;
    start(f);
    call_check(f, "DELETE", ADMIN "apps/" OTHER, NULL, 204);
    check_live(f, APP " " T1 " \n" APP " " T1 " " U1 "\n" APP " " T1 " U0ELSE\n");
    check_events(f, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_user_closed), TEST(test_user_opened),     TEST(test_user_deleted), TEST(test_user_again),
        TEST(test_workspace),   TEST(test_workspace_again), TEST(test_enterprise),   TEST(test_app),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
