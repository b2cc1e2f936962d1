// SPDX-License-Identifier: Apache-2.0
#include "oauth/webhook.h"

#include "check.h"
#include "guard.h"

struct rows {
    struct webhook webhook;
    struct app app;
    struct install install;
    struct workspace workspace;
    struct channel channel;
    struct webhook_view view;
    struct credential given;
};

static void rows_init(struct rows *r)
{
    *r = (struct rows){
        .webhook = {.id = 7, .workspace = {"T04QX81RB9C"}, .channel = {"C04S8D2FJ5T"}, .epoch = 3},
        .install = {.epoch = 3, .scopes = STR("chat:write,incoming-webhook")},
        .given = {.kind = CRED_WEBHOOK, .id = 7},
    };
    r->webhook.hash.b[0] = r->given.hash.b[0] = 1;
    r->view = (struct webhook_view){&r->webhook, &r->app, &r->install, &r->workspace, &r->channel};
}

static void nothing(struct rows *r)
{
    (void)r;
}

static void unknown(struct rows *r)
{
    r->view = (struct webhook_view){0};
}

static void other_secret(struct rows *r)
{
    r->given.hash.b[31] = 1;
}

static void revoked(struct rows *r)
{
    r->webhook.revoked = 1;
}

static void no_install(struct rows *r)
{
    r->view.install = NULL;
}

static void other_epoch(struct rows *r)
{
    r->install.epoch = 4;
}

static void no_scope(struct rows *r)
{
    r->install.scopes = STR("chat:write");
}

static void no_app(struct rows *r)
{
    r->view.app = NULL;
}

static void deleted_app(struct rows *r)
{
    r->app.flags = APP_DELETED;
}

static void no_workspace(struct rows *r)
{
    r->view.workspace = NULL;
}

static void migrating(struct rows *r)
{
    r->workspace.flags = WS_MIGRATING;
}

static void no_channel(struct rows *r)
{
    r->view.channel = NULL;
}

static void test_who_is_alive(void **state)
{
    static const struct {
        const char *name;
        void (*change)(struct rows *r);
        enum webhook_answer answer;
        enum cause cause;
    } table[] = {
        {"good", nothing, WEBHOOK_OK, CAUSE_NONE},
        {"unknown", unknown, WEBHOOK_NO_SERVICE, CAUSE_WEBHOOK_UNKNOWN},
        {"other secret", other_secret, WEBHOOK_NO_SERVICE, CAUSE_WEBHOOK_UNKNOWN},
        {"revoked", revoked, WEBHOOK_NO_SERVICE, CAUSE_WEBHOOK_ENDED},
        {"no install", no_install, WEBHOOK_NO_SERVICE, CAUSE_WEBHOOK_ENDED},
        {"other epoch", other_epoch, WEBHOOK_NO_SERVICE, CAUSE_WEBHOOK_ENDED},
        {"no scope", no_scope, WEBHOOK_NO_SERVICE, CAUSE_WEBHOOK_ENDED},
        {"no app", no_app, WEBHOOK_NO_SERVICE, CAUSE_APP_DELETED},
        {"deleted app", deleted_app, WEBHOOK_NO_SERVICE, CAUSE_APP_DELETED},
        {"no workspace", no_workspace, WEBHOOK_NO_SERVICE, CAUSE_TEAM_GONE},
        {"migrating", migrating, WEBHOOK_ACTION_PROHIBITED, CAUSE_TEAM_MIGRATING},
        {"no channel", no_channel, WEBHOOK_CHANNEL_NOT_FOUND, CAUSE_CHANNEL_GONE},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 65536);
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct rows r;
        struct why why = {0};
        rows_init(&r);
        table[i].change(&r);
        enum webhook_answer got = webhook_decide(&r.given, &r.view, &arena, &why);
        if (got != table[i].answer) print_error("%s\n", table[i].name);
        assert_int_equal(got, table[i].answer);
        assert_int_equal(why.cause, table[i].cause);
    }
    arena_release(&arena);
}

static void test_payloads(void **state)
{
    static const struct {
        const char *json;
        enum webhook_answer answer;
        size_t size;
    } table[] = {
        {"{\"text\":\"hello\"}", WEBHOOK_OK, 5},
        {"{\"text\":\"\\u00fc\",\"channel\":\"#x\"}", WEBHOOK_OK, 2},
        {"{\"blocks\":[{}]}", WEBHOOK_OK, 0},
        {"{\"attachments\":[{}]}", WEBHOOK_OK, 0},
        {"{\"text\":\"\",\"blocks\":[{}]}", WEBHOOK_OK, 0},
        {"{\"text\":null,\"blocks\":[{}]}", WEBHOOK_OK, 0},
        {"{}", WEBHOOK_NO_TEXT, 0},
        {"{\"text\":\"\"}", WEBHOOK_NO_TEXT, 0},
        {"{\"text\":null}", WEBHOOK_NO_TEXT, 0},
        {"{\"blocks\":[],\"attachments\":{}}", WEBHOOK_NO_TEXT, 0},
        {"{\"text\":1}", WEBHOOK_INVALID_PAYLOAD, 0},
        {"{\"text\":[\"a\"]}", WEBHOOK_INVALID_PAYLOAD, 0},
        {"[{\"text\":\"a\"}]", WEBHOOK_INVALID_PAYLOAD, 0},
        {"\"text\"", WEBHOOK_INVALID_PAYLOAD, 0},
        {"{\"text\":\"a\"", WEBHOOK_INVALID_PAYLOAD, 0},
        {"payload=x", WEBHOOK_INVALID_PAYLOAD, 0},
        {"", WEBHOOK_INVALID_PAYLOAD, 0},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        size_t size = 0;
        enum webhook_answer got = webhook_payload(guard_str(str_of(table[i].json)), &size);
        if (got != table[i].answer) print_error("%s\n", table[i].json);
        assert_int_equal(got, table[i].answer);
        assert_int_equal(size, table[i].size);
    }
    size_t size;
    assert_int_equal(webhook_payload((struct str){NULL, 0}, &size), WEBHOOK_INVALID_PAYLOAD);
}

static void test_texts(void **state)
{
    (void)state;
    for (unsigned a = 0; a < WEBHOOK_ANSWERS; a++) {
        int status = 0;
        struct str text = webhook_text((enum webhook_answer)a, &status);
        assert_true(text.n > 0);
        assert_int_equal(status == 200, a == WEBHOOK_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_is_alive),
        cmocka_unit_test(test_payloads),
        cmocka_unit_test(test_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
