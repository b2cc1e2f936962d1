// SPDX-License-Identifier: Apache-2.0
// Every parameter at its maximum and one byte beyond, on each page (authorize.md 2 and 7.3, security.md S38).
#include "authorize_fixture.h"

static const char *const pages[] = {[EP_V1] = "v1", [EP_V2] = "v2", [EP_V2_USER] = "v2_user", [EP_OPENID] = "openid"};

// A visit that is good on that page.
static void visit(struct fixture *f, enum code_endpoint page)
{
    static const char *const scopes[] = {
        [EP_V1] = "chat:write", [EP_V2] = "chat:write", [EP_V2_USER] = "search:read", [EP_OPENID] = "openid"};
    fixture_init(f);
    f->args.endpoint = page;
    f->args.scope = str_of(scopes[page]);
    f->args.response_type = STR("code");
    if (page == EP_V1) f->app.flags |= APP_CLASSIC;
}

static struct str filled(struct fixture *f, struct str start, const char *fill, size_t n)
{
    char *p = arena_alloc(&f->arena, n);
    for (size_t i = 0; i < n; i++) p[i] = i < start.n ? start.p[i] : fill[(i - start.n) % strlen(fill)];
    return str_make(p, n);
}

enum { ALL = 1 << EP_V1 | 1 << EP_V2 | 1 << EP_V2_USER | 1 << EP_OPENID, NEWER = 1 << EP_V2 | 1 << EP_V2_USER };

static const struct {
    const char *name;
    size_t at; // of the struct str in struct authorize_args
    size_t most;
    const char *start, *fill;
    unsigned pages; // that read it; the others ignore it, whatever its length
    enum wire_err error, at_most;
    enum cause cause;
} limits[] = {
    {"client_id", offsetof(struct authorize_args, client_id), LIMIT_CLIENT_ID, "", "1", ALL, W_INVALID_CLIENT_ID, W_OK,
     CAUSE_PARAM_LENGTH},
    {"redirect_uri", offsetof(struct authorize_args, redirect_uri), LIMIT_REDIRECT_URI, "https://app.example.test/cb/",
     "x", ALL, W_BAD_REDIRECT_URI, W_OK, CAUSE_REDIRECT_NO_MATCH},
    {"state", offsetof(struct authorize_args, state), LIMIT_STATE, "", "\xff", ALL, W_INVALID_STATE, W_OK,
     CAUSE_STATE_LENGTH},
    {"team", offsetof(struct authorize_args, team), LIMIT_ID - 1, "T", "0", ALL, W_INVALID_ARGUMENTS, W_OK,
     CAUSE_PARAM_LENGTH},
    {"nonce", offsetof(struct authorize_args, nonce), LIMIT_NONCE, "", "n", 1 << EP_OPENID, W_INVALID_ARGUMENTS, W_OK,
     CAUSE_PARAM_LENGTH},
    {"scope", offsetof(struct authorize_args, scope), LIMIT_SCOPE_LIST, "", "s", ALL, W_INVALID_ARGUMENTS,
     W_INVALID_SCOPE, CAUSE_PARAM_LENGTH},
    {"scope of commas", offsetof(struct authorize_args, scope), LIMIT_SCOPE_LIST, "openid", ", +", 1 << EP_OPENID,
     W_INVALID_ARGUMENTS, W_OK, CAUSE_PARAM_LENGTH},
    {"user_scope", offsetof(struct authorize_args, user_scope), LIMIT_SCOPE_LIST, "", "s", NEWER, W_INVALID_ARGUMENTS,
     W_INVALID_SCOPE, CAUSE_PARAM_LENGTH},
    {"user_scope of commas", offsetof(struct authorize_args, user_scope), LIMIT_SCOPE_LIST, "search:read", ",", NEWER,
     W_INVALID_ARGUMENTS, W_OK, CAUSE_PARAM_LENGTH},
    // 255 names of 12 bytes, the last one without its comma; one byte more begins the next name.
    {"names of scope", offsetof(struct authorize_args, scope), LIMIT_SCOPES * 12, "", "search:read,", 1 << EP_V2_USER,
     W_INVALID_ARGUMENTS, W_OK, CAUSE_PARAM_LENGTH},
    {"names of user_scope", offsetof(struct authorize_args, user_scope), LIMIT_SCOPES * 12, "", "search:read ", NEWER,
     W_INVALID_ARGUMENTS, W_OK, CAUSE_PARAM_LENGTH},
};

