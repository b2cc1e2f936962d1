// SPDX-License-Identifier: Apache-2.0
#include "exchange_fixture.h"

static void as_it_is(struct fixture *f)
{
    (void)f;
}

static void no_such_code(struct fixture *f)
{
    f->view.code = NULL;
}

static void other_secret(struct fixture *f)
{
    f->args.code.hash.b[31] ^= 1;
}

static void not_ours(struct fixture *f, struct str text)
{
    f->args.code_text = text;
    f->args.code_ok = credential_parse_code(text, &f->args.code);
    f->view.code = NULL;
    assert_false(f->args.code_ok);
}

static void sample_of_the_seed(struct fixture *f)
{
    not_ours(f, STR("ccdaa72ad"));
}

static void plus_became_space(struct fixture *f)
{
    not_ours(f, STR("ab cd"));
}

static void cut_short(struct fixture *f)
{
    not_ours(f, str_upto(f->args.code_text, 85));
}

static void too_long(struct fixture *f)
{
    not_ours(f, arena_printf(&f->arena, "%.*s0", STR_FMT(f->args.code_text)));
}

static void expired(struct fixture *f)
{
    f->args.now = f->code.expires;
}

static void spent(struct fixture *f)
{
    f->code.spent_at = fixture_now + 500;
}

static void spent_v1(struct fixture *f)
{
    via(f, EP_V1);
    spent(f);
}

static void foreign(struct fixture *f)
{
    f->code.app = fixture_id("A0BETA00000");
}

static void foreign_spent_v1(struct fixture *f)
{
    spent_v1(f);
    foreign(f);
}

static void nine_attempts(struct fixture *f)
{
    f->code.attempts = 9;
}

static void ten_attempts(struct fixture *f)
{
    f->code.attempts = 10;
}

static void other_page(struct fixture *f)
{
    f->code.endpoint = EP_OPENID;
}

static void redirect_omitted(struct fixture *f)
{
    f->code.redirect_sent = true;
}

static void redirect_omitted_lenient(struct fixture *f)
{
    f->settings.redirect_uri_lenient = true;
    redirect_omitted(f);
}

static void redirect_differs(struct fixture *f)
{
    f->args.redirect_uri = STR("https://app.example.test/cb/");
}

static void redirect_same(struct fixture *f)
{
    f->code.redirect_sent = true;
    f->args.redirect_uri = f->code.redirect_uri;
}

static void pkce_off(struct fixture *f)
{
    f->args.code_verifier = STR("x");
}

static void pkce_good(struct fixture *f)
{
    with_pkce(f, "secretpassword");
    f->args.code_verifier = STR("secretpassword");
}

static void pkce_strict(struct fixture *f)
{
    pkce_good(f);
    f->settings.pkce_strict = true;
}

static void pkce_strict_public(struct fixture *f)
{
    pkce_strict(f);
    f->args.secret_given = false;
}

static void pkce_missing(struct fixture *f)
{
    with_pkce(f, "secretpassword");
}

static void pkce_wrong(struct fixture *f)
{
    with_pkce(f, "secretpassword");
    f->args.code_verifier = STR("wrong");
}

static void pkce_unasked(struct fixture *f)
{
    f->app.flags |= APP_PKCE;
    f->args.code_verifier = STR("x");
}

static void user_closed(struct fixture *f)
{
    f->user.role = ROLE_DEACTIVATED;
}

static void user_deleted(struct fixture *f)
{
    f->view.user = NULL;
}

static void workspace_deleted(struct fixture *f)
{
    f->view.workspace = NULL;
    f->view.enterprise = &f->enterprise;
}

static void org_wide(struct fixture *f)
{
    f->code.workspace = (struct id){0};
    f->code.enterprise = f->enterprise.id;
    f->view.workspace = NULL;
    f->view.enterprise = &f->enterprise;
}

static void org_deleted(struct fixture *f)
{
    org_wide(f);
    f->view.enterprise = NULL;
}

static void migrating(struct fixture *f)
{
    f->workspace.flags |= WS_MIGRATING;
}

static void preview_team(struct fixture *f)
{
    f->workspace.flags |= WS_PREVIEW_BLOCKED;
}

static void preview_app(struct fixture *f)
{
    f->app.flags |= APP_PREVIEW_BLOCKED;
}

static void email_unverified(struct fixture *f)
{
    f->user.email_verified = false;
}

static void in_org(struct fixture *f)
{
    f->code.enterprise = f->enterprise.id;
    f->view.enterprise = &f->enterprise;
}

static void org_has_bot(struct fixture *f)
{
    in_org(f);
    f->view.org_bot = &f->live;
}

