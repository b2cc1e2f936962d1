// SPDX-License-Identifier: Apache-2.0
// What a person decides on a page: requests to the admins, tick boxes, sign-ins that need no second yes, and the
// request as it is kept behind the page.
#include "authorize_fixture.h"
#include "check.h"
#include "codec/form.h"

enum { REQUESTS_MAX = 4 };

static union {
    struct row_list list;
    char room[sizeof(struct row_list) + REQUESTS_MAX * sizeof(void *)];
} requests;

// A member of T1, where the admins approve apps first, asks for chat:write and search:read.
static void member_init(struct fixture *f, enum decision decision)
{
    fixture_init(f);
    f->user.role = ROLE_MEMBER;
    f->t1.flags |= WS_NEEDS_APPROVAL;
    f->args.user_scope = STR("search:read");
    f->consent.decision = decision;
    f->view.approvals = &requests.list;
    requests.list.n = 0;
}

static void add_request(const struct fixture *f, struct approval *a, enum approval_verdict verdict, const char *bot,
                        const char *user)
{
    *a = (struct approval){
        .verdict = verdict, .user = f->user.id, .bot_scopes = str_of(bot), .user_scopes = str_of(user)};
    requests.list.v[requests.list.n++] = a;
}

static void test_approvals(void **state)
{
    static const struct {
        const char *what;
        enum decision decision;
        struct {
            enum approval_verdict verdict; // VERDICT_NONE with bot NULL: no such request
            const char *bot, *user;
        } requests[REQUESTS_MAX];
        enum authorize_outcome outcome;
        bool needs, asked;
    } rows[] = {
        {"nothing asked yet", DECISION_NONE, {{0}}, AUTH_NEED_CONSENT, true, false},
        {"asks", DECISION_REQUEST, {{0}}, AUTH_REQUEST, true, false},
        {"allows without being asked", DECISION_APPROVE, {{0}}, AUTH_ERROR, true, false},
        {"cancels", DECISION_DENY, {{0}}, AUTH_DENIED, true, false},
        {"waits", DECISION_NONE, {{VERDICT_NONE, "chat:write", "search:read"}}, AUTH_NEED_CONSENT, true, true},
        {"was denied", DECISION_NONE, {{VERDICT_DENIED, "chat:write", "search:read"}}, AUTH_NEED_CONSENT, true, true},
        {"asks again", DECISION_REQUEST, {{VERDICT_DENIED, "chat:write", "search:read"}}, AUTH_REQUEST, true, true},
        {"was approved", DECISION_APPROVE, {{VERDICT_APPROVED, "chat:write", "search:read"}}, AUTH_ISSUE, false, false},
        {"approved for more",
         DECISION_APPROVE,
         {{VERDICT_APPROVED, "commands,chat:write", "search:read,users:read"}},
         AUTH_ISSUE,
         false,
         false},
        {"approved for less", DECISION_APPROVE, {{VERDICT_APPROVED, "chat:write", ""}}, AUTH_ERROR, true, false},
        {"lists are not mixed",
         DECISION_APPROVE,
         {{VERDICT_APPROVED, "chat:write,search:read", ""}},
         AUTH_ERROR,
         true,
         false},
        {"approved in two steps",
         DECISION_APPROVE,
         {{VERDICT_APPROVED, "chat:write", ""}, {VERDICT_APPROVED, "", "search:read"}},
         AUTH_ISSUE,
         false,
         false},
        {"approved and denied",
         DECISION_APPROVE,
         {{VERDICT_APPROVED, "chat:write", ""}, {VERDICT_DENIED, "", "search:read"}},
         AUTH_ERROR,
         true,
         true},
        {"asks for what needs no asking",
         DECISION_REQUEST,
         {{VERDICT_APPROVED, "chat:write", "search:read"}},
         AUTH_NEED_CONSENT,
         false,
         false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct approval made[REQUESTS_MAX];
        struct fixture f;
        member_init(&f, rows[i].decision);
        for (size_t n = 0; n < REQUESTS_MAX && rows[i].requests[n].bot; n++)
            add_request(&f, &made[n], rows[i].requests[n].verdict, rows[i].requests[n].bot, rows[i].requests[n].user);
        print_message("%s\n", rows[i].what);
        assert_int_equal(decide(&f), rows[i].outcome);
        assert_int_equal(f.plan.needs_approval, rows[i].needs);
        assert_int_equal(f.plan.asked != NULL, rows[i].asked);
        if (rows[i].outcome == AUTH_ERROR) assert_int_equal(f.plan.error, W_USER_IS_RESTRICTED);
        arena_release(&f.arena);
    }
}

// Another member's request is not one's own; admins and other places need none.
static void test_whose(void **state)
{
    struct approval a;
    struct fixture f;
    (void)state;
    member_init(&f, DECISION_NONE);
    add_request(&f, &a, VERDICT_NONE, "chat:write", "search:read");
    a.user = (struct id){"U0OTHER"};
    assert_int_equal(decide(&f), AUTH_NEED_CONSENT);
    assert_null(f.plan.asked);
    f.user.role = ROLE_OWNER;
    f.consent.decision = DECISION_APPROVE;
    assert_int_equal(decide(&f), AUTH_ISSUE);
    f.user.role = ROLE_MEMBER;
    f.t1.flags = 0;
    assert_int_equal(decide(&f), AUTH_ISSUE);
    arena_release(&f.arena);
}

static void test_request_row(void **state)
{
    struct approval row;
    struct fixture f;
    (void)state;
    member_init(&f, DECISION_REQUEST);
    assert_int_equal(decide(&f), AUTH_REQUEST);
    authorize_approval_row(&f.args, &f.view, &f.plan, STR("please"), &row);
    check_str(id_str(&row.app), id_str(&f.app.id));
    check_str(id_str(&row.workspace), id_str(&f.t1.id));
    check_str(id_str(&row.user), id_str(&f.user.id));
    check_str(row.bot_scopes, STR("chat:write"));
    check_str(row.user_scopes, STR("search:read"));
    check_str(row.message, STR("please"));
    assert_int_equal(row.created, f.args.now);
    assert_int_equal(row.verdict, VERDICT_NONE);
    arena_release(&f.arena);
}

// authorize.md 2.2: of what may be unticked, only what stayed ticked is granted; nothing else can be unticked or added.
static void test_ticks(void **state)
{
    static const struct {
        bool ticks;
        const char *ticked, *granted;
    } rows[] = {
        {false, "", "chat:write,commands,reactions:read"},
        {true, "", "chat:write"},
        {true, "commands", "chat:write,commands"},
        {true, "reactions:read,commands", "chat:write,commands,reactions:read"},
        {true, "users:read,admin", "chat:write"}, // was never asked for
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        fixture_init(&f);
        f.app.bot_optional = STR("commands\nreactions:read\nfiles:read");
        f.args.scope = STR("chat:write,commands,reactions:read");
        f.consent.ticks = rows[i].ticks;
        f.consent.ticked = str_of(rows[i].ticked);
        assert_int_equal(decide(&f), AUTH_ISSUE);
        check_str(f.plan.bot_granted, str_of(rows[i].granted));
        arena_release(&f.arena);
    }
}

// A channel that was picked and is not there does not count; without a webhook none matters.
static void test_channel(void **state)
{
    static const struct {
        const char *scope, *picked;
        enum authorize_outcome outcome;
    } rows[] = {
        {"incoming-webhook,chat:write", "", AUTH_ISSUE},
        {"incoming-webhook,chat:write", "C0GONE", AUTH_NEED_CONSENT},
        {"chat:write", "C0GONE", AUTH_ISSUE},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        fixture_init(&f);
        f.args.scope = str_of(rows[i].scope);
        assert_true(str_copy(f.consent.channel.s, LIMIT_ID, str_of(rows[i].picked)));
        assert_int_equal(decide(&f), rows[i].outcome);
        check_str(f.plan.bot_granted, STR("chat:write")); // without a channel there is no webhook
        arena_release(&f.arena);
    }
}

// openid.md 1: nobody is asked twice from the workspace that `team` names.
static void test_second_sign_in(void **state)
{
    static const struct {
        const char *what;
        enum code_endpoint endpoint;
        const char *team, *scope, *before; // before NULL: never
        enum authorize_outcome outcome;
    } rows[] = {
        {"again", EP_OPENID, "T04QX81RB9C", "openid", "openid,email", AUTH_ISSUE},
        {"first time", EP_OPENID, "T04QX81RB9C", "openid", NULL, AUTH_NEED_CONSENT},
        {"revoked since", EP_OPENID, "T04QX81RB9C", "openid", "", AUTH_NEED_CONSENT},
        {"asks for more", EP_OPENID, "T04QX81RB9C", "openid,email", "openid", AUTH_NEED_CONSENT},
        {"without team", EP_OPENID, "", "openid", "openid", AUTH_NEED_CONSENT},
        {"another team", EP_OPENID, "T0OTHER", "openid", "openid", AUTH_NEED_CONSENT},
        {"an install", EP_V2_USER, "T04QX81RB9C", "users:read", "users:read", AUTH_NEED_CONSENT},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct install own = {.scopes = str_of(rows[i].before)};
        struct fixture f;
        fixture_init(&f);
        f.args.endpoint = rows[i].endpoint;
        f.args.response_type = STR("code");
        f.args.scope = str_of(rows[i].scope);
        f.args.team = str_of(rows[i].team);
        f.consent.decision = DECISION_NONE;
        if (rows[i].before) f.view.own = &own;
        print_message("%s\n", rows[i].what);
        assert_int_equal(decide(&f), rows[i].outcome);
        arena_release(&f.arena);
    }
}

static struct str value(struct str query, const char *name, struct arena *arena)
{
    struct args a = {0};
    assert_int_equal(form_parse(query, ARG_QUERY, arena, &a), OK);
    return args_value(&a, name);
}

// What is kept behind a page reads back byte for byte, each parameter once, the chosen workspace in place of the asked.
static void test_query(void **state)
{
    char bytes[256];
    struct fixture f;
    (void)state;
    fixture_init(&f);
    for (int i = 0; i < 256; i++) bytes[i] = (char)i;
    f.args.state = str_make(bytes, sizeof bytes);
    f.args.redirect_uri = STR("https://app.example.test/cb?a=b&state=x");
    f.args.nonce = STR("n+1");
    f.args.team = STR("T0ASKED");
    f.args.user_scope = STR("");
    struct str query = authorize_query(&f.args, STR("T04QX81RB9C"), &f.arena);
    check_str(value(query, "state", &f.arena), f.args.state);
    check_str(value(query, "redirect_uri", &f.arena), f.args.redirect_uri);
    check_str(value(query, "client_id", &f.arena), f.args.client_id);
    check_str(value(query, "scope", &f.arena), f.args.scope);
    check_str(value(query, "nonce", &f.arena), f.args.nonce);
    check_str(value(query, "team", &f.arena), STR("T04QX81RB9C"));
    assert_null(value(query, "user_scope", &f.arena).p);
    assert_true(str_all_in(query, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~%+=&"));
    arena_release(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_approvals), cmocka_unit_test(test_whose),          cmocka_unit_test(test_request_row),
        cmocka_unit_test(test_ticks),     cmocka_unit_test(test_second_sign_in), cmocka_unit_test(test_query),
        cmocka_unit_test(test_channel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
