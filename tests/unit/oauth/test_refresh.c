// SPDX-License-Identifier: Apache-2.0
// The refresh grant: who is refused and why, the grace, and what reuse does (token-rotation.md 2, 4; security.md D5,
// S12).
#include "refresh_fixture.h"

static void unknown(struct fixture *f)
{
    f->view.refresh = NULL;
}

static void malformed(struct fixture *f)
{
    f->args.token_ok = false;
    f->view.refresh = NULL;
}

static void access_token(struct fixture *f)
{
    f->args.token.kind = CRED_ROT_BOT;
}

static void other_client(struct fixture *f)
{
    f->row.app = fixture_id("A0BETA00000");
}

static void unknown_no_secret(struct fixture *f)
{
    no_secret(f);
    unknown(f);
}

static void other_client_no_secret(struct fixture *f)
{
    no_secret(f);
    f->row.desktop = true;
    other_client(f);
}

static void desktop_with_secret(struct fixture *f)
{
    f->row.desktop = true;
}

static void never_installed(struct fixture *f)
{
    f->view.install = NULL;
}

static void uninstalled(struct fixture *f)
{
    f->install.scopes = STR("");
    f->install.epoch++;
}

static void installed_again(struct fixture *f)
{
    f->install.epoch++;
}

static void expired(struct fixture *f)
{
    f->row.expires = fixture_now;
}

static void nearly_expired(struct fixture *f)
{
    f->row.expires = fixture_now + 1;
}

static void successor_used(struct fixture *f)
{
    used_just_now(f);
    f->row.heir = SIBLING;
}

static void closed_account(struct fixture *f)
{
    user_line(f);
    f->user.role = ROLE_DEACTIVATED;
}

static void deleted_account(struct fixture *f)
{
    user_line(f);
    f->view.user = NULL;
}

// openid.md 2: openid.connect.token takes the lines of people who signed in.
static void openid_bot(struct fixture *f)
{
    f->args.openid = true;
    f->install.scopes = STR("openid");
}

static void openid_user(struct fixture *f)
{
    user_line(f);
    f->args.openid = true;
    f->install.scopes = STR("search:read,openid");
}

static void openid_other_user(struct fixture *f)
{
    openid_user(f);
    f->install.scopes = STR("search:read");
}

static const struct {
    const char *name;
    void (*change)(struct fixture *f);
    enum wire_err wanted;
    enum cause cause;
} decisions[] = {
    {"good", as_it_is, W_OK, CAUSE_NONE},
    {"user's", user_line, W_OK, CAUSE_NONE},
    {"org-wide", org_wide, W_OK, CAUSE_NONE},
    {"unknown", unknown, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_UNKNOWN},
    {"malformed", malformed, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_UNKNOWN},
    {"access token", access_token, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_UNKNOWN},
    {"other secret", other_secret, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_UNKNOWN},
    {"other client", other_client, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_OTHER},
    {"configuration token", config_row, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_OTHER},
    {"no secret", no_secret, W_BAD_CLIENT_SECRET, CAUSE_SECRET_MISSING},
    {"no secret, unknown", unknown_no_secret, W_BAD_CLIENT_SECRET, CAUSE_SECRET_MISSING},
    {"no secret, other client", other_client_no_secret, W_BAD_CLIENT_SECRET, CAUSE_SECRET_MISSING},
    {"desktop, no secret", desktop_no_secret, W_OK, CAUSE_NONE},
    {"desktop, secret", desktop_with_secret, W_OK, CAUSE_NONE},
    {"revoked", revoked, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_REVOKED},
    {"never installed", never_installed, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_REVOKED},
    {"uninstalled", uninstalled, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_REVOKED},
    {"installed again", installed_again, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_REVOKED},
    {"30 days over", expired, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_EXPIRED},
    {"30 days nearly over", nearly_expired, W_OK, CAUSE_NONE},
    {"first of its parent", with_parent, W_OK, CAUSE_NONE},
    {"heir of its parent", heir_itself, W_OK, CAUSE_NONE},
    {"sibling was used", sibling_used, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_REVOKED},
    {"used long ago", used_long_ago, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_USED},
    {"used just now", used_just_now, W_OK, CAUSE_NONE},
    {"used too often", used_too_often, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_USED},
    {"a successor was used", successor_used, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_USED},
    {"bot, installer gone", bot_of_closed_account, W_OK, CAUSE_NONE},
    {"closed account", closed_account, W_INVALID_REFRESH_TOKEN, CAUSE_USER_DEACTIVATED},
    {"deleted account", deleted_account, W_INVALID_REFRESH_TOKEN, CAUSE_USER_DEACTIVATED},
    {"workspace gone", workspace_gone, W_INVALID_REFRESH_TOKEN, CAUSE_TEAM_GONE},
    {"migrating", migrating, W_TEAM_ADDED_TO_ORG, CAUSE_TEAM_MIGRATING},
    {"sign-in", openid_user, W_OK, CAUSE_NONE},
    {"sign-in of a bot", openid_bot, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_OTHER},
    {"no sign-in", openid_other_user, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_OTHER},
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
        assert_false(f.plan.revoke);
        arena_release(&f.arena);
    }
}

