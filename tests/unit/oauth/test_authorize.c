// SPDX-License-Identifier: Apache-2.0
#include "authorize_fixture.h"

static void as_it_is(struct fixture *f)
{
    (void)f;
}

static void no_client_id(struct fixture *f)
{
    f->args.client_id = STR("");
}

static void unknown_client(struct fixture *f)
{
    f->args.client_id = STR("1000000000.0000000001");
    f->view.app = NULL;
}

static void invisible_client(struct fixture *f)
{
    f->args.client_id = STR("\xE2\x80\xAA"
                            "4831107762.5926604413");
    f->view.app = NULL;
}

static void odd_client(struct fixture *f)
{
    f->args.client_id = STR("(undefined)");
    f->view.app = NULL;
}

static void deleted_app(struct fixture *f)
{
    f->app.flags |= APP_DELETED;
}

static void classic_app(struct fixture *f)
{
    f->app.flags |= APP_CLASSIC;
}

static void classic_page(struct fixture *f)
{
    f->args.endpoint = EP_V1;
}

static void evil_redirect(struct fixture *f)
{
    f->args.redirect_uri = STR("https://evil.example.test/cb");
}

static void nothing_configured(struct fixture *f)
{
    f->app.redirect_urls = STR("");
}

static void long_state(struct fixture *f)
{
    char *p = arena_alloc(&f->arena, LIMIT_STATE + 1);
    memset(p, 's', LIMIT_STATE + 1);
    f->args.state = str_make(p, LIMIT_STATE + 1);
}

static void longest_state(struct fixture *f)
{
    long_state(f);
    f->args.state.n--;
}

static void response_token(struct fixture *f)
{
    f->args.endpoint = EP_OPENID;
    f->args.scope = STR("openid");
    f->args.response_type = STR("token");
}

static void response_absent(struct fixture *f)
{
    response_token(f);
    f->args.response_type = STR("");
}

static void pub(struct fixture *f, const char *redirect, const char *challenge, const char *method)
{
    f->app.flags |= APP_PKCE;
    f->app.redirect_urls = str_of(pub_urls);
    f->args.redirect_uri = str_of(redirect);
    f->args.scope = STR("");
    f->args.user_scope = STR("search:read");
    f->args.code_challenge = str_of(challenge);
    f->args.code_challenge_method = str_of(method);
}

static void pub_web(struct fixture *f)
{
    pub(f, "https://pub.example.test/cb", "", "");
}

static void pub_challenge(struct fixture *f)
{
    pub(f, "https://pub.example.test/cb", official_challenge, "S256");
}

static void pub_plain(struct fixture *f)
{
    pub(f, "https://pub.example.test/cb", official_challenge, "plain");
}

static void pub_no_method(struct fixture *f)
{
    pub(f, "https://pub.example.test/cb", official_challenge, "");
}

static void pub_hex(struct fixture *f)
{
    pub(f, "https://pub.example.test/cb", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "S256");
}

static void pub_scheme(struct fixture *f)
{
    pub(f, "pubapp://auth", official_challenge, "S256");
}

static void pub_scheme_bare(struct fixture *f)
{
    pub(f, "pubapp://auth", "", "");
}

static void pub_localhost_bot(struct fixture *f)
{
    pub(f, "http://localhost:3000/cb", official_challenge, "S256");
    f->args.scope = STR("chat:write");
}

static void challenge_without_pkce(struct fixture *f)
{
    f->args.code_challenge = STR("abc");
    f->args.code_challenge_method = STR("plain");
}

static void blank(struct fixture *f)
{
    f->args.scope = STR(" ,");
}

static void misspelt(struct fixture *f)
{
    f->args.scope = STR("chat:wriet");
}

static void unapproved(struct fixture *f)
{
    f->app.published_scopes = STR("commands\nteam:read");
}

static void approved(struct fixture *f)
{
    f->app.published_scopes = STR("commands\nchat:write");
}

static void guest(struct fixture *f)
{
    f->user.role = ROLE_GUEST;
}

static void deactivated(struct fixture *f)
{
    f->user.role = ROLE_DEACTIVATED;
}

static void member(struct fixture *f)
{
    f->user.role = ROLE_MEMBER;
}

static void nobody(struct fixture *f)
{
    f->view.user = NULL;
    f->view.home = NULL;
}

static void nobody_denies(struct fixture *f)
{
    nobody(f);
    f->consent.decision = DECISION_DENY;
}

static void foreign_member(struct fixture *f)
{
    as_u2(f);
    f->view.workspace = &f->t1;
}

