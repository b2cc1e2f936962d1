// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

#include "oauth/revoke.h"

static const struct {
    enum cred_kind given;
    enum revoke_what wanted;
} kinds[] = {
    {CRED_BOT, REVOKE_AUTHORIZATION}, {CRED_USER, REVOKE_AUTHORIZATION},    {CRED_ROT_BOT, REVOKE_STRING},
    {CRED_ROT_USER, REVOKE_STRING},   {CRED_REFRESH, REVOKE_REFRESH_ALONE},
};

static void test_what(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        assert_int_equal(revoke_decide(kinds[i].given, false), kinds[i].wanted);
        assert_int_equal(revoke_decide(kinds[i].given, true), REVOKE_NONE);
    }
}

static const struct {
    int64_t used_at, revoked, now, wanted;
} refreshes[] = {
    {0, 0, 500000, 0},        // never used
    {1000, 0, 60999, 0},      // in its grace of 60 s
    {1000, 0, 61000, 61000},  // which is over
    {1000, 0, 900000, 61000}, //
    {0, 777, 500000, 777},    // revoked
    {1000, 777, 900000, 777}, // and used: the first end stays
};

static void test_refresh(void **state)
{
    struct settings settings = fixture_settings();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(refreshes); i++) {
        const struct refresh r = {.id = 5,
                                  .hash = {{9}},
                                  .kind = TOKEN_USER,
                                  .app = fixture_id("A05KQ2M7ZPD"),
                                  .owner = fixture_id("T04QX81RB9C"),
                                  .user = fixture_id("U04R7GH2S1M"),
                                  .epoch = 3,
                                  .issued = 10,
                                  .expires = 20,
                                  .used_at = refreshes[i].used_at,
                                  .revoked = refreshes[i].revoked};
        struct token t;
        token_of_refresh(&r, &settings, refreshes[i].now, &t);
        assert_int_equal(t.revoked, refreshes[i].wanted);
        assert_true(t.id == 5 && t.kind == TOKEN_USER && t.epoch == 3 && t.issued == 10 && t.expires == 20);
        assert_true(id_eq(&t.app, &r.app) && id_eq(&t.owner, &r.owner) && id_eq(&t.user, &r.user));
        assert_memory_equal(&t.hash, &r.hash, sizeof t.hash);
    }
}

static void test_last(void **state)
{
    const struct install bot = {.subject = {""}}, person = {.subject = {"U1"}}, other = {.subject = {"U2"}};
    const struct {
        const struct install *ending, *live[2];
        bool wanted;
    } table[] = {
        {&bot, {&bot, NULL}, true},        {&person, {&person, NULL}, true},    {&bot, {&bot, &person}, false},
        {&person, {&bot, &person}, false}, {&person, {&person, &other}, false},
    };
    struct arena arena;
    (void)state;
    arena_init(&arena, 4096);
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct row_list *live = arena_alloc(&arena, sizeof *live + sizeof table[i].live);
        for (size_t k = 0; k < 2; k++)
            if (table[i].live[k]) live->v[live->n++] = table[i].live[k];
        assert_int_equal(revoke_is_last(table[i].ending, live), table[i].wanted);
    }
    arena_release(&arena);
}

struct fixture {
    struct arena arena;
    struct app app, other;
    struct client_input in;
    struct client_check client;
    struct token token;
    struct user user;
    struct token_view bearer;
    struct install bot, person, late;
    struct row_list *live;
};

// A member's token of an app that somebody else installed with a bot.
static void fixture_init(struct fixture *f)
{
    *f = (struct fixture){0};
    arena_init(&f->arena, 64 * 1024);
    f->app = fixture_app("A05KQ2M7ZPD", "4831107762.5926604413", "");
    f->other = fixture_app("A06BETA0000", "1111111111.2222222222", "");
    f->app.nsecrets = f->other.nsecrets = 1;
    client_secret_hash(f->app.client_id, STR("right"), &f->app.secrets[0].hash);
    client_secret_hash(f->other.client_id, STR("other"), &f->other.secrets[0].hash);
    f->in = (struct client_input){.arg_id = f->app.client_id, .arg_secret = STR("right")};
    f->client = (struct client_check){.in = &f->in, .app = &f->app, .now = fixture_now};
    f->user = fixture_user("U05B3K8WZQN", "T04QX81RB9C", ROLE_MEMBER);
    f->token =
        (struct token){.kind = TOKEN_USER, .app = f->app.id, .owner = fixture_id("T04QX81RB9C"), .user = f->user.id};
    f->bearer = (struct token_view){.token = &f->token, .user = &f->user};
    f->bot = (struct install){.created = 50, .installer = fixture_id("U04R7GH2S1M")};
    f->person = (struct install){.subject = f->user.id, .created = 40, .installer = f->user.id};
    f->late =
        (struct install){.subject = fixture_id("U04R7GH2S1M"), .created = 60, .installer = fixture_id("U04R7GH2S1M")};
    f->live = arena_alloc(&f->arena, sizeof *f->live + 2 * sizeof f->live->v[0]);
    f->live->n = 2;
    f->live->v[0] = &f->bot;
    f->live->v[1] = &f->person;
}

