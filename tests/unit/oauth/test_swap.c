// SPDX-License-Identifier: Apache-2.0
// oauth.v2.exchange: a token that never expires becomes a rotating pair, once (token-rotation.md 5).
#include "fixture.h"
#include "oauth/swap.h"

enum { OLD = 600, NEW_ACCESS, NEW_REFRESH, INSTALL_EPOCH = 3 };

// A swap of the bot token of T1 that is good as it stands.
struct fixture {
    struct arena arena;
    struct settings settings;
    struct app app;
    struct token row;
    struct install install;
    struct workspace workspace;
    struct enterprise enterprise;
    struct user user;
    struct swap_args args;
    struct swap_view view;
    struct pair_mint mint;
    struct swap_plan plan;
    struct why why;
};

static void fixture_init(struct fixture *f)
{
    *f = (struct fixture){.settings = fixture_settings(), .args = {.token_ok = true, .now = fixture_now}};
    arena_init(&f->arena, 64 * 1024);
    f->app = fixture_app("A05KQ2M7ZPD", "4831107762.5926604413", "");
    f->app.flags |= APP_ROTATION;
    f->workspace = fixture_t1();
    f->enterprise = fixture_e1();
    f->user = fixture_u1();
    f->args.token = (struct credential){.kind = CRED_BOT, .id = OLD, .hash = {{1, 2, 3}}};
    f->row = (struct token){.id = OLD,
                            .hash = f->args.token.hash,
                            .kind = TOKEN_BOT,
                            .app = f->app.id,
                            .owner = f->workspace.id,
                            .user = f->user.id,
                            .epoch = INSTALL_EPOCH,
                            .code = 4242};
    f->install = (struct install){.app = f->app.id,
                                  .owner = f->workspace.id,
                                  .epoch = INSTALL_EPOCH,
                                  .scopes = STR("chat:write,commands"),
                                  .installer = fixture_id("U0LATER0000")};
    f->args.settings = &f->settings;
    f->view = (struct swap_view){
        .app = &f->app, .token = &f->row, .install = &f->install, .workspace = &f->workspace, .user = &f->user};
    f->mint = (struct pair_mint){
        .access_id = NEW_ACCESS, .refresh_id = NEW_REFRESH, .access = fixture_secret(2), .refresh = fixture_secret(3)};
}

static enum wire_err decide(struct fixture *f)
{
    f->why = (struct why){0};
    return swap_decide(&f->args, &f->view, &f->mint, &f->arena, &f->plan, &f->why);
}

static void as_it_is(struct fixture *f)
{
    (void)f;
}

static void user_token(struct fixture *f)
{
    f->args.token.kind = CRED_USER;
    f->row.kind = TOKEN_USER;
    f->install.subject = f->user.id;
}

static void org_wide(struct fixture *f)
{
    f->row.owner = f->install.owner = f->enterprise.id;
    f->view.workspace = NULL;
    f->view.enterprise = &f->enterprise;
}

static void setting_off(struct fixture *f)
{
    f->app.flags &= ~(unsigned)APP_ROTATION;
}

static void malformed(struct fixture *f)
{
    f->args = (struct swap_args){.now = fixture_now, .settings = &f->settings};
    f->view.token = NULL;
}

static void rotating_bot(struct fixture *f)
{
    f->args.token.kind = CRED_ROT_BOT;
}

static void rotating_user(struct fixture *f)
{
    f->args.token.kind = CRED_ROT_USER;
}

static void refresh_token(struct fixture *f)
{
    f->args.token.kind = CRED_REFRESH;
    f->view.token = NULL;
}

static void app_level(struct fixture *f)
{
    f->args.token.kind = CRED_APP_LEVEL;
}

static void unknown(struct fixture *f)
{
    f->view.token = NULL;
}

static void other_secret(struct fixture *f)
{
    f->args.token.hash.b[HASH_SIZE - 1] ^= 1;
}

static void other_app(struct fixture *f)
{
    f->row.app = fixture_id("A0BETA00000");
}

static void revoked(struct fixture *f)
{
    f->row.revoked = fixture_now - 1;
}

