// SPDX-License-Identifier: Apache-2.0
#include "authorize_fixture.h"

#include "codec/form.h"
#include "guard.h"

static void test_location(void **state)
{
    (void)state;
    static const struct {
        const char *redirect, *state, *wanted;
    } rows[] = {
        {"https://app.example.test/cb", "", "https://app.example.test/cb?code=1.2.ab&state="},
        {"https://app.example.test/cb", "a b+c%2F&=\xC3\xA9",
         "https://app.example.test/cb?code=1.2.ab&state=a+b%2Bc%252F%26%3D%C3%A9"},
        {"https://app.example.test/cb?x=1", "s", "https://app.example.test/cb?x=1&code=1.2.ab&state=s"},
        {"https://app.example.test/cb?", "s", "https://app.example.test/cb?&code=1.2.ab&state=s"},
        {"https://app.example.test", "s", "https://app.example.test?code=1.2.ab&state=s"},
        {"pubapp://auth", "", "pubapp://auth?code=1.2.ab&state="},
        {"https://app.example.test/cb#top", "s", "https://app.example.test/cb?code=1.2.ab&state=s"},
        {"https://app.example.test/cb", "x\r\nSet-Cookie: a=b",
         "https://app.example.test/cb?code=1.2.ab&state=x%0D%0ASet-Cookie%3A+a%3Db"},
    };
    struct arena arena;
    arena_init(&arena, 64 * 1024);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check_str(authorize_location(guard_str(str_of(rows[i].redirect)), STR("1.2.ab"),
                                     guard_str(str_of(rows[i].state)), &arena),
                  str_of(rows[i].wanted));
    check_str(authorize_denial(STR("https://app.example.test/cb"), STR("x"), &arena),
              STR("https://app.example.test/cb?error=access_denied&state=x&error_description="
                  "The+user+has+denied+access+to+the+scope%28s%29+requested+by+the+client+application."));
    arena_release(&arena);
}

// authorize.md 11.1: whatever the bytes, the client reads the state it sent.
static void check_echo(struct str state)
{
    struct arena arena;
    struct args args = {0};
    arena_init(&arena, 256 * 1024);
    struct str url = authorize_location(STR("https://app.example.test/cb"), STR("c"), state, &arena);
    assert_int_equal(form_parse(str_from(url, str_find(url, '?') + 1), ARG_QUERY, &arena, &args), OK);
    check_str(args_value(&args, "state"), state);
    check_str(args_value(&args, "code"), STR("c"));
    assert_int_equal(args.n, 2);
    arena_release(&arena);
}

static void test_state_bytes(void **state)
{
    (void)state;
    char all[LIMIT_STATE];
    for (int byte = 0x01; byte <= 0xFF; byte++) {
        memset(all, byte, sizeof all);
        check_echo(str_make(all, 1));
        check_echo(str_make(all, sizeof all));
    }
    for (size_t i = 0; i < sizeof all; i++) all[i] = (char)(i % 255 + 1);
    check_echo(str_make(all, sizeof all));
}

static void test_location_full_arena(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena, 10);
    struct str url = authorize_location(STR("https://app.example.test/cb"), STR("c"), STR("s"), &arena);
    assert_null(url.p);
    arena_release(&arena);
}

static void test_code_row(void **state)
{
    (void)state;
    struct fixture f;
    struct code code;
    fixture_init(&f);
    f.args.scope = STR("chat:write,incoming-webhook");
    f.args.user_scope = STR("search:read");
    f.args.redirect_uri = STR("https://app.example.test/alt");
    f.args.nonce = STR("n");
    f.view.channel = &f.channel;
    assert_int_equal(decide(&f), AUTH_ISSUE);
    authorize_code_row(&f.args, &f.view, &f.plan, &code);
    assert_string_equal(code.app.s, f.app.id.s);
    assert_string_equal(code.user.s, f.user.id.s);
    assert_string_equal(code.workspace.s, f.t1.id.s);
    assert_string_equal(code.enterprise.s, "");
    assert_int_equal(code.endpoint, EP_V2);
    check_str(code.bot_scopes, STR("chat:write,incoming-webhook"));
    check_str(code.user_scopes, STR("search:read"));
    check_str(code.redirect_uri, f.args.redirect_uri);
    assert_true(code.redirect_sent);
    assert_false(code.redirect_first);
    assert_string_equal(code.channel.s, f.channel.id.s);
    check_str(code.nonce, STR("")); // authorize.md 2: means nothing here
    check_str(code.challenge, STR(""));
    assert_int_equal(code.created, fixture_now);
    assert_int_equal(code.expires, fixture_now + 600000);
    assert_int_equal(code.attempts, 0);
    assert_int_equal(code.spent_at, 0);
    arena_release(&f.arena);
}

static void row_of(struct fixture *f, struct code *code)
{
    assert_int_equal(decide(f), AUTH_ISSUE);
    authorize_code_row(&f->args, &f->view, &f->plan, code);
}

