// SPDX-License-Identifier: Apache-2.0
#include "authorize_fixture.h"
#include "oauth/scopes.h"

// authorize.md 2.1, page by page. bot, user: what is asked for in the end.
static const struct {
    enum code_endpoint endpoint;
    const char *scope, *user_scope;
    enum wire_err wanted;
    enum cause cause;
    const char *bot, *user;
} rules[] = {
    {EP_V2, "chat:write,commands", "search:read", W_OK, CAUSE_NONE, "chat:write,commands", "search:read"},
    {EP_V2, "chat:write+commands chat:write", "", W_OK, CAUSE_NONE, "chat:write,commands", ""},
    {EP_V2, "", "search:read", W_OK, CAUSE_NONE, "", "search:read"},
    {EP_V2, "", "", W_BLANK_SCOPE, CAUSE_SCOPE_BLANK, "", ""},
    {EP_V2, "chat:wriet", "", W_INVALID_SCOPE, CAUSE_SCOPE_UNKNOWN, NULL, NULL},
    {EP_V2, "chat:write", "chat:wriet", W_INVALID_SCOPE, CAUSE_SCOPE_UNKNOWN, NULL, NULL},
    {EP_V2, "search:read", "", W_INVALID_SCOPE, CAUSE_SCOPE_LIST, NULL, NULL},
    {EP_V2, "", "app_mentions:read", W_INVALID_SCOPE, CAUSE_SCOPE_LIST, NULL, NULL},
    {EP_V2, "chat:write", "identity.basic", W_INVALID_SCOPE, CAUSE_SCOPE_MIXED, NULL, NULL},
    {EP_V2, "", "identity.basic,search:read", W_INVALID_SCOPE, CAUSE_SCOPE_MIXED, NULL, NULL},
    {EP_V2, "", "identity.basic,openid", W_INVALID_SCOPE, CAUSE_SCOPE_MIXED, NULL, NULL},
    {EP_V2, "chat:write", "openid", W_INVALID_SCOPE, CAUSE_SCOPE_MIXED, NULL, NULL},
    {EP_V2, "identity.basic", "", W_INVALID_SCOPE, CAUSE_SCOPE_LIST, NULL, NULL},
    {EP_V2, "", "identity.email", W_INVALID_SCOPE, CAUSE_SCOPE_MIXED, NULL, NULL},
    {EP_V2, "", "identity.team identity.avatar", W_INVALID_SCOPE, CAUSE_SCOPE_MIXED, NULL, NULL},
    {EP_V2, "", "identity.email,identity.basic", W_OK, CAUSE_NONE, "", "identity.email,identity.basic"},
    {EP_V2, "", "openid,email,profile", W_OK, CAUSE_NONE, "", "openid,email,profile"},
    {EP_V2, "openid", "", W_INVALID_SCOPE, CAUSE_SCOPE_LIST, NULL, NULL},
    {EP_V2, "none", "", W_INVALID_SCOPE, CAUSE_SCOPE_FLAG, NULL, NULL},
    {EP_V2, "tokens.basic", "", W_INVALID_SCOPE, CAUSE_SCOPE_FLAG, NULL, NULL},
    {EP_V2, "bot", "", W_INVALID_SCOPE, CAUSE_SCOPE_LIST, NULL, NULL},
    {EP_V2, "", "client", W_INVALID_SCOPE, CAUSE_SCOPE_FLAG, NULL, NULL},
    {EP_V2, "", "identify", W_INVALID_SCOPE, CAUSE_SCOPE_FLAG, NULL, NULL},
    {EP_V2, "", "chat:write:user", W_INVALID_SCOPE, CAUSE_SCOPE_FLAG, NULL, NULL},
    {EP_V2, "connections:write", "", W_INVALID_SCOPE, CAUSE_SCOPE_LIST, NULL, NULL},
    {EP_V2, "app_configurations:read", "", W_INVALID_SCOPE, CAUSE_SCOPE_FLAG, NULL, NULL},
    {EP_V2, "", "seamless.user", W_INVALID_SCOPE, CAUSE_SCOPE_FLAG, NULL, NULL},
    {EP_V2, "conversations:read", "", W_INVALID_SCOPE, CAUSE_SCOPE_LIST, NULL, NULL},
    {EP_V2, "workflow.steps:execute", "", W_OK, CAUSE_NONE, "workflow.steps:execute", ""}, // legacy: still grantable
    {EP_V2, "", "admin.users:read", W_OK, CAUSE_NONE, "", "admin.users:read"},             // no switch exists
    {EP_V2, "", "apps.requests:write", W_OK, CAUSE_NONE, "", "apps.requests:write"},       // refused org-wide only
    {EP_V2_USER, "search:read", "users:read,search:read", W_OK, CAUSE_NONE, "", "search:read,users:read"},
    {EP_V2_USER, "", "users:read", W_OK, CAUSE_NONE, "", "users:read"},
    {EP_V2_USER, "", "", W_BLANK_SCOPE, CAUSE_SCOPE_BLANK, "", ""},
    {EP_V2_USER, "app_mentions:read", "", W_INVALID_SCOPE, CAUSE_SCOPE_LIST, NULL, NULL},
    {EP_V2_USER, "search:read", "identity.basic", W_INVALID_SCOPE, CAUSE_SCOPE_MIXED, NULL, NULL},
    {EP_OPENID, "openid email", "", W_OK, CAUSE_NONE, "", "openid,email"},
    {EP_OPENID, "email,openid,profile", "", W_OK, CAUSE_NONE, "", "email,openid,profile"},
    {EP_OPENID, "openid", "search:read", W_OK, CAUSE_NONE, "", "openid"}, // user_scope: an unknown parameter here
    {EP_OPENID, "email", "", W_INVALID_SCOPE, CAUSE_SCOPE_MIXED, NULL, NULL},
    {EP_OPENID, "openid chat:write", "", W_INVALID_SCOPE, CAUSE_SCOPE_FLAG, NULL, NULL},
    {EP_OPENID, "identity.basic", "", W_INVALID_SCOPE, CAUSE_SCOPE_FLAG, NULL, NULL},
    {EP_OPENID, "", "openid", W_BLANK_SCOPE, CAUSE_SCOPE_BLANK, "", ""},
    {EP_V1, "bot incoming-webhook", "", W_OK, CAUSE_NONE, "", "bot,incoming-webhook"},
    {EP_V1, "identify,channels:read", "chat:write", W_OK, CAUSE_NONE, "", "identify,channels:read"},
    {EP_V1, "client", "", W_OK, CAUSE_NONE, "", "client"},
    {EP_V1, "chat:write:bot,files:write:user", "", W_OK, CAUSE_NONE, "", "chat:write:bot,files:write:user"},
    {EP_V1, "bot,client", "", W_INVALID_SCOPE, CAUSE_SCOPE_MIXED, NULL, NULL},
    {EP_V1, "read,bot", "", W_INVALID_SCOPE, CAUSE_SCOPE_MIXED, NULL, NULL},
    {EP_V1, "bot,post", "", W_INVALID_SCOPE, CAUSE_SCOPE_MIXED, NULL, NULL},
    {EP_V1, "identity.basic,channels:read", "", W_INVALID_SCOPE, CAUSE_SCOPE_MIXED, NULL, NULL},
    {EP_V1, "identity.basic", "", W_OK, CAUSE_NONE, "", "identity.basic"},
    {EP_V1, "openid", "", W_INVALID_SCOPE, CAUSE_SCOPE_FLAG, NULL, NULL},
    {EP_V1, "app_mentions:read", "", W_INVALID_SCOPE, CAUSE_SCOPE_LIST, NULL, NULL},
    {EP_V1, "rtm:stream", "", W_INVALID_SCOPE, CAUSE_SCOPE_FLAG, NULL, NULL},
    {EP_V1, "", "", W_BLANK_SCOPE, CAUSE_SCOPE_BLANK, "", ""},
};