static void org_has_person(struct fixture *f)
{
    in_org(f);
    f->view.org_person = &f->live;
}

static void org_had_bot(struct fixture *f)
{
    org_has_bot(f);
    f->live.scopes = STR("");
}

static void org_again(struct fixture *f)
{
    org_wide(f);
    f->view.bot = f->view.org_bot = &f->live;
}

static void nothing_granted(struct fixture *f)
{
    f->code.bot_scopes = f->code.user_scopes = STR("");
}

static void no_user_scope(struct fixture *f)
{
    via(f, EP_V2_USER);
    f->code.user_scopes = STR("");
}

static const struct {
    const char *name;
    void (*change)(struct fixture *f);
    enum wire_err wanted;
    enum cause cause;
    bool counts;
} decisions[] = {
    {"good", as_it_is, W_OK, CAUSE_NONE, false},
    {"no such code", no_such_code, W_INVALID_CODE, CAUSE_CODE_UNKNOWN, false},
    {"other secret", other_secret, W_INVALID_CODE, CAUSE_CODE_UNKNOWN, false},
    {"sample of the seed", sample_of_the_seed, W_INVALID_CODE, CAUSE_CODE_SHAPE, false},
    {"plus", plus_became_space, W_INVALID_CODE, CAUSE_CODE_PLUS, false},
    {"cut short", cut_short, W_INVALID_CODE, CAUSE_CODE_TRUNCATED, false},
    {"too long", too_long, W_INVALID_CODE, CAUSE_CODE_SHAPE, false},
    {"expired", expired, W_INVALID_CODE, CAUSE_CODE_EXPIRED, false},
    {"spent", spent, W_INVALID_CODE, CAUSE_CODE_USED, false},
    {"spent, classic", spent_v1, W_CODE_ALREADY_USED, CAUSE_CODE_USED, false},
    {"foreign", foreign, W_INVALID_CODE, CAUSE_CODE_FOREIGN, false},
    {"foreign, spent, classic", foreign_spent_v1, W_INVALID_CODE, CAUSE_CODE_FOREIGN, false},
    {"nine attempts", nine_attempts, W_OK, CAUSE_NONE, false},
    {"ten attempts", ten_attempts, W_INVALID_CODE, CAUSE_CODE_ATTEMPTS, false},
    {"other page", other_page, W_OAUTH_AUTHORIZATION_URL_MISMATCH, CAUSE_WRONG_ENDPOINT, true},
    {"redirect omitted", redirect_omitted, W_BAD_REDIRECT_URI, CAUSE_REDIRECT_OMITTED, true},
    {"redirect omitted, lenient", redirect_omitted_lenient, W_OK, CAUSE_NONE, false},
    {"redirect differs", redirect_differs, W_BAD_REDIRECT_URI, CAUSE_REDIRECT_DIFFERS, true},
    {"redirect same", redirect_same, W_OK, CAUSE_NONE, false},
    {"pkce off", pkce_off, W_PKCE_NOT_ALLOWED, CAUSE_PKCE_OFF, true},
    {"pkce good", pkce_good, W_OK, CAUSE_NONE, false},
    {"pkce strict", pkce_strict, W_INTERNAL_ERROR, CAUSE_PKCE_STRICT, true},
    {"pkce strict, public", pkce_strict_public, W_OK, CAUSE_NONE, false},
    {"pkce missing", pkce_missing, W_INVALID_CODE_VERIFIER, CAUSE_VERIFIER_MISSING, true},
    {"pkce wrong", pkce_wrong, W_INVALID_CODE_VERIFIER, CAUSE_VERIFIER_DIFFERS, true},
    {"pkce unasked", pkce_unasked, W_INVALID_CODE_VERIFIER, CAUSE_VERIFIER_UNASKED, true},
    {"user closed", user_closed, W_INVALID_CODE, CAUSE_USER_DEACTIVATED, true},
    {"user deleted", user_deleted, W_INVALID_CODE, CAUSE_USER_DEACTIVATED, true},
    {"workspace deleted", workspace_deleted, W_INVALID_CODE, CAUSE_TEAM_GONE, true},
    {"org deleted", org_deleted, W_INVALID_CODE, CAUSE_TEAM_GONE, true},
    {"migrating", migrating, W_TEAM_ADDED_TO_ORG, CAUSE_TEAM_MIGRATING, true},
    {"preview, team", preview_team, W_PREVIEW_FEATURE_NOT_AVAILABLE, CAUSE_PREVIEW_BLOCKED, true},
    {"preview, app", preview_app, W_PREVIEW_FEATURE_NOT_AVAILABLE, CAUSE_PREVIEW_BLOCKED, true},
    {"e-mail", email_unverified, W_USER_EMAIL_UNVERIFIED, CAUSE_EMAIL_UNVERIFIED, true},
    {"in an org", in_org, W_OK, CAUSE_NONE, false},
    {"org has the bot", org_has_bot, W_CANNOT_INSTALL_AN_ORG_INSTALLED_APP, CAUSE_ORG_INSTALLED, true},
    {"org has the user", org_has_person, W_CANNOT_INSTALL_AN_ORG_INSTALLED_APP, CAUSE_ORG_INSTALLED, true},
    {"org had the bot", org_had_bot, W_OK, CAUSE_NONE, false},
    {"org-wide once more", org_again, W_OK, CAUSE_NONE, false},
    {"nothing granted", nothing_granted, W_NO_SCOPES, CAUSE_NOTHING_GRANTED, true},
    {"no user scope", no_user_scope, W_NO_USER_SCOPES, CAUSE_NOTHING_GRANTED, true},
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
        assert_int_equal(f.plan.count_attempt, decisions[i].counts);
        check_why(&f.why, decisions[i].cause);
        assert_int_equal(str_empty(f.plan.bot.access_token) && str_empty(f.plan.user.access_token), e != W_OK);
        arena_release(&f.arena);
    }
}