static void one_limit(size_t i, unsigned page, size_t over)
{
    struct fixture f;
    visit(&f, page);
    struct str value = filled(&f, str_of(limits[i].start), limits[i].fill, limits[i].most + over);
    memcpy((char *)&f.args + limits[i].at, &value, sizeof value);
    enum wire_err wanted = over ? limits[i].error : limits[i].at_most;
    decide(&f);
    if (f.plan.error != wanted) print_error("%s on %s, %zu over\n", limits[i].name, pages[page], over);
    assert_int_equal(f.plan.error, wanted);
    if (over) check_why(&f.why, limits[i].cause);
    arena_release(&f.arena);
}

static void test_limits(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(limits); i++)
        for (unsigned page = 0; page < ARRAY_LEN(pages); page++)
            for (size_t over = 0; limits[i].pages >> page & 1 && over < 2; over++) one_limit(i, page, over);
}

// What a page does not read may be of any length there (authorize.md 11.3).
static void test_unread(void **state)
{
    (void)state;
    for (unsigned page = 0; page < ARRAY_LEN(pages); page++) {
        struct fixture f;
        visit(&f, page);
        struct str longest = filled(&f, STR(""), "x", LIMIT_HEAD);
        f.args.code_challenge = f.args.code_challenge_method = longest; // no app of PKCE
        if (page != EP_OPENID) f.args.nonce = f.args.response_type = longest;
        if (page == EP_V1 || page == EP_OPENID) f.args.user_scope = longest;
        assert_int_equal(decide(&f), AUTH_ISSUE);
        arena_release(&f.arena);
    }
}

// With PKCE they have exact values, and codes of their own (authorize.md 5).
static void test_pkce(void **state)
{
    (void)state;
    for (unsigned page = 0; page < ARRAY_LEN(pages); page++) {
        struct fixture f;
        visit(&f, page);
        struct str longest = filled(&f, STR(""), "x", LIMIT_HEAD);
        f.app.flags |= APP_PKCE;
        f.args.code_challenge = longest;
        f.args.code_challenge_method = STR("S256");
        decide(&f);
        assert_int_equal(f.plan.error, W_INVALID_CODE_CHALLENGE);
        f.args.code_challenge = str_of(official_challenge);
        f.args.code_challenge_method = longest;
        decide(&f);
        assert_int_equal(f.plan.error, W_INVALID_CODE_CHALLENGE_METHOD);
        f.args.response_type = longest;
        decide(&f);
        assert_int_equal(f.plan.error,
                         page == EP_OPENID ? W_UNSUPPORTED_RESPONSE_TYPE : W_INVALID_CODE_CHALLENGE_METHOD);
        arena_release(&f.arena);
    }
}

// Client, redirect_uri and state first, then the lengths, then response_type, PKCE and what the lists hold.
static void test_order(void **state)
{
    struct fixture f;
    (void)state;
    visit(&f, EP_OPENID);
    f.app.flags |= APP_PKCE;
    f.args.code_challenge = f.args.response_type = f.args.scope = STR("x");
    f.args.team = filled(&f, STR(""), "x", LIMIT_ID);
    f.args.state = filled(&f, STR(""), "x", LIMIT_STATE + 1);
    f.args.redirect_uri = filled(&f, STR(""), "x", LIMIT_REDIRECT_URI + 1);
    struct str client = f.args.client_id;
    f.args.client_id = filled(&f, client, "x", LIMIT_CLIENT_ID + 1);
    decide(&f);
    assert_int_equal(f.plan.error, W_INVALID_CLIENT_ID);
    f.args.client_id = client;
    decide(&f);
    assert_int_equal(f.plan.error, W_BAD_REDIRECT_URI);
    f.args.redirect_uri = STR("");
    decide(&f);
    assert_int_equal(f.plan.error, W_INVALID_STATE);
    f.args.state = STR("");
    decide(&f);
    assert_int_equal(f.plan.error, W_INVALID_ARGUMENTS);
    f.args.team = STR("");
    decide(&f);
    assert_int_equal(f.plan.error, W_UNSUPPORTED_RESPONSE_TYPE);
    arena_release(&f.arena);
}

static void test_sentences(void **state)
{
    struct fixture f;
    (void)state;
    visit(&f, EP_V2);
    f.args.user_scope = filled(&f, STR(""), "a,", LIMIT_SCOPES * 2 + 1);
    decide(&f);
    check_str(f.why.detail, STR("user_scope has 256 names; at most 255"));
    f.args.team = filled(&f, STR(""), "T", 100);
    decide(&f);
    check_str(f.why.detail, STR("team has 100 bytes; at most 23"));
    arena_release(&f.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_limits), cmocka_unit_test(test_unread),
                                       cmocka_unit_test(test_pkce), cmocka_unit_test(test_order),
                                       cmocka_unit_test(test_sentences)};
    return cmocka_run_group_tests_name("oauth/authorize_lengths", tests, NULL, NULL);
}