// Another workspace of the org than the admin's own.
static void sister_workspace(struct fixture *f)
{
    as_u2(f);
    f->t1.enterprise = f->e1.id;
    f->view.workspace = &f->t1;
}

static void sister_member(struct fixture *f)
{
    sister_workspace(f);
    f->user.role = ROLE_OWNER;
}

static void undistributed(struct fixture *f)
{
    f->app.flags = 0;
}

static void undistributed_away(struct fixture *f)
{
    as_u2(f);
    undistributed(f);
}

static void undistributed_org(struct fixture *f)
{
    org_wide(f);
    f->app.flags = APP_ORG_DEPLOY;
}

static void undistributed_own_org(struct fixture *f)
{
    undistributed_org(f);
    f->app.workspace = f->t2.id;
}

static void org_not_ready(struct fixture *f)
{
    org_wide(f);
    f->app.flags = APP_DISTRIBUTED;
}

static void org_no_admin(struct fixture *f)
{
    org_wide(f);
    f->user.role = ROLE_OWNER;
}

static void org_of_others(struct fixture *f)
{
    org_wide(f);
    f->e1.id = fixture_id("E0OTHERS000");
}

static void org_noorg_scope(struct fixture *f)
{
    org_wide(f);
    f->args.user_scope = STR("search:read,apps.requests:write");
}

static void org_sign_in(struct fixture *f)
{
    org_wide(f);
    f->args.endpoint = EP_OPENID;
    f->args.response_type = STR("code");
    f->args.scope = STR("openid");
}

static void needs_approval(struct fixture *f)
{
    member(f);
    f->t1.flags |= WS_NEEDS_APPROVAL;
}

static void approver(struct fixture *f)
{
    needs_approval(f);
    f->user.role = ROLE_ADMIN;
}

static void approval_sign_in(struct fixture *f)
{
    needs_approval(f);
    f->args.endpoint = EP_OPENID;
    f->args.response_type = STR("code");
    f->args.scope = STR("openid");
}

static void undecided(struct fixture *f)
{
    f->consent.decision = DECISION_NONE;
}

static void denied(struct fixture *f)
{
    f->consent.decision = DECISION_DENY;
}

static void no_workspace(struct fixture *f)
{
    f->view.workspace = NULL;
}

static void no_workspace_denied(struct fixture *f)
{
    no_workspace(f);
    denied(f);
}

static void channel_elsewhere(struct fixture *f)
{
    f->args.scope = STR("incoming-webhook");
    f->channel.workspace = f->t2.id;
    f->view.channel = &f->channel;
}

static void channel_unasked(struct fixture *f)
{
    channel_elsewhere(f);
    f->args.scope = STR("chat:write");
}