static void never_installed(struct fixture *f)
{
    f->view.install = NULL;
}

static void ended(struct fixture *f)
{
    f->install.scopes = STR("");
}

static void installed_again(struct fixture *f)
{
    f->install.epoch++;
}

static void closed_account(struct fixture *f)
{
    user_token(f);
    f->user.role = ROLE_DEACTIVATED;
}

static void deleted_account(struct fixture *f)
{
    user_token(f);
    f->view.user = NULL;
}

static void bot_of_closed_account(struct fixture *f)
{
    f->user.role = ROLE_DEACTIVATED;
}

static void workspace_gone(struct fixture *f)
{
    f->view.workspace = NULL;
    f->view.enterprise = &f->enterprise; // of somebody else
}

static void exchanged(struct fixture *f)
{
    f->row.exchanged = 77;
}

static void exchanged_and_over(struct fixture *f)
{
    exchanged(f);
    f->row.expires = fixture_now - 1;
}

static const struct {
    const char *name;
    void (*change)(struct fixture *f);
    enum wire_err wanted;
    enum cause cause;
} decisions[] = {
    {"bot", as_it_is, W_OK, CAUSE_NONE},
    {"user", user_token, W_OK, CAUSE_NONE},
    {"org-wide", org_wide, W_OK, CAUSE_NONE},
    {"bot, installer gone", bot_of_closed_account, W_OK, CAUSE_NONE},
    {"setting off", setting_off, W_TOKEN_ROTATION_NOT_ENABLED, CAUSE_ROTATION_OFF},
    {"malformed", malformed, W_INVALID_TOKEN, CAUSE_TOKEN_SHAPE},
    {"rotating bot", rotating_bot, W_INVALID_TOKEN, CAUSE_TOKEN_ROTATES},
    {"rotating user", rotating_user, W_INVALID_TOKEN, CAUSE_TOKEN_ROTATES},
    {"refresh token", refresh_token, W_INVALID_TOKEN, CAUSE_TOKEN_SHAPE},
    {"app-level", app_level, W_INVALID_TOKEN, CAUSE_TOKEN_SHAPE},
    {"unknown", unknown, W_INVALID_TOKEN, CAUSE_TOKEN_UNKNOWN},
    {"other secret", other_secret, W_INVALID_TOKEN, CAUSE_TOKEN_UNKNOWN},
    {"other app", other_app, W_INVALID_TOKEN, CAUSE_TOKEN_FOREIGN},
    {"revoked", revoked, W_AUTHORIZATION_NOT_FOUND, CAUSE_TOKEN_REVOKED},
    {"never installed", never_installed, W_AUTHORIZATION_NOT_FOUND, CAUSE_TOKEN_REVOKED},
    {"ended", ended, W_AUTHORIZATION_NOT_FOUND, CAUSE_TOKEN_REVOKED},
    {"installed again", installed_again, W_AUTHORIZATION_NOT_FOUND, CAUSE_TOKEN_REVOKED},
    {"closed account", closed_account, W_AUTHORIZATION_NOT_FOUND, CAUSE_USER_DEACTIVATED},
    {"deleted account", deleted_account, W_AUTHORIZATION_NOT_FOUND, CAUSE_USER_DEACTIVATED},
    {"workspace gone", workspace_gone, W_AUTHORIZATION_NOT_FOUND, CAUSE_TEAM_GONE},
    {"exchanged", exchanged, W_TOKEN_ALREADY_EXCHANGED, CAUSE_TOKEN_EXCHANGED},
    {"exchanged and over", exchanged_and_over, W_TOKEN_ALREADY_EXCHANGED, CAUSE_TOKEN_EXCHANGED},
};

static void test_decisions(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(decisions); i++) {
        struct fixture f;
        fixture_init(&f);
        decisions[i].change(&f);
        enum wire_err e = decide(&f);
        if (e != decisions[i].wanted) print_error("%s: got %.*s\n", decisions[i].name, STR_FMT(wire_row(e)->name));
        assert_int_equal(e, decisions[i].wanted);
        check_why(&f.why, decisions[i].cause);
        assert_int_equal(str_empty(f.plan.granted.access_token), e != W_OK);
        arena_release(&f.arena);
    }
}