static void at(struct fixture *f, enum code_endpoint endpoint, const char *scope, const char *user_scope)
{
    fixture_init(f);
    f->args.endpoint = endpoint;
    f->args.scope = str_of(scope);
    f->args.user_scope = str_of(user_scope);
    f->args.response_type = STR("code");
    f->view.channel = &f->channel;
    if (endpoint == EP_V1) f->app.flags |= APP_CLASSIC;
}

static void test_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rules); i++) {
        struct fixture f;
        at(&f, rules[i].endpoint, rules[i].scope, rules[i].user_scope);
        enum wire_err e = authorize_check(&f.args, &f.app, &f.arena, &f.plan, &f.why);
        if (e != rules[i].wanted) print_error("rule %zu: \"%s\", \"%s\"\n", i, rules[i].scope, rules[i].user_scope);
        assert_int_equal(e, rules[i].wanted);
        assert_int_equal(f.plan.error, e);
        check_why(&f.why, rules[i].cause);
        if (!e) {
            check_str(f.plan.bot_scopes, str_of(rules[i].bot));
            check_str(f.plan.user_scopes, str_of(rules[i].user));
            assert_int_equal(decide(&f), AUTH_ISSUE);
            check_str(f.plan.bot_granted, str_of(rules[i].bot));
            check_str(f.plan.user_granted, str_of(rules[i].user));
        }
        arena_release(&f.arena);
    }
}

// README, grant rule: every scope of the catalogue on the v2 page, in both lists, judged from its row alone.
static void test_catalogue(void **state)
{
    (void)state;
    size_t n;
    const struct scope_row *rows = scope_rows(&n);
    const unsigned blocked = SF_CLASSIC | SF_NOREQUEST | SF_APP | SF_CONFIG | SF_INTERNAL;
    for (size_t i = 0; i < n; i++) {
        struct fixture f;
        bool free = !(rows[i].flags & blocked);
        at(&f, EP_V2, rows[i].name.p, "");
        bool bot_ok = authorize_check(&f.args, &f.app, &f.arena, &f.plan, &f.why) == W_OK;
        assert_int_equal(bot_ok, free && rows[i].types & SCOPE_BOT);
        f.args.user_scope = rows[i].flags & SF_IDENTITY
                                ? STR("identity.basic,identity.team,identity.email,identity.avatar")
                                : rows[i].name;
        f.args.scope = STR("");
        bool user_ok = authorize_check(&f.args, &f.app, &f.arena, &f.plan, &f.why) == W_OK;
        assert_int_equal(user_ok, free && rows[i].types & SCOPE_USER);
        arena_release(&f.arena);
    }
}

