// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

#include "guard.h"
#include "oauth/account.h"

struct fixture {
    struct arena arena;
    struct token token;
    struct credential given;
    struct install install;
    struct app app;
    struct workspace workspace;
    struct enterprise enterprise;
    struct user user;
    struct token_view view;
    struct str peer;
    int64_t now;
};

enum { TOKEN_ID = 77, AGE_S = 100 };

static void fixture_init(struct fixture *f, enum cred_kind kind)
{
    *f = (struct fixture){.peer = STR("203.0.113.9"), .now = fixture_now};
    bool user = kind == CRED_USER || kind == CRED_ROT_USER;
    bool rotating = kind == CRED_ROT_USER || kind == CRED_ROT_BOT;
    arena_init(&f->arena, 64 * 1024);
    f->app = fixture_app("A05KQ2M7ZPD", "4831107762.5926604413", "");
    f->workspace = fixture_t1();
    f->user = fixture_u1();
    f->enterprise = fixture_e1();
    f->given = (struct credential){.kind = kind, .id = TOKEN_ID, .hash = {{1, 2, 3}}};
    f->token = (struct token){.id = TOKEN_ID,
                              .hash = f->given.hash,
                              .kind = user ? TOKEN_USER : TOKEN_BOT,
                              .app = f->app.id,
                              .owner = f->workspace.id,
                              .user = f->user.id,
                              .epoch = 3,
                              .issued = fixture_now - AGE_S * 1000,
                              .expires = rotating ? fixture_now + 1000 : 0};
    f->install = (struct install){.epoch = 3, .scopes = STR("chat:write"), .live = {rotating ? TOKEN_ID : 0, 0}};
    f->view = (struct token_view){
        .token = &f->token, .install = &f->install, .app = &f->app, .workspace = &f->workspace, .user = &f->user};
}

static enum wire_err decide(struct fixture *f, struct why *why)
{
    *why = (struct why){0};
    return token_decide(&f->given, &f->view, f->peer, f->now, &f->arena, why);
}

static void as_it_is(struct fixture *f)
{
    (void)f;
}

static void unknown(struct fixture *f)
{
    f->view.token = NULL;
}

static void other_secret(struct fixture *f)
{
    f->given.hash.b[HASH_SIZE - 1] ^= 1;
}

static void expired(struct fixture *f)
{
    f->token.expires = f->now;
}