// oauth.v2.access.md 5: with every defect there, the first is named; with that one repaired, the next.
static void test_order(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct fixture *f);
        enum wire_err wanted;
        enum cause cause;
    } order[] = {
        {other_secret, W_INVALID_CODE, CAUSE_CODE_UNKNOWN},
        {foreign, W_INVALID_CODE, CAUSE_CODE_FOREIGN},
        {expired, W_INVALID_CODE, CAUSE_CODE_EXPIRED},
        {spent, W_INVALID_CODE, CAUSE_CODE_USED},
        {ten_attempts, W_INVALID_CODE, CAUSE_CODE_ATTEMPTS},
        {other_page, W_OAUTH_AUTHORIZATION_URL_MISMATCH, CAUSE_WRONG_ENDPOINT},
        {redirect_omitted, W_BAD_REDIRECT_URI, CAUSE_REDIRECT_OMITTED},
        {pkce_off, W_PKCE_NOT_ALLOWED, CAUSE_PKCE_OFF},
        {user_closed, W_INVALID_CODE, CAUSE_USER_DEACTIVATED},
        {migrating, W_TEAM_ADDED_TO_ORG, CAUSE_TEAM_MIGRATING},
        {preview_team, W_PREVIEW_FEATURE_NOT_AVAILABLE, CAUSE_PREVIEW_BLOCKED},
        {email_unverified, W_USER_EMAIL_UNVERIFIED, CAUSE_EMAIL_UNVERIFIED},
        {org_has_bot, W_CANNOT_INSTALL_AN_ORG_INSTALLED_APP, CAUSE_ORG_INSTALLED},
        {nothing_granted, W_NO_SCOPES, CAUSE_NOTHING_GRANTED},
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

// errors.tsv, column `methods`: what one method refuses another may not know.
static void test_methods(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct fixture *f);
        enum wire_err wanted[4]; // by enum code_endpoint
    } rows[] = {
        {as_it_is, {W_OK, W_OK, W_OK, W_OK}},
        {pkce_off, {W_OK, W_PKCE_NOT_ALLOWED, W_PKCE_NOT_ALLOWED, W_INVALID_REQUEST}},
        {pkce_missing, {W_OK, W_INVALID_CODE_VERIFIER, W_INVALID_CODE_VERIFIER, W_INVALID_GRANT}},
        {migrating, {W_TEAM_ADDED_TO_ORG, W_TEAM_ADDED_TO_ORG, W_TEAM_ADDED_TO_ORG, W_TEAM_ADDED_TO_ORG}},
        {preview_app,
         {W_OK, W_PREVIEW_FEATURE_NOT_AVAILABLE, W_PREVIEW_FEATURE_NOT_AVAILABLE, W_PREVIEW_FEATURE_NOT_AVAILABLE}},
        {email_unverified, {W_USER_EMAIL_UNVERIFIED, W_USER_EMAIL_UNVERIFIED, W_USER_EMAIL_UNVERIFIED, W_OK}},
        {org_has_bot,
         {W_OK, W_CANNOT_INSTALL_AN_ORG_INSTALLED_APP, W_CANNOT_INSTALL_AN_ORG_INSTALLED_APP,
          W_CANNOT_INSTALL_AN_ORG_INSTALLED_APP}},
        {spent, {W_CODE_ALREADY_USED, W_INVALID_CODE, W_INVALID_CODE, W_INVALID_CODE}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (int endpoint = EP_V1; endpoint <= EP_OPENID; endpoint++) {
            struct fixture f;
            fixture_init(&f);
            via(&f, (enum code_endpoint)endpoint);
            rows[i].change(&f);
            enum wire_err e = decide(&f);
            if (e != rows[i].wanted[endpoint]) print_error("row %zu, endpoint %d\n", i, endpoint);
            assert_int_equal(e, rows[i].wanted[endpoint]);
            arena_release(&f.arena);
        }
}

// openid.md 2: the verifier under RFC names.
static void test_openid_pkce(void **state)
{
    (void)state;
    static const struct {
        const char *challenged, *sent;
        bool strict;
        enum wire_err wanted;
        enum cause cause;
    } rows[] = {
        {verifier43, verifier43, false, W_OK, CAUSE_NONE},
        {verifier43, verifier43, true, W_INTERNAL_ERROR, CAUSE_PKCE_STRICT},
        {verifier43, "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww", false, W_INVALID_GRANT, CAUSE_VERIFIER_DIFFERS},
        {verifier43, verifier43 + 1, false, W_INVALID_REQUEST, CAUSE_VERIFIER_SHAPE},
        {verifier43, "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv!", false, W_INVALID_REQUEST, CAUSE_VERIFIER_SHAPE},
        {verifier43, "", false, W_INVALID_GRANT, CAUSE_VERIFIER_MISSING},
        {"", verifier43, false, W_INVALID_REQUEST, CAUSE_VERIFIER_UNASKED},
        {"", "", false, W_OK, CAUSE_NONE},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        fixture_init(&f);
        via(&f, EP_OPENID);
        f.app.flags |= APP_PKCE;
        f.settings.pkce_strict = rows[i].strict;
        if (*rows[i].challenged) with_pkce(&f, rows[i].challenged);
        f.args.code_verifier = str_of(rows[i].sent);
        assert_int_equal(decide(&f), rows[i].wanted);
        check_why(&f.why, rows[i].cause);
        arena_release(&f.arena);
    }
}

static void test_expiry(void **state)
{
    (void)state;
    static const struct {
        int64_t age_s;
        enum wire_err wanted;
    } rows[] = {{599, W_OK}, {600, W_INVALID_CODE}, {601, W_INVALID_CODE}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        fixture_init(&f);
        f.args.now = fixture_now + rows[i].age_s * 1000;
        assert_int_equal(decide(&f), rows[i].wanted);
        arena_release(&f.arena);
    }
    struct fixture f;
    fixture_init(&f);
    f.args.now = f.code.expires + 4250;
    decide(&f);
    check_str(f.why.detail, STR("code expired 4.2 s ago"));
    arena_release(&f.arena);
}

static void test_grant_of(void **state)
{
    (void)state;
    assert_int_equal(grant_of((struct str){0}), GRANT_CODE);
    assert_int_equal(grant_of(STR("")), GRANT_CODE);
    assert_int_equal(grant_of(STR("authorization_code")), GRANT_CODE);
    assert_int_equal(grant_of(STR("Authorization_Code")), GRANT_OTHER);
    assert_int_equal(grant_of(STR("refresh_token")), GRANT_REFRESH);
    assert_int_equal(grant_of(STR("refresh_token ")), GRANT_OTHER);
    assert_int_equal(grant_of(STR("urn:ietf:params:oauth:grant-type:jwt-bearer")), GRANT_OTHER);
}

// openid.md 2: two names there, one everywhere else.
static void test_grant_refusal(void **state)
{
    static const struct {
        const char *grant_type;
        enum wire_err openid;
    } rows[] = {
        {"password", W_UNSUPPORTED_GRANT_TYPE},
        {"client_credentials", W_UNSUPPORTED_GRANT_TYPE},
        {"urn:ietf:params:oauth:grant-type:jwt-bearer", W_UNSUPPORTED_GRANT_TYPE},
        {"zzz", W_INVALID_GRANT_TYPE},
        {"Password", W_INVALID_GRANT_TYPE},
        {"urn", W_INVALID_GRANT_TYPE},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(grant_refusal(str_of(rows[i].grant_type), EP_OPENID), rows[i].openid);
        assert_int_equal(grant_refusal(str_of(rows[i].grant_type), EP_V2), W_INVALID_GRANT_TYPE);
        assert_int_equal(grant_refusal(str_of(rows[i].grant_type), EP_V2_USER), W_INVALID_GRANT_TYPE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decisions),     cmocka_unit_test(test_order),  cmocka_unit_test(test_methods),
        cmocka_unit_test(test_openid_pkce),   cmocka_unit_test(test_expiry), cmocka_unit_test(test_grant_of),
        cmocka_unit_test(test_grant_refusal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