static const struct {
    const char *name;
    void (*change)(struct fixture *f);
    enum authorize_outcome outcome;
    enum wire_err error;
    enum cause cause;
} decisions[] = {
    {"good", as_it_is, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"no client id", no_client_id, AUTH_ERROR, W_MISSING_CLIENT_ID, CAUSE_CLIENT_ID_MISSING},
    {"unknown client", unknown_client, AUTH_ERROR, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_UNKNOWN},
    {"invisible", invisible_client, AUTH_ERROR, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_INVISIBLE},
    {"odd client", odd_client, AUTH_ERROR, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_SHAPE},
    {"deleted app", deleted_app, AUTH_ERROR, W_INVALID_CLIENT_ID, CAUSE_APP_DELETED},
    {"classic app", classic_app, AUTH_ERROR, W_OAUTH_AUTHORIZATION_URL_MISMATCH, CAUSE_APP_FAMILY},
    {"classic page", classic_page, AUTH_ERROR, W_OAUTH_AUTHORIZATION_URL_MISMATCH, CAUSE_APP_FAMILY},
    {"evil redirect", evil_redirect, AUTH_ERROR, W_BAD_REDIRECT_URI, CAUSE_REDIRECT_NO_MATCH},
    {"no redirect", nothing_configured, AUTH_ERROR, W_BAD_REDIRECT_URI, CAUSE_REDIRECT_NONE_CONFIGURED},
    {"long state", long_state, AUTH_ERROR, W_INVALID_STATE, CAUSE_STATE_LENGTH},
    {"longest state", longest_state, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"response token", response_token, AUTH_ERROR, W_UNSUPPORTED_RESPONSE_TYPE, CAUSE_RESPONSE_TYPE},
    {"response absent", response_absent, AUTH_ERROR, W_UNSUPPORTED_RESPONSE_TYPE, CAUSE_RESPONSE_TYPE},
    {"pub web", pub_web, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"pub challenge", pub_challenge, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"pub plain", pub_plain, AUTH_ERROR, W_INVALID_CODE_CHALLENGE_METHOD, CAUSE_CHALLENGE},
    {"pub no method", pub_no_method, AUTH_ERROR, W_INVALID_CODE_CHALLENGE_METHOD, CAUSE_CHALLENGE},
    {"pub hex", pub_hex, AUTH_ERROR, W_INVALID_CODE_CHALLENGE, CAUSE_CHALLENGE},
    {"pub scheme", pub_scheme, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"pub scheme bare", pub_scheme_bare, AUTH_ERROR, W_PKCE_REQUIRED, CAUSE_CHALLENGE},
    {"pub localhost bot", pub_localhost_bot, AUTH_ERROR, W_INVALID_SCOPE, CAUSE_SCOPE_LIST},
    {"challenge, no pkce", challenge_without_pkce, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"blank", blank, AUTH_ERROR, W_BLANK_SCOPE, CAUSE_SCOPE_BLANK},
    {"misspelt", misspelt, AUTH_ERROR, W_INVALID_SCOPE, CAUSE_SCOPE_UNKNOWN},
    {"unapproved", unapproved, AUTH_ERROR, W_UNAPPROVED_SCOPE, CAUSE_SCOPE_UNAPPROVED},
    {"approved", approved, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"guest", guest, AUTH_ERROR, W_USER_IS_RESTRICTED, CAUSE_USER_GUEST},
    {"deactivated", deactivated, AUTH_ERROR, W_USER_IS_RESTRICTED, CAUSE_USER_DEACTIVATED},
    {"member", member, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"nobody", nobody, AUTH_NEED_SIGNIN, W_OK, CAUSE_NONE},
    {"nobody denies", nobody_denies, AUTH_DENIED, W_OK, CAUSE_USER_DENIED},
    {"foreign member", foreign_member, AUTH_NEED_SIGNIN, W_OK, CAUSE_TEAM_FOREIGN},
    {"U2 at home", as_u2, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"sister workspace", sister_workspace, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"sister, no admin", sister_member, AUTH_NEED_SIGNIN, W_OK, CAUSE_TEAM_FOREIGN},
    {"undistributed", undistributed, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"undistributed away", undistributed_away, AUTH_ERROR, W_INVALID_TEAM_FOR_NON_DISTRIBUTED_APP, CAUSE_TEAM_FOREIGN},
    {"undistributed org", undistributed_org, AUTH_ERROR, W_INVALID_TEAM_FOR_NON_DISTRIBUTED_APP, CAUSE_TEAM_FOREIGN},
    {"undistributed own org", undistributed_own_org, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"org-wide", org_wide, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"org not ready", org_not_ready, AUTH_ERROR, W_INVALID_TEAM_FOR_NON_DISTRIBUTED_APP, CAUSE_ORG_INSTALL},
    {"org no admin", org_no_admin, AUTH_ERROR, W_USER_IS_RESTRICTED, CAUSE_ORG_INSTALL},
    {"org of others", org_of_others, AUTH_ERROR, W_USER_IS_RESTRICTED, CAUSE_ORG_INSTALL},
    {"org, noorg scope", org_noorg_scope, AUTH_ERROR, W_SCOPE_NOT_ALLOWED_ON_ENTERPRISE, CAUSE_SCOPE_FLAG},
    {"org, sign-in", org_sign_in, AUTH_ERROR, W_INVALID_TEAM_FOR_NON_DISTRIBUTED_APP, CAUSE_ORG_INSTALL},
    {"approval", needs_approval, AUTH_ERROR, W_USER_IS_RESTRICTED, CAUSE_APPROVAL_NEEDED},
    {"approver", approver, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"approval, sign-in", approval_sign_in, AUTH_ISSUE, W_OK, CAUSE_NONE},
    {"undecided", undecided, AUTH_NEED_CONSENT, W_OK, CAUSE_CONSENT_NEEDED},
    {"denied", denied, AUTH_DENIED, W_OK, CAUSE_USER_DENIED},
    {"no workspace", no_workspace, AUTH_NEED_CONSENT, W_OK, CAUSE_CONSENT_NEEDED},
    {"no workspace, denied", no_workspace_denied, AUTH_DENIED, W_OK, CAUSE_USER_DENIED},
    {"channel elsewhere", channel_elsewhere, AUTH_NEED_CONSENT, W_OK, CAUSE_CONSENT_NEEDED},
    {"channel unasked", channel_unasked, AUTH_ISSUE, W_OK, CAUSE_NONE},
};