// A published app's limits are those of the newer pages; sign-in and classic pages have no such error.
static void test_published(void **state)
{
    (void)state;
    static const struct {
        enum code_endpoint endpoint;
        const char *scope, *user_scope;
        enum wire_err wanted;
    } rows[] = {
        {EP_V2, "chat:write", "", W_OK},
        {EP_V2, "chat:write,commands", "", W_UNAPPROVED_SCOPE},
        {EP_V2, "chat:write", "search:read", W_UNAPPROVED_SCOPE},
        {EP_V2_USER, "search:read", "", W_UNAPPROVED_SCOPE},
        {EP_V2_USER, "chat:write", "", W_OK},
        {EP_OPENID, "openid", "", W_OK},
        {EP_V1, "channels:read", "", W_OK},
        {EP_V2, "chat:wriet", "", W_INVALID_SCOPE},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        at(&f, rows[i].endpoint, rows[i].scope, rows[i].user_scope);
        f.app.published_scopes = STR("chat:write\nteam:read");
        assert_int_equal(authorize_check(&f.args, &f.app, &f.arena, &f.plan, &f.why), rows[i].wanted);
        arena_release(&f.arena);
    }
}

// authorize.md 2.2: only what the app lists as optional and the link asks for can be unticked.
static void test_optional(void **state)
{
    (void)state;
    static const struct {
        enum code_endpoint endpoint;
        const char *scope, *user_scope, *untick;
        const char *bot_optional, *user_optional, *bot, *user;
    } rows[] = {
        {EP_V2, "commands,chat:write", "", "", "commands,chat:write", "", "commands,chat:write", ""},
        {EP_V2, "commands,chat:write", "", "commands", "commands,chat:write", "", "chat:write", ""},
        {EP_V2, "commands,chat:write", "", "commands,chat:write", "commands,chat:write", "", "", ""},
        {EP_V2, "commands,team:read", "", "team:read", "commands", "", "commands,team:read", ""},
        {EP_V2, "team:read", "", "commands", "", "", "team:read", ""},
        {EP_V2, "team:read", "search:read", "search:read,nonsense", "", "search:read", "team:read", ""},
        {EP_V2_USER, "search:read", "", "search:read", "", "search:read", "", ""},
        {EP_V1, "channels:read,commands", "", "commands", "", "", "", "channels:read,commands"},
        {EP_OPENID, "openid,email", "", "openid,email", "", "", "", "openid,email"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        at(&f, rows[i].endpoint, rows[i].scope, rows[i].user_scope);
        f.app.bot_optional = STR("chat:write\ncommands");
        f.app.user_optional = STR("search:read\nopenid\nemail\ncommands");
        f.consent.untick = str_of(rows[i].untick);
        assert_int_equal(decide(&f), AUTH_ISSUE);
        check_str(f.plan.bot_optional, str_of(rows[i].bot_optional));
        check_str(f.plan.user_optional, str_of(rows[i].user_optional));
        check_str(f.plan.bot_granted, str_of(rows[i].bot));
        check_str(f.plan.user_granted, str_of(rows[i].user));
        check_str(f.plan.bot_scopes, rows[i].endpoint == EP_V2 ? str_of(rows[i].scope) : STR(""));
        arena_release(&f.arena);
    }
}

// oauth.v2.access.md 7.1: the scope comes with a webhook, so without a channel it is not granted.
static void test_webhook(void **state)
{
    (void)state;
    static const struct {
        enum code_endpoint endpoint;
        const char *scope, *user_scope;
        bool channel;
        const char *bot, *user;
    } rows[] = {
        {EP_V2, "chat:write,incoming-webhook", "", true, "chat:write,incoming-webhook", ""},
        {EP_V2, "chat:write,incoming-webhook", "", false, "chat:write", ""},
        {EP_V2, "incoming-webhook", "search:read", false, "", "search:read"},
        {EP_V2, "incoming-webhook", "", false, "", ""},
        {EP_V1, "incoming-webhook,channels:read", "", true, "", "incoming-webhook,channels:read"},
        {EP_V1, "incoming-webhook,channels:read", "", false, "", "channels:read"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        at(&f, rows[i].endpoint, rows[i].scope, rows[i].user_scope);
        if (!rows[i].channel) f.view.channel = NULL;
        assert_int_equal(decide(&f), AUTH_ISSUE);
        check_str(f.plan.bot_granted, str_of(rows[i].bot));
        check_str(f.plan.user_granted, str_of(rows[i].user));
        arena_release(&f.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rules),    cmocka_unit_test(test_catalogue), cmocka_unit_test(test_published),
        cmocka_unit_test(test_optional), cmocka_unit_test(test_webhook),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
