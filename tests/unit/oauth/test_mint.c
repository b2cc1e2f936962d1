// SPDX-License-Identifier: Apache-2.0
#include "exchange_fixture.h"

static const int64_t days30_ms = INT64_C(30) * 24 * 3600 * 1000;

static void decide_ok(struct fixture *f)
{
    assert_int_equal(decide(f), W_OK);
    assert_false(f->plan.count_attempt);
    check_why(&f->why, CAUSE_NONE);
}

// The string is of that kind, and its row has its locator and its hash.
static void check_string(const struct fixture *f, struct str text, enum cred_kind kind, int64_t id,
                         const struct hash *hash)
{
    struct credential c;
    assert_true(credential_parse_token(text, &f->settings, &c));
    assert_int_equal(c.kind, kind);
    assert_int_equal(c.id, id);
    assert_memory_equal(c.hash.b, hash->b, HASH_SIZE);
}

static void check_granted(const struct fixture *f, const struct granted *g, enum cred_kind kind, int64_t id)
{
    const struct token *t = &g->token;
    check_string(f, g->access_token, kind, id, &t->hash);
    assert_int_equal(t->id, id);
    assert_string_equal(t->app.s, f->app.id.s);
    assert_string_equal(t->owner.s, f->plan.owner.s);
    assert_string_equal(t->user.s, f->user.id.s);
    assert_int_equal(t->code, f->code.id);
    assert_int_equal(t->issued, f->args.now);
    assert_int_equal(t->epoch, g->install.epoch);
    assert_string_equal(g->install.app.s, f->app.id.s);
    assert_string_equal(g->install.owner.s, f->plan.owner.s);
    assert_string_equal(g->install.installer.s, f->user.id.s);
    assert_int_equal(g->install.updated, f->args.now);
}

static void check_nothing(const struct granted *g)
{
    assert_true(str_empty(g->scope) && str_empty(g->access_token) && str_empty(g->refresh_token));
    assert_int_equal(g->token.id, 0);
    assert_false(g->merge);
}

static void test_first_install(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    decide_ok(&f);
    assert_string_equal(f.plan.owner.s, f.workspace.id.s);
    check_granted(&f, &f.plan.bot, CRED_BOT, 1001);
    check_granted(&f, &f.plan.user, CRED_USER, 1003);
    assert_int_equal(f.plan.bot.token.kind, TOKEN_BOT);
    assert_int_equal(f.plan.user.token.kind, TOKEN_USER);
    check_str(f.plan.bot.scope, STR("chat:write,commands"));
    check_str(f.plan.user.scope, STR("search:read"));
    assert_string_equal(f.plan.bot.install.subject.s, "");
    assert_string_equal(f.plan.user.install.subject.s, f.user.id.s);
    assert_int_equal(f.plan.bot.install.epoch, 1);
    assert_true(f.plan.bot.merge && f.plan.user.merge);
    assert_int_equal(f.plan.bot.token.expires, 0);
    assert_int_equal(f.plan.bot.expires_in, 0);
    assert_int_equal(f.plan.bot.install.live[0], 0);
    assert_true(str_empty(f.plan.bot.refresh_token) && str_empty(f.plan.user.refresh_token));
    struct id bot_user = bot_user_id(&f.app.id, &f.workspace.id);
    assert_string_equal(f.plan.bot_user.s, bot_user.s);
    assert_false(f.plan.webhook);
    arena_release(&f.arena);
}

static void test_one_kind(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    f.code.user_scopes = STR("");
    decide_ok(&f);
    check_granted(&f, &f.plan.bot, CRED_BOT, 1001);
    check_nothing(&f.plan.user);
    f.code.user_scopes = STR("search:read");
    f.code.bot_scopes = STR("");
    decide_ok(&f);
    check_nothing(&f.plan.bot);
    assert_true(id_none(&f.plan.bot_user));
    check_granted(&f, &f.plan.user, CRED_USER, 1003);
    arena_release(&f.arena);
}