static void test_code_row_redirect(void **state)
{
    (void)state;
    static const struct {
        const char *sent, *used;
        bool was_sent, first;
    } rows[] = {
        {"", "https://app.example.test/cb", false, true},
        {"https://app.example.test/cb", "https://app.example.test/cb", true, true},
        {"https://app.example.test/cb/", "https://app.example.test/cb/", true, false},
        {"https://APP.example.test/cb", "https://APP.example.test/cb", true, false},
        {"https://app.example.test/alt", "https://app.example.test/alt", true, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        struct code code;
        fixture_init(&f);
        f.args.redirect_uri = str_of(rows[i].sent);
        row_of(&f, &code);
        check_str(code.redirect_uri, str_of(rows[i].used));
        assert_int_equal(code.redirect_sent, rows[i].was_sent);
        assert_int_equal(code.redirect_first, rows[i].first);
        arena_release(&f.arena);
    }
}

static void test_code_row_places(void **state)
{
    (void)state;
    struct fixture f;
    struct code code;
    fixture_init(&f);
    as_u2(&f);
    row_of(&f, &code);
    assert_string_equal(code.workspace.s, f.t2.id.s);
    assert_string_equal(code.enterprise.s, f.e1.id.s);
    org_wide(&f);
    row_of(&f, &code);
    assert_string_equal(code.workspace.s, "");
    assert_string_equal(code.enterprise.s, f.e1.id.s);
    arena_release(&f.arena);
}

static void test_code_row_rest(void **state)
{
    (void)state;
    struct fixture f;
    struct code code;
    fixture_init(&f);
    f.view.channel = &f.channel; // no webhook was asked for
    row_of(&f, &code);
    assert_string_equal(code.channel.s, "");
    f.app.flags |= APP_PKCE;
    f.args.code_challenge = str_of(official_challenge);
    f.args.code_challenge_method = STR("S256");
    f.args.endpoint = EP_OPENID;
    f.args.response_type = STR("code");
    f.args.scope = STR("openid");
    f.args.nonce = STR("n");
    row_of(&f, &code);
    check_str(code.challenge, str_of(official_challenge));
    check_str(code.nonce, STR("n"));
    f.app.flags &= ~(unsigned)APP_PKCE; // then the challenge is an unknown parameter
    row_of(&f, &code);
    check_str(code.challenge, STR(""));
    arena_release(&f.arena);
}

static void test_consent_parse(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        bool good;
        enum decision decision;
        const char *user, *team, *enterprise, *channel, *untick;
    } rows[] = {
        {"approve", true, DECISION_APPROVE, "", "", "", "", ""},
        {"deny", true, DECISION_DENY, "", "", "", "", ""},
        {"approve; user=U04R7GH2S1M; team=T04QX81RB9C", true, DECISION_APPROVE, "U04R7GH2S1M", "T04QX81RB9C", "", "",
         ""},
        {" approve ;user = U1;enterprise=E1;channel=C1;", true, DECISION_APPROVE, "U1", "", "E1", "C1", ""},
        {"approve; untick=commands; untick=chat:write", true, DECISION_APPROVE, "", "", "", "", "commands,chat:write"},
        {"approve; untick=a,b; untick=b", true, DECISION_APPROVE, "", "", "", "", "a,b"},
        {"approve; user=", true, DECISION_APPROVE, "", "", "", "", ""},
        {"", false, DECISION_NONE, "", "", "", "", ""},
        {"allow", false, DECISION_NONE, "", "", "", "", ""},
        {"Approve", false, DECISION_NONE, "", "", "", "", ""},
        {"user=U1; approve", false, DECISION_NONE, "", "", "", "", ""},
        {"approve; usr=U1", false, DECISION_NONE, "", "", "", "", ""},
        {"approve; user=U 1", false, DECISION_NONE, "", "", "", "", ""},
        {"approve; user=U0000000000000000000000001", false, DECISION_NONE, "", "", "", "", ""},
        {"approve; deny", false, DECISION_NONE, "", "", "", "", ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena;
        struct why why = {0};
        struct consent c = {0};
        arena_init(&arena, 64 * 1024);
        assert_int_equal(consent_parse(guard_str(str_of(rows[i].header)), &arena, &c, &why), rows[i].good);
        check_why(&why, rows[i].good ? CAUSE_NONE : CAUSE_ARG_VALUE);
        assert_int_equal(c.decision, rows[i].decision);
        assert_string_equal(c.user.s, rows[i].user);
        assert_string_equal(c.team.s, rows[i].team);
        assert_string_equal(c.enterprise.s, rows[i].enterprise);
        assert_string_equal(c.channel.s, rows[i].channel);
        check_str(c.untick, str_of(rows[i].untick));
        arena_release(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_location),
        cmocka_unit_test(test_state_bytes),
        cmocka_unit_test(test_location_full_arena),
        cmocka_unit_test(test_code_row),
        cmocka_unit_test(test_code_row_redirect),
        cmocka_unit_test(test_code_row_places),
        cmocka_unit_test(test_code_row_rest),
        cmocka_unit_test(test_consent_parse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