// The contract's order: setting, token, authorization, already exchanged.
static void test_order(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct fixture *f);
        enum wire_err wanted;
    } order[] = {
        {setting_off, W_TOKEN_ROTATION_NOT_ENABLED},
        {other_secret, W_INVALID_TOKEN},
        {other_app, W_INVALID_TOKEN},
        {revoked, W_AUTHORIZATION_NOT_FOUND},
        {ended, W_AUTHORIZATION_NOT_FOUND},
        {exchanged, W_TOKEN_ALREADY_EXCHANGED},
    };
    for (size_t first = 0; first < ARRAY_LEN(order); first++) {
        struct fixture f;
        fixture_init(&f);
        for (size_t i = first; i < ARRAY_LEN(order); i++) order[i].change(&f);
        assert_int_equal(decide(&f), order[first].wanted);
        arena_release(&f.arena);
    }
}

static void check_pair(const struct fixture *f, bool bot)
{
    const struct granted *g = &f->plan.granted;
    struct credential access, refresh;
    assert_true(credential_parse_token(g->access_token, &f->settings, &access));
    assert_true(credential_parse_token(g->refresh_token, &f->settings, &refresh));
    assert_int_equal(access.kind, bot ? CRED_ROT_BOT : CRED_ROT_USER);
    assert_int_equal(refresh.kind, CRED_REFRESH);
    assert_memory_equal(access.hash.b, g->token.hash.b, HASH_SIZE);
    assert_memory_equal(refresh.hash.b, g->refresh.hash.b, HASH_SIZE);
    assert_int_equal(g->token.id, NEW_ACCESS);
    assert_int_equal(g->token.kind, f->row.kind);
    assert_int_equal(g->token.expires, f->args.now + INT64_C(43200000));
    assert_int_equal(g->token.epoch, INSTALL_EPOCH);
    assert_true(id_eq(&g->token.app, &f->row.app) && id_eq(&g->token.owner, &f->row.owner));
    assert_true(id_eq(&g->token.user, &f->row.user));
    assert_int_equal(g->token.code, 0);
    assert_int_equal(g->refresh.id, NEW_REFRESH);
    assert_int_equal(g->refresh.access, NEW_ACCESS);
    assert_int_equal(g->refresh.parent, 0);
    assert_int_equal(g->refresh.migrated, OLD);
    assert_false(g->refresh.desktop);
}

static void test_pair(void **state)
{
    (void)state;
    static void (*const changes[])(struct fixture * f) = {as_it_is, user_token, org_wide};
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        struct fixture f;
        fixture_init(&f);
        changes[i](&f);
        assert_int_equal(decide(&f), W_OK);
        bool bot = f.row.kind == TOKEN_BOT;
        check_pair(&f, bot);
        const struct install *merge = &f.plan.granted.install;
        check_str(f.plan.granted.scope, STR("chat:write,commands"));
        check_str(merge->scopes, STR(""));
        assert_true(f.plan.granted.merge);
        assert_int_equal(merge->live[0], NEW_ACCESS); // the old one never rotated: it is not among the two
        assert_int_equal(merge->live[1], 0);
        assert_string_equal(merge->subject.s, bot ? "" : f.user.id.s);
        assert_string_equal(merge->installer.s, "U0LATER0000");
        struct id bot_user = bot_user_id(&f.app.id, &f.row.owner);
        assert_string_equal(f.plan.bot_user.s, bot ? bot_user.s : "");
        arena_release(&f.arena);
    }
}

static void test_arena_full(void **state)
{
    (void)state;
    struct fixture f;
    struct arena small;
    fixture_init(&f);
    arena_init(&small, 64);
    assert_int_equal(swap_decide(&f.args, &f.view, &f.mint, &small, &f.plan, &f.why), W_FATAL_ERROR);
    arena_release(&small);
    arena_release(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decisions),
        cmocka_unit_test(test_order),
        cmocka_unit_test(test_pair),
        cmocka_unit_test(test_arena_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