static void as_it_is(struct fixture *f)
{
    (void)f;
}

static void bot_token(struct fixture *f)
{
    f->token.kind = TOKEN_BOT;
    f->bearer.user = NULL;
}

static void installed_it(struct fixture *f)
{
    f->bot.installer = f->user.id;
}

static void without_bot_first(struct fixture *f)
{
    f->live->v[0] = &f->late;
}

static void without_bot_later(struct fixture *f)
{
    f->live->v[0] = &f->late;
    f->person.created = 70;
}

static void admin(struct fixture *f)
{
    f->user.role = ROLE_ADMIN;
}

static void owner(struct fixture *f)
{
    f->user.role = ROLE_OWNER;
}

static void admin_elsewhere(struct fixture *f)
{
    f->user.role = ROLE_ADMIN;
    f->user.workspace = fixture_id("T05A1B2C3D4");
}

static void admin_in_org(struct fixture *f)
{
    f->user.role = ROLE_ADMIN;
    f->token.owner = fixture_id("E06NB3V2KLA");
}

static void org_admin_in_org(struct fixture *f)
{
    f->user.role = ROLE_ORG_ADMIN;
    f->token.owner = fixture_id("E06NB3V2KLA");
}

static void no_client_id(struct fixture *f)
{
    f->in.arg_id = (struct str){0};
    f->client.app = NULL;
}

static void unknown_client(struct fixture *f)
{
    f->in.arg_id = STR("1.1");
    f->client.app = NULL;
}

static void no_secret(struct fixture *f)
{
    f->in.arg_secret = (struct str){0};
}

// A public client has no way to do without: nothing but the secret says that the app itself is calling.
static void public_without_secret(struct fixture *f)
{
    f->app.flags |= APP_PKCE;
    f->in.arg_secret = (struct str){0};
}

static void wrong_secret(struct fixture *f)
{
    f->in.arg_secret = STR("wrong");
}

static void other_client(struct fixture *f)
{
    f->in.arg_id = f->other.client_id;
    f->in.arg_secret = STR("other");
    f->client.app = &f->other;
}

static void other_client_wrong_secret(struct fixture *f)
{
    other_client(f);
    f->in.arg_secret = STR("right");
}

static const struct {
    const char *name;
    void (*change)(struct fixture *f);
    enum wire_err wanted;
    enum cause cause;
} table[] = {
    {"member", as_it_is, W_NO_PERMISSION, CAUSE_NOT_INSTALLER},
    {"bot token", bot_token, W_OK, CAUSE_NONE},
    {"installer", installed_it, W_OK, CAUSE_NONE},
    {"no bot, the first", without_bot_first, W_OK, CAUSE_NONE},
    {"no bot, a later one", without_bot_later, W_NO_PERMISSION, CAUSE_NOT_INSTALLER},
    {"admin", admin, W_OK, CAUSE_NONE},
    {"owner", owner, W_OK, CAUSE_NONE},
    {"admin of another workspace", admin_elsewhere, W_NO_PERMISSION, CAUSE_NOT_INSTALLER},
    {"admin of a workspace, in an org", admin_in_org, W_NO_PERMISSION, CAUSE_NOT_INSTALLER},
    {"org admin", org_admin_in_org, W_OK, CAUSE_NONE},
    {"no client id", no_client_id, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_MISSING},
    {"unknown client id", unknown_client, W_INVALID_CLIENT_ID, CAUSE_CLIENT_ID_UNKNOWN},
    {"no secret", no_secret, W_BAD_CLIENT_SECRET, CAUSE_SECRET_MISSING},
    {"no secret, public", public_without_secret, W_BAD_CLIENT_SECRET, CAUSE_SECRET_MISSING},
    {"wrong secret", wrong_secret, W_BAD_CLIENT_SECRET, CAUSE_SECRET_WRONG},
    {"another app", other_client, W_CLIENT_ID_TOKEN_MISMATCH, CAUSE_TOKEN_FOREIGN},
    {"another app, this one's secret", other_client_wrong_secret, W_BAD_CLIENT_SECRET, CAUSE_SECRET_WRONG},
};

static void test_uninstall(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        struct fixture f;
        struct why why = {0};
        fixture_init(&f);
        table[i].change(&f);
        const struct uninstall_view view = {.client = &f.client, .bearer = &f.bearer, .live = f.live};
        enum wire_err e = uninstall_decide(&view, &f.arena, &why);
        if (e != table[i].wanted) print_error("%s\n", table[i].name);
        assert_int_equal(e, table[i].wanted);
        check_why(&why, table[i].cause);
        arena_release(&f.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_what), cmocka_unit_test(test_refresh),
                                       cmocka_unit_test(test_last), cmocka_unit_test(test_uninstall)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