// authorize.md 9: scopes accumulate in grant order; an authorization that ended starts anew.
static void test_reinstall(void **state)
{
    (void)state;
    static const struct {
        const char *had, *asked, *scope, *added;
        bool rotation, merge;
    } rows[] = {
        {"team:read", "chat:write,commands", "team:read,chat:write,commands", "chat:write,commands", false, true},
        {"commands,team:read", "chat:write,commands", "commands,team:read,chat:write", "chat:write", false, true},
        {"commands,chat:write", "chat:write", "commands,chat:write", "", false, false},
        {"commands,chat:write", "chat:write", "commands,chat:write", "", true, true},
        {"a,b,a", "b", "a,b", "", false, false}, // repeats of a race fold
        {"", "chat:write", "chat:write", "chat:write", false, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        fixture_init(&f);
        f.view.bot = &f.live;
        f.live.scopes = str_of(rows[i].had);
        f.code.bot_scopes = str_of(rows[i].asked);
        if (rows[i].rotation) f.app.flags |= APP_ROTATION;
        decide_ok(&f);
        check_str(f.plan.bot.scope, str_of(rows[i].scope));
        check_str(f.plan.bot.install.scopes, str_of(rows[i].added));
        assert_int_equal(f.plan.bot.install.epoch, 5);
        assert_int_equal(f.plan.bot.token.epoch, 5);
        assert_int_equal(f.plan.bot.merge, rows[i].merge);
        assert_int_equal(f.plan.user.install.epoch, 1); // an authorization of its own
        arena_release(&f.arena);
    }
}

static void check_pair(const struct fixture *f, const struct granted *g, enum cred_kind kind, int64_t id)
{
    const struct refresh *r = &g->refresh;
    check_granted(f, g, kind, id);
    check_string(f, g->refresh_token, CRED_REFRESH, id + 1, &r->hash);
    assert_int_equal(g->expires_in, 43200);
    assert_int_equal(g->token.expires, f->args.now + INT64_C(43200000));
    assert_int_equal(g->install.live[0], id);
    assert_int_equal(r->id, id + 1);
    assert_int_equal(r->access, id);
    assert_int_equal(r->parent, 0);
    assert_int_equal(r->kind, g->token.kind);
    assert_int_equal(r->epoch, g->token.epoch);
    assert_string_equal(r->app.s, g->token.app.s);
    assert_string_equal(r->owner.s, g->token.owner.s);
    assert_string_equal(r->user.s, g->token.user.s);
}

// token-rotation.md 1.
static void test_rotation(void **state)
{
    (void)state;
    static const struct {
        unsigned flags;
        const char *redirect;
        bool rotates, ends, desktop;
    } rows[] = {
        {0, "https://app.example.test/cb", false, false, false},
        {APP_ROTATION, "https://app.example.test/cb", true, false, false},
        {APP_PKCE, "https://app.example.test/cb", false, false, false},
        {APP_PKCE | APP_ROTATION, "https://app.example.test/cb", true, true, false},
        {APP_PKCE, "http://localhost:3000/cb", true, true, true},
        {APP_PKCE, "pubapp://auth", true, true, true},
        {0, "http://localhost:3000/cb", false, false, false},
        {APP_ROTATION, "http://localhost:3000/cb", true, false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        fixture_init(&f);
        f.app.flags |= rows[i].flags;
        f.code.redirect_uri = str_of(rows[i].redirect);
        decide_ok(&f);
        assert_int_equal(!str_empty(f.plan.user.refresh_token), rows[i].rotates);
        // A desktop redirect alone makes user tokens rotate, not bot tokens (which it does not get).
        assert_int_equal(!str_empty(f.plan.bot.refresh_token), (rows[i].flags & APP_ROTATION) != 0);
        if (rows[i].flags & APP_ROTATION) check_pair(&f, &f.plan.bot, CRED_ROT_BOT, 1001);
        if (rows[i].rotates) {
            check_pair(&f, &f.plan.user, CRED_ROT_USER, 1003);
            assert_int_equal(f.plan.user.refresh.expires, rows[i].ends ? f.args.now + days30_ms : 0);
            assert_int_equal(f.plan.user.refresh.desktop, rows[i].desktop);
        }
        arena_release(&f.arena);
    }
}

// legacy.md 3: identify is always there, a bot only with the scope bot; nothing rotates.
static void test_classic(void **state)
{
    (void)state;
    static const struct {
        const char *asked, *scope;
        bool bot;
    } rows[] = {
        {"channels:read", "identify,channels:read", false},
        {"bot", "identify,bot", true},
        {"bot,incoming-webhook", "identify,bot,incoming-webhook", true},
        {"incoming-webhook,bot", "identify,incoming-webhook,bot", true},
        {"channels:read,identify", "identify,channels:read", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        fixture_init(&f);
        via(&f, EP_V1);
        f.app.flags |= APP_CLASSIC | APP_ROTATION;
        f.code.user_scopes = str_of(rows[i].asked);
        decide_ok(&f);
        check_str(f.plan.user.scope, str_of(rows[i].scope));
        check_granted(&f, &f.plan.user, CRED_USER, 1003);
        check_str(f.plan.bot.scope, rows[i].bot ? STR("bot") : STR(""));
        if (rows[i].bot)
            check_granted(&f, &f.plan.bot, CRED_BOT, 1001);
        else
            check_nothing(&f.plan.bot);
        assert_int_equal(id_none(&f.plan.bot_user), !rows[i].bot);
        arena_release(&f.arena);
    }
}

static void test_org_wide(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    f.code.workspace = (struct id){0};
    f.code.enterprise = f.enterprise.id;
    f.view.workspace = NULL;
    f.view.enterprise = &f.enterprise;
    decide_ok(&f);
    assert_string_equal(f.plan.owner.s, f.enterprise.id.s);
    check_granted(&f, &f.plan.bot, CRED_BOT, 1001);
    struct id bot_user = bot_user_id(&f.app.id, &f.enterprise.id);
    assert_string_equal(f.plan.bot_user.s, bot_user.s);
    arena_release(&f.arena);
}

static void test_workspace_in_org(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    f.code.enterprise = f.enterprise.id;
    f.view.enterprise = &f.enterprise;
    decide_ok(&f);
    assert_string_equal(f.plan.owner.s, f.workspace.id.s);
    arena_release(&f.arena);
}

static void test_webhook(void **state)
{
    (void)state;
    static const struct {
        const char *bot, *user;
        bool channel, wanted;
        int64_t epoch;
    } rows[] = {
        {"commands,incoming-webhook", "", true, true, 5}, {"commands,incoming-webhook", "", false, false, 0},
        {"commands", "incoming-webhook", true, true, 1},  {"commands", "search:read", true, false, 0},
        {"", "incoming-webhook", true, true, 1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        fixture_init(&f);
        f.view.bot = &f.live;
        f.code.bot_scopes = str_of(rows[i].bot);
        f.code.user_scopes = str_of(rows[i].user);
        f.view.channel = rows[i].channel ? &f.channel : NULL;
        decide_ok(&f);
        assert_int_equal(f.plan.webhook, rows[i].wanted);
        if (rows[i].wanted) {
            struct credential c;
            const struct webhook *w = &f.plan.webhook_row;
            assert_true(str_starts(f.plan.webhook_path, STR("/services/T04QX81RB9C/B")));
            assert_true(credential_parse_webhook(f.plan.webhook_path, &c));
            assert_int_equal(c.id, 1005);
            assert_int_equal(w->id, 1005);
            assert_memory_equal(c.hash.b, w->hash.b, HASH_SIZE);
            assert_string_equal(w->channel.s, f.channel.id.s);
            assert_string_equal(w->workspace.s, f.channel.workspace.s);
            assert_string_equal(w->app.s, f.app.id.s);
            assert_string_equal(w->owner.s, f.plan.owner.s);
            assert_string_equal(w->subject.s, strstr(rows[i].bot, "webhook") ? "" : f.code.user.s);
            assert_int_equal(w->epoch, rows[i].epoch);
            assert_int_equal(w->created, f.args.now);
        }
        arena_release(&f.arena);
    }
}

static void test_stem(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    f.settings = (struct settings){.access_token_ttl = 43200, .nstems = 2, .stems = {"hpt", "xox"}};
    decide_ok(&f);
    assert_true(str_starts(f.plan.bot.access_token, STR("hptb-1")));
    assert_true(str_starts(f.plan.user.access_token, STR("hptp-1")));
    check_granted(&f, &f.plan.bot, CRED_BOT, 1001);
    arena_release(&f.arena);
}

// The same operation decided twice, as after a lost guard, gives the same strings.
static void test_again(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    decide_ok(&f);
    struct exchange_plan first = f.plan;
    decide_ok(&f);
    check_str(f.plan.bot.access_token, first.bot.access_token);
    check_str(f.plan.user.access_token, first.user.access_token);
    assert_memory_equal(f.plan.bot.token.hash.b, first.bot.token.hash.b, HASH_SIZE);
    arena_release(&f.arena);
}

// Wherever the arena ends, the answer is fatal_error or the whole plan.
static void test_full_arena(void **state)
{
    (void)state;
    bool done = false;
    for (size_t room = 0; !done; room++) {
        struct fixture f;
        fixture_init(&f);
        f.app.flags |= APP_ROTATION;
        f.code.bot_scopes = STR("incoming-webhook,chat:write");
        f.view.channel = &f.channel;
        f.arena.cap = f.arena.used + room;
        enum wire_err e = decide(&f);
        done = e == W_OK;
        if (done)
            check_pair(&f, &f.plan.user, CRED_ROT_USER, 1003);
        else
            assert_int_equal(e, W_FATAL_ERROR);
        arena_release(&f.arena);
        assert_in_range(room, 0, 4096);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_install),
        cmocka_unit_test(test_one_kind),
        cmocka_unit_test(test_reinstall),
        cmocka_unit_test(test_rotation),
        cmocka_unit_test(test_classic),
        cmocka_unit_test(test_org_wide),
        cmocka_unit_test(test_workspace_in_org),
        cmocka_unit_test(test_webhook),
        cmocka_unit_test(test_stem),
        cmocka_unit_test(test_again),
        cmocka_unit_test(test_full_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