static void revoked(struct fixture *f)
{
    f->token.revoked = f->now - 1000;
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

static void pushed_out(struct fixture *f)
{
    f->install.live[0] = 80;
    f->install.live[1] = 79;
}

static void second_newest(struct fixture *f)
{
    f->install.live[1] = f->install.live[0];
    f->install.live[0] = 80;
}

static void app_gone(struct fixture *f)
{
    f->view.app = NULL;
}

static void app_deleted(struct fixture *f)
{
    f->app.flags |= APP_DELETED;
}

static void user_gone(struct fixture *f)
{
    f->view.user = NULL;
}

static void user_deactivated(struct fixture *f)
{
    f->user.role = ROLE_DEACTIVATED;
}

// Closed, and opened again, after the token was issued.
static void user_reopened(struct fixture *f)
{
    f->user.since = f->token.id + 1;
}

static void workspace_gone(struct fixture *f)
{
    f->view.workspace = NULL;
    f->view.enterprise = &f->enterprise; // of somebody else
}

// The authorization has ended with it; the cause tells which of them it was.
static void app_deleted_ended(struct fixture *f)
{
    app_deleted(f);
    ended(f);
}

static void workspace_gone_ended(struct fixture *f)
{
    workspace_gone(f);
    ended(f);
}

static void user_deactivated_ended(struct fixture *f)
{
    user_deactivated(f);
    ended(f);
}

static void migrating(struct fixture *f)
{
    f->workspace.flags |= WS_MIGRATING;
}

static void elsewhere(struct fixture *f)
{
    f->app.allowed_ips = STR("192.0.2.0/24\n2001:db8::/32");
}

static void org_token(struct fixture *f)
{
    f->token.owner = f->enterprise.id;
    f->view.workspace = NULL;
    f->view.enterprise = &f->enterprise;
}

static const struct {
    const char *name;
    void (*change)(struct fixture *f);
    enum cause cause;
    enum wire_err bot, user, rot_bot, rot_user;
} decisions[] = {
    {"good", as_it_is, CAUSE_NONE, W_OK, W_OK, W_OK, W_OK},
    {"unknown", unknown, CAUSE_TOKEN_UNKNOWN, W_INVALID_AUTH, W_INVALID_AUTH, W_INVALID_AUTH, W_INVALID_AUTH},
    {"other secret", other_secret, CAUSE_TOKEN_UNKNOWN, W_INVALID_AUTH, W_INVALID_AUTH, W_INVALID_AUTH, W_INVALID_AUTH},
    {"expired", expired, CAUSE_TOKEN_EXPIRED, W_TOKEN_EXPIRED, W_TOKEN_EXPIRED, W_TOKEN_EXPIRED, W_TOKEN_EXPIRED},
    {"revoked", revoked, CAUSE_TOKEN_REVOKED, W_TOKEN_REVOKED, W_TOKEN_REVOKED, W_TOKEN_REVOKED, W_TOKEN_REVOKED},
    {"no install", never_installed, CAUSE_TOKEN_REVOKED, W_ACCOUNT_INACTIVE, W_TOKEN_REVOKED, W_ACCOUNT_INACTIVE,
     W_TOKEN_REVOKED},
    {"ended", ended, CAUSE_TOKEN_REVOKED, W_ACCOUNT_INACTIVE, W_TOKEN_REVOKED, W_ACCOUNT_INACTIVE, W_TOKEN_REVOKED},
    {"other epoch", installed_again, CAUSE_TOKEN_REVOKED, W_ACCOUNT_INACTIVE, W_TOKEN_REVOKED, W_ACCOUNT_INACTIVE,
     W_TOKEN_REVOKED},
    {"second newest", second_newest, CAUSE_NONE, W_OK, W_OK, W_OK, W_OK},
    {"app gone", app_gone, CAUSE_APP_DELETED, W_ACCOUNT_INACTIVE, W_TOKEN_REVOKED, W_ACCOUNT_INACTIVE, W_TOKEN_REVOKED},
    {"app deleted", app_deleted, CAUSE_APP_DELETED, W_ACCOUNT_INACTIVE, W_TOKEN_REVOKED, W_ACCOUNT_INACTIVE,
     W_TOKEN_REVOKED},
    {"place gone", workspace_gone, CAUSE_TEAM_GONE, W_ACCOUNT_INACTIVE, W_TOKEN_REVOKED, W_ACCOUNT_INACTIVE,
     W_TOKEN_REVOKED},
    {"app deleted, ended", app_deleted_ended, CAUSE_APP_DELETED, W_ACCOUNT_INACTIVE, W_TOKEN_REVOKED,
     W_ACCOUNT_INACTIVE, W_TOKEN_REVOKED},
    {"place gone, ended", workspace_gone_ended, CAUSE_TEAM_GONE, W_ACCOUNT_INACTIVE, W_TOKEN_REVOKED,
     W_ACCOUNT_INACTIVE, W_TOKEN_REVOKED},
    {"migrating", migrating, CAUSE_TEAM_MIGRATING, W_TEAM_ADDED_TO_ORG, W_TEAM_ADDED_TO_ORG, W_TEAM_ADDED_TO_ORG,
     W_TEAM_ADDED_TO_ORG},
    {"address", elsewhere, CAUSE_TOKEN_ADDRESS, W_ACCESSLIMITED, W_ACCESSLIMITED, W_ACCESSLIMITED, W_ACCESSLIMITED},
    {"org", org_token, CAUSE_NONE, W_OK, W_OK, W_OK, W_OK},
};

static void check_decision(size_t i, enum cred_kind kind, enum wire_err wanted)
{
    struct fixture f;
    struct why why;
    fixture_init(&f, kind);
    decisions[i].change(&f);
    enum wire_err e = decide(&f, &why);
    if (e != wanted) print_error("%s, kind %d: got %.*s\n", decisions[i].name, kind, STR_FMT(wire_row(e)->name));
    assert_int_equal(e, wanted);
    check_why(&why, wanted ? decisions[i].cause : CAUSE_NONE);
    arena_release(&f.arena);
}

static void test_decisions(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(decisions); i++) {
        check_decision(i, CRED_BOT, decisions[i].bot);
        check_decision(i, CRED_USER, decisions[i].user);
        check_decision(i, CRED_ROT_BOT, decisions[i].rot_bot);
        check_decision(i, CRED_ROT_USER, decisions[i].rot_user);
    }
}