static void test_decisions(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(decisions); i++) {
        struct fixture f;
        fixture_init(&f);
        decisions[i].change(&f);
        enum authorize_outcome outcome = decide(&f);
        if (outcome != decisions[i].outcome || f.plan.error != decisions[i].error)
            print_error("%s: outcome %d, error %.*s\n", decisions[i].name, outcome,
                        STR_FMT(wire_row(f.plan.error)->name));
        assert_int_equal(outcome, decisions[i].outcome);
        assert_int_equal(f.plan.error, decisions[i].error);
        check_why(&f.why, decisions[i].cause);
        arena_release(&f.arena);
    }
}

static void no_bot_list(struct fixture *f)
{
    f->args.scope = STR("apps.requests:write");
}

// authorize.md 7.3: with every defect there, the first is named; with that one repaired, the next.
static void test_order(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct fixture *f);
        enum wire_err wanted;
    } order[] = {
        {no_client_id, W_MISSING_CLIENT_ID},
        {deleted_app, W_INVALID_CLIENT_ID},
        {classic_app, W_OAUTH_AUTHORIZATION_URL_MISMATCH},
        {evil_redirect, W_BAD_REDIRECT_URI},
        {long_state, W_INVALID_STATE},
        {no_bot_list, W_INVALID_SCOPE},
        {guest, W_USER_IS_RESTRICTED},
        {undistributed_away, W_INVALID_TEAM_FOR_NON_DISTRIBUTED_APP},
    };
    for (size_t first = 0; first < ARRAY_LEN(order); first++) {
        struct fixture f;
        fixture_init(&f);
        for (size_t i = ARRAY_LEN(order); i > first; i--) order[i - 1].change(&f);
        assert_int_equal(decide(&f), AUTH_ERROR);
        assert_int_equal(f.plan.error, order[first].wanted);
        arena_release(&f.arena);
    }
}

// response_type before PKCE before scopes, on the OpenID page of a PKCE app.
static void test_order_openid(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    pub_hex(&f);
    response_token(&f);
    f.args.scope = STR("chat:write");
    decide(&f);
    assert_int_equal(f.plan.error, W_UNSUPPORTED_RESPONSE_TYPE);
    f.args.response_type = STR("code");
    decide(&f);
    assert_int_equal(f.plan.error, W_INVALID_CODE_CHALLENGE);
    f.args.code_challenge = str_of(official_challenge);
    decide(&f);
    assert_int_equal(f.plan.error, W_INVALID_SCOPE);
    f.args.scope = STR("openid");
    assert_int_equal(decide(&f), AUTH_ISSUE);
    arena_release(&f.arena);
}

static void test_hints(void **state)
{
    (void)state;
    struct fixture f;
    fixture_init(&f);
    misspelt(&f);
    decide(&f);
    check_str(f.why.detail, STR("\"chat:wriet\" is no known scope; did you mean \"chat:write\"?"));
    f.args.redirect_uri = STR("http://app.example.test/alt");
    decide(&f);
    assert_int_equal(f.plan.hint.kind, RD_SCHEME);
    assert_int_equal(f.plan.hint.count, 2);
    check_str(f.plan.hint.closest, STR("https://app.example.test/alt"));
    arena_release(&f.arena);
}

// Wherever the arena ends, the outcome is an error or the whole plan: never fewer unticked scopes.
static void test_full_arena(void **state)
{
    (void)state;
    enum authorize_outcome outcome = AUTH_ERROR;
    for (size_t room = 0; outcome != AUTH_ISSUE; room++) {
        struct fixture f;
        fixture_init(&f);
        f.app.bot_optional = STR("commands");
        f.args.scope = STR("chat:write,commands");
        f.consent.untick = STR("commands");
        f.arena.cap = f.arena.used + room;
        outcome = decide(&f);
        if (outcome == AUTH_ISSUE)
            check_str(f.plan.bot_granted, STR("chat:write"));
        else
            assert_int_equal(outcome, AUTH_ERROR);
        arena_release(&f.arena);
        assert_in_range(room, 0, 4096);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decisions), cmocka_unit_test(test_order),      cmocka_unit_test(test_order_openid),
        cmocka_unit_test(test_hints),     cmocka_unit_test(test_full_arena),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
