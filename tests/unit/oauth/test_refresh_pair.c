// SPDX-License-Identifier: Apache-2.0
// What a good refresh writes: the new pair on the line of the old one, of an app or of configuration tokens
// (token-rotation.md 3 to 6).
#include "oauth/config.h"
#include "refresh_fixture.h"

static void check_string(const struct fixture *f, struct str text, enum cred_kind kind, int64_t id,
                         const struct hash *hash)
{
    struct credential c;
    assert_true(credential_parse_token(text, &f->settings, &c));
    assert_int_equal(c.kind, kind);
    assert_int_equal(c.id, id);
    assert_memory_equal(c.hash.b, hash->b, HASH_SIZE);
}

// The new pair continues the line of the old one.
static void check_pair(const struct fixture *f, enum cred_kind kind)
{
    const struct granted *g = &f->plan.granted;
    const struct token *t = &g->token;
    const struct refresh *r = &g->refresh, *old = &f->row;
    check_string(f, g->access_token, kind, NEW_ACCESS, &t->hash);
    check_string(f, g->refresh_token, CRED_REFRESH, NEW_REFRESH, &r->hash);
    assert_int_equal(t->kind, old->kind);
    assert_int_equal(r->kind, old->kind);
    assert_true(id_eq(&t->app, &old->app) && id_eq(&t->owner, &old->owner) && id_eq(&t->user, &old->user));
    assert_true(id_eq(&r->app, &old->app) && id_eq(&r->owner, &old->owner) && id_eq(&r->user, &old->user));
    assert_int_equal(t->expires, f->args.now + INT64_C(43200000));
    assert_int_equal(g->expires_in, 43200);
    assert_int_equal(r->access, NEW_ACCESS);
    assert_int_equal(r->parent, TOKEN);
    assert_int_equal(r->desktop, old->desktop);
    assert_int_equal(r->used_at + r->heir + r->grace_uses + r->revoked + r->migrated + t->code + t->exchanged, 0);
}

static void test_pair(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct fixture *f);
        enum cred_kind kind;
        unsigned flags;
    } rows[] = {
        {as_it_is, CRED_ROT_BOT, 0},        {user_line, CRED_ROT_USER, 0},
        {org_wide, CRED_ROT_BOT, 0},        {used_just_now, CRED_ROT_BOT, 0},
        {as_it_is, CRED_ROT_BOT, APP_PKCE}, {desktop_no_secret, CRED_ROT_BOT, APP_PKCE},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        fixture_init(&f);
        rows[i].change(&f);
        f.app.flags |= rows[i].flags;
        const struct granted *g = &f.plan.granted;
        assert_int_equal(decide(&f), W_OK);
        check_pair(&f, rows[i].kind);
        check_str(g->scope, STR("chat:write,commands"));
        assert_int_equal(g->token.epoch, INSTALL_EPOCH);
        assert_int_equal(g->refresh.epoch, INSTALL_EPOCH);
        // 30 days anew with each refresh, for public apps.
        int64_t days30_ms = INT64_C(30) * 24 * 3600 * 1000;
        assert_int_equal(g->refresh.expires, rows[i].flags ? f.args.now + days30_ms : 0);
        bool bot = rows[i].kind == CRED_ROT_BOT;
        struct id bot_user = bot_user_id(&f.app.id, &f.row.owner);
        assert_string_equal(f.plan.bot_user.s, bot ? bot_user.s : "");
        arena_release(&f.arena);
    }
}

// The authorization only learns of one more live token; its scopes and who installed it last stay.
static void test_merge(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    f.install.scopes = STR("chat:write,commands,team:read,commands"); // gained by a re-install, with a race's repeat
    assert_int_equal(decide(&f), W_OK);
    const struct install *merge = &f.plan.granted.install;
    check_str(f.plan.granted.scope, STR("chat:write,commands,team:read"));
    assert_true(f.plan.granted.merge);
    check_str(merge->scopes, STR(""));
    assert_int_equal(merge->live[0], NEW_ACCESS);
    assert_int_equal(merge->epoch, INSTALL_EPOCH);
    assert_true(id_eq(&merge->app, &f.install.app) && id_eq(&merge->owner, &f.install.owner));
    assert_string_equal(merge->subject.s, "");
    assert_string_equal(merge->installer.s, "U0LATER0000");
    arena_release(&f.arena);
}