static void test_user_cause(void **state)
{
    (void)state;
    struct fixture f;
    struct why why;
    fixture_init(&f, CRED_USER);
    user_deactivated_ended(&f);
    assert_int_equal(decide(&f, &why), W_TOKEN_REVOKED);
    check_why(&why, CAUSE_USER_DEACTIVATED);
    arena_release(&f.arena);
}

// What was issued before an account was opened again is void; in one shard to the last number, else to the millisecond.
static void test_user_closed(void **state)
{
    (void)state;
    enum { MS = 1 << 22, SHARD = 1 << 12 };
    const int64_t since = 5000 * (int64_t)MS + 7 * SHARD + 3;
    const struct {
        int64_t since, id;
        enum role role;
        bool closed;
    } rows[] = {
        {0, 1, ROLE_MEMBER, false},
        {0, since, ROLE_DEACTIVATED, true},
        {since, since - 1, ROLE_MEMBER, true},
        {since, since + 1, ROLE_MEMBER, false},
        {since, since + 1, ROLE_DEACTIVATED, true},
        {since, since - SHARD, ROLE_MEMBER, false}, // of that very moment
        {since, since + SHARD - MS, ROLE_MEMBER, true},
        {since, since - SHARD + MS, ROLE_MEMBER, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct user user = {.role = rows[i].role, .since = rows[i].since};
        assert_int_equal(user_closed(&user, rows[i].id), rows[i].closed);
    }
    assert_true(user_closed(NULL, since));
}

// What holds for some kinds only.
static void test_kinds(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct fixture *f);
        enum cred_kind kind;
        enum wire_err wanted;
    } rows[] = {
        {pushed_out, CRED_ROT_BOT, W_TOKEN_REVOKED},
        {pushed_out, CRED_ROT_USER, W_TOKEN_REVOKED},
        {pushed_out, CRED_BOT, W_OK},
        {pushed_out, CRED_USER, W_OK},
        {user_gone, CRED_BOT, W_OK},
        {user_gone, CRED_USER, W_TOKEN_REVOKED},
        {user_deactivated, CRED_BOT, W_OK},
        {user_deactivated, CRED_USER, W_TOKEN_REVOKED},
        {user_reopened, CRED_BOT, W_OK},
        {user_reopened, CRED_USER, W_TOKEN_REVOKED},
        {user_reopened, CRED_ROT_USER, W_TOKEN_REVOKED},
        {user_deactivated, CRED_ROT_BOT, W_OK},
        {user_deactivated, CRED_ROT_USER, W_TOKEN_REVOKED},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        struct why why;
        fixture_init(&f, rows[i].kind);
        rows[i].change(&f);
        assert_int_equal(decide(&f, &why), rows[i].wanted);
        assert_int_equal(why.cause != CAUSE_NONE, rows[i].wanted != W_OK);
        arena_release(&f.arena);
    }
}