// With every defect there, the first is named; with that one repaired, the next.
static void test_order(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct fixture *f);
        enum wire_err wanted;
        enum cause cause;
    } order[] = {
        {other_secret, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_UNKNOWN},
        {other_client, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_OTHER},
        {revoked, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_REVOKED},
        {uninstalled, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_REVOKED},
        {expired, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_EXPIRED},
        {sibling_used, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_REVOKED},
        {used_long_ago, W_INVALID_REFRESH_TOKEN, CAUSE_REFRESH_USED},
        {closed_account, W_INVALID_REFRESH_TOKEN, CAUSE_USER_DEACTIVATED},
        {migrating, W_TEAM_ADDED_TO_ORG, CAUSE_TEAM_MIGRATING},
    };
    for (size_t first = 0; first < ARRAY_LEN(order); first++) {
        struct fixture f;
        fixture_init(&f);
        for (size_t i = first; i < ARRAY_LEN(order); i++) order[i].change(&f);
        assert_int_equal(decide(&f), order[first].wanted);
        check_why(&f.why, order[first].cause);
        arena_release(&f.arena);
    }
}

// Single use with a grace: [0, 60 s) and so many times; none at all when it is set to 0.
static void test_grace(void **state)
{
    (void)state;
    static const struct {
        int64_t grace, age_ms;
        unsigned bound, uses;
        bool good;
    } rows[] = {
        {60, 0, 2, 0, true},      {60, 59000, 2, 0, true},       {60, 59999, 2, 0, true}, {60, 60000, 2, 0, false},
        {60, 61000, 2, 0, false}, {60, 1000, 2, 1, true},        {60, 1000, 2, 2, false}, {60, 1000, 0, 0, false},
        {0, 0, 2, 0, false},      {0, -1000, 2, 0, false}, // came before the first was served, was served after it
        {60, -1000, 2, 0, true},  {86400, 86399999, 1, 0, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        fixture_init(&f);
        f.settings.refresh_grace = rows[i].grace;
        f.settings.refresh_grace_reuses = rows[i].bound;
        f.row.used_at = f.args.now - rows[i].age_ms;
        f.row.grace_uses = rows[i].uses;
        enum wire_err e = decide(&f);
        if ((e == W_OK) != rows[i].good) print_error("row %zu: got %.*s\n", i, STR_FMT(wire_row(e)->name));
        assert_int_equal(e, rows[i].good ? W_OK : W_INVALID_REFRESH_TOKEN);
        arena_release(&f.arena);
    }
}

// security.md D5: reuse beyond the grace ends the authorization where that is wished, and nothing else does.
static void test_on_reuse(void **state)
{
    (void)state;
    static const struct {
        enum on_replay setting;
        bool revoke_public, public_app;
        bool revoked;
    } rows[] = {
        {ON_REPLAY_DEFAULT, false, false, false}, {ON_REPLAY_DEFAULT, false, true, false},
        {ON_REPLAY_DEFAULT, true, false, false},  {ON_REPLAY_DEFAULT, true, true, true},
        {ON_REPLAY_REFUSE, true, true, false},    {ON_REPLAY_REVOKE, false, false, true},
        {ON_REPLAY_REVOKE, false, true, true},
    };
    static void (*const harmless[])(struct fixture * f) = {used_too_often, successor_used, sibling_used,
                                                           expired,        other_secret,   other_client,
                                                           used_just_now,  closed_account};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        fixture_init(&f);
        f.settings.refresh_on_reuse = rows[i].setting;
        f.settings.revoke_public = rows[i].revoke_public;
        if (rows[i].public_app) f.app.flags |= APP_PKCE;
        f.row.used_at = fixture_now - 60000;
        assert_int_equal(decide(&f), W_INVALID_REFRESH_TOKEN);
        assert_int_equal(f.plan.revoke, rows[i].revoked);
        arena_release(&f.arena);
    }
    for (size_t i = 0; i < ARRAY_LEN(harmless); i++) {
        struct fixture f;
        fixture_init(&f);
        f.settings.refresh_on_reuse = ON_REPLAY_REVOKE;
        harmless[i](&f);
        (void)decide(&f);
        assert_false(f.plan.revoke);
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
    assert_int_equal(refresh_decide(&f.args, &f.view, &f.mint, &small, &f.plan, &f.why), W_FATAL_ERROR);
    arena_release(&small);
    arena_release(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decisions), cmocka_unit_test(test_order),      cmocka_unit_test(test_grace),
        cmocka_unit_test(test_on_reuse),  cmocka_unit_test(test_arena_full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