// Of siblings, the first that is used claims the line.
static void test_claim(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct fixture *f);
        bool claim;
    } rows[] = {{as_it_is, false}, {with_parent, true}, {heir_itself, false}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        fixture_init(&f);
        rows[i].change(&f);
        assert_int_equal(decide(&f), W_OK);
        assert_int_equal(f.plan.claim, rows[i].claim);
        arena_release(&f.arena);
    }
}

// token-rotation.md 5: a token that was exchanged ends with the first refresh of its pair.
static void test_migrated(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    f.row.migrated = MIGRATED;
    assert_int_equal(decide(&f), W_OK);
    assert_int_equal(f.plan.expire, MIGRATED);
    used_just_now(&f);
    assert_int_equal(decide(&f), W_OK);
    assert_int_equal(f.plan.expire, 0);
    used_long_ago(&f);
    assert_int_equal(decide(&f), W_INVALID_REFRESH_TOKEN);
    assert_int_equal(f.plan.expire, 0);
    arena_release(&f.arena);
}

// token-rotation.md 6: the line of a person in a workspace, of no app.
static void as_config(struct fixture *f)
{
    config_row(f);
    f->view.app = NULL;
    f->view.install = NULL;
}

static void test_config(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct fixture *f);
        enum wire_err wanted;
    } rows[] = {
        {as_it_is, W_OK},
        {used_just_now, W_OK},
        {with_parent, W_OK},
        {migrating, W_OK}, // errors.tsv: not an error of this method
        {other_secret, W_INVALID_REFRESH_TOKEN},
        {used_long_ago, W_INVALID_REFRESH_TOKEN},
        {used_too_often, W_INVALID_REFRESH_TOKEN},
        {sibling_used, W_INVALID_REFRESH_TOKEN},
        {revoked, W_INVALID_REFRESH_TOKEN},
        {bot_of_closed_account, W_INVALID_REFRESH_TOKEN},
        {workspace_gone, W_INVALID_REFRESH_TOKEN},
        {user_line, W_INVALID_REFRESH_TOKEN}, // of an app
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        fixture_init(&f);
        f.settings.refresh_on_reuse = ON_REPLAY_REVOKE;
        as_config(&f);
        rows[i].change(&f);
        assert_int_equal(decide(&f), rows[i].wanted);
        assert_false(f.plan.revoke || f.plan.granted.merge);
        if (rows[i].wanted == W_OK) check_pair(&f, CRED_ROT_USER);
        arena_release(&f.arena);
    }
}

// A line of configuration tokens from its beginning: the first pair can be refreshed.
static void test_config_mint(void **state)
{
    (void)state;
    struct fixture f;
    struct granted first;
    fixture_init(&f);
    struct config_args args = {
        .workspace = f.workspace.id, .user = f.user.id, .now = fixture_now, .settings = &f.settings};
    struct pair_mint mint = {
        .access_id = ACCESS, .refresh_id = TOKEN, .access = fixture_secret(4), .refresh = fixture_secret(5)};
    config_mint(&args, &mint, &f.arena, &first);
    check_string(&f, first.access_token, CRED_ROT_USER, ACCESS, &first.token.hash);
    assert_int_equal(first.token.kind, TOKEN_CONFIG);
    assert_true(id_none(&first.token.app) && id_eq(&first.token.owner, &f.workspace.id));
    assert_true(id_eq(&first.token.user, &f.user.id));
    assert_false(first.merge);
    as_config(&f);
    f.row = first.refresh;
    f.args.token_ok = credential_parse_token(first.refresh_token, &f.settings, &f.args.token);
    assert_int_equal(decide(&f), W_OK);
    check_pair(&f, CRED_ROT_USER);
    arena_release(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pair),     cmocka_unit_test(test_merge),  cmocka_unit_test(test_claim),
        cmocka_unit_test(test_migrated), cmocka_unit_test(test_config), cmocka_unit_test(test_config_mint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