// envelope.md 5.3: with every defect there, the first is named; with that one repaired, the next.
static void test_order(void **state)
{
    (void)state;
    static const struct {
        void (*change)(struct fixture *f);
        enum wire_err wanted;
    } order[] = {
        {other_secret, W_INVALID_AUTH},    {expired, W_TOKEN_EXPIRED},       {revoked, W_TOKEN_REVOKED},
        {app_deleted, W_ACCOUNT_INACTIVE}, {migrating, W_TEAM_ADDED_TO_ORG}, {elsewhere, W_ACCESSLIMITED},
    };
    for (size_t first = 0; first < ARRAY_LEN(order); first++) {
        struct fixture f;
        struct why why;
        fixture_init(&f, CRED_ROT_BOT);
        for (size_t i = first; i < ARRAY_LEN(order); i++) order[i].change(&f);
        assert_int_equal(decide(&f, &why), order[first].wanted);
        arena_release(&f.arena);
    }
}

static void test_expiry(void **state)
{
    (void)state;
    static const struct {
        int64_t left_ms;
        enum wire_err wanted;
    } rows[] = {{1, W_OK}, {0, W_TOKEN_EXPIRED}, {-1, W_TOKEN_EXPIRED}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct fixture f;
        struct why why;
        fixture_init(&f, CRED_ROT_USER);
        f.token.expires = f.now + rows[i].left_ms;
        assert_int_equal(decide(&f, &why), rows[i].wanted);
        arena_release(&f.arena);
    }
}

static void test_ip_allowed(void **state)
{
    (void)state;
    static const struct {
        const char *ranges, *address;
        bool wanted;
    } rows[] = {
        {"", "203.0.113.9", true},
        {"", "", true},
        {"192.0.2.0/24", "192.0.2.0", true},
        {"192.0.2.0/24", "192.0.2.255", true},
        {"192.0.2.0/24", "192.0.3.0", false},
        {"192.0.2.7/24", "192.0.2.200", true}, // host bits count for nothing
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.8", false},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"192.0.2.128/25", "192.0.2.128", true},
        {"192.0.2.6/31", "192.0.2.7", true},
        {"192.0.2.6/31", "192.0.2.8", false},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"::/0", "2001:db8::1", true},
        {"2001:db8::/32", "2001:db8:ffff::1", true},
        {"2001:db8::/32", "2001:db9::1", false},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"2001:db8::1", "2001:DB8:0::1", true},
        {"192.0.2.0/24", "::ffff:192.0.2.5", true}, // mapped
        {"::ffff:192.0.2.0/120", "192.0.2.5", true},
        {"::ffff:192.0.2.0/120", "192.0.3.5", false},
        {"fe80::/10", "fe80::1%eth0", true}, // zone
        {"198.51.100.1\n192.0.2.0/24", "192.0.2.5", true},
        {"198.51.100.1\r\n 192.0.2.5 ", "192.0.2.5", true},
        {"nonsense\n192.0.2.5", "192.0.2.5", true},
        {"nonsense", "192.0.2.5", false},
        {"192.0.2.0/33", "192.0.2.0", false},
        {"192.0.2.0/", "192.0.2.0", false},
        {"192.0.2.0/x", "192.0.2.0", false},
        {"192.0.2.0/-1", "192.0.2.0", false},
        {"2001:db8::/129", "2001:db8::", false},
        {"0.0.0.0/0", "", false},
        {"0.0.0.0/0", "localhost", false},
        {"0.0.0.0/0", "1.2.3.4.5", false},
        {"0.0.0.0/0", "0123456789012345678901234567890123456789012345678901234567890123456789", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool got = ip_allowed(guard_str(str_of(rows[i].ranges)), guard_str(str_of(rows[i].address)));
        if (got != rows[i].wanted) print_error("\"%s\" in \"%s\"\n", rows[i].address, rows[i].ranges);
        assert_int_equal(got, rows[i].wanted);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_decisions),  cmocka_unit_test(test_user_cause), cmocka_unit_test(test_user_closed),
        cmocka_unit_test(test_kinds),      cmocka_unit_test(test_order),      cmocka_unit_test(test_expiry),
        cmocka_unit_test(test_ip_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
