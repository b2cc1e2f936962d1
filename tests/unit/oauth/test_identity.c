// SPDX-License-Identifier: Apache-2.0
#include "oauth/identity.h"

#include "fixture.h"

#define SLACK "\"https:\\/\\/slack.com\\/"
#define IMAGE "\"https:\\/\\/HOST\\/avatars\\/"

#define TEAM_ID(id) SLACK "team_id\":\"" id "\""
#define USER_ID(id) SLACK "user_id\":\"" id "\""
#define EMAIL       "\"email\":\"mira@harbor.example.test\",\"email_verified\":true,\"date_email_verified\":1767225600"
#define LOCALE      "\"locale\":\"en-US\""
#define NAMES                                                                                                          \
    "\"name\":\"Mira Olsen\",\"picture\":" IMAGE                                                                       \
    "U04R7GH2S1M-512.svg\",\"given_name\":\"Mira\",\"family_name\":\"Olsen\""
#define TEAM_NAMES       SLACK "team_name\":\"Harbor Lights\"," SLACK "team_domain\":\"harborlights\""
#define ENTERPRISE_ID    SLACK "enterprise_id\":\"E06NB3V2KLA\""
#define ENTERPRISE_NAMES SLACK "enterprise_name\":\"Tidewater Group\"," SLACK "enterprise_domain\":\"tidewater\""

#define USER_IMAGE(size)     SLACK "user_image_" size "\":" IMAGE "U04R7GH2S1M-" size ".svg\""
#define TEAM_IMAGE(id, size) SLACK "team_image_" size "\":" IMAGE id "-" size ".svg\""
#define USER_IMAGES                                                                                                    \
    USER_IMAGE("24")                                                                                                   \
    "," USER_IMAGE("32") "," USER_IMAGE("48") "," USER_IMAGE("72") "," USER_IMAGE("192") "," USER_IMAGE("512")
#define TEAM_IMAGES(id)                                                                                                \
    TEAM_IMAGE(id, "34")                                                                                               \
    "," TEAM_IMAGE(id, "44") "," TEAM_IMAGE(id, "68") "," TEAM_IMAGE(id, "88") "," TEAM_IMAGE(                         \
        id, "102") "," TEAM_IMAGE(id, "132") "," TEAM_IMAGE(id, "230") "," SLACK "team_image_default\":true"

#define T1 "T04QX81RB9C"
#define T2 "T05A1B2C3D4"
#define U1 "U04R7GH2S1M"

enum place { IN_T1, IN_T2, ORG_WIDE };

// openid.md 3 and 4: what each scope adds, and the two orders.
static const struct {
    const char *scopes;
    enum place place;
    const char *token, *user_info; // user_info: behind "sub"
} rows[] = {
    {"openid", IN_T1, TEAM_ID(T1) "," USER_ID(U1), USER_ID(U1) "," TEAM_ID(T1)},
    {"openid,email", IN_T1, TEAM_ID(T1) "," USER_ID(U1) "," EMAIL, USER_ID(U1) "," TEAM_ID(T1) "," EMAIL},
    {"openid,profile", IN_T1,
     TEAM_ID(T1) "," USER_ID(U1) "," LOCALE "," NAMES "," USER_IMAGES "," TEAM_NAMES "," TEAM_IMAGES(T1),
     USER_ID(U1) "," TEAM_ID(T1) "," NAMES "," LOCALE "," TEAM_NAMES "," USER_IMAGES "," TEAM_IMAGES(T1)},
    {"profile,email,openid", IN_T1,
     TEAM_ID(T1) "," USER_ID(U1) "," EMAIL "," LOCALE "," NAMES "," USER_IMAGES "," TEAM_NAMES "," TEAM_IMAGES(T1),
     USER_ID(U1) "," TEAM_ID(T1) "," EMAIL "," NAMES "," LOCALE "," TEAM_NAMES "," USER_IMAGES "," TEAM_IMAGES(T1)},
    {"openid", IN_T2, TEAM_ID(T2) "," USER_ID(U1) "," ENTERPRISE_ID "," ENTERPRISE_NAMES,
     USER_ID(U1) "," TEAM_ID(T2) "," ENTERPRISE_ID "," ENTERPRISE_NAMES},
    // No workspace was chosen: the person's own stands for it, and has no name to tell.
    {"openid,profile", ORG_WIDE,
     TEAM_ID(T1) "," USER_ID(U1) "," LOCALE "," NAMES "," USER_IMAGES "," TEAM_IMAGES(T1) "," ENTERPRISE_ID
                                                                                          "," ENTERPRISE_NAMES,
     USER_ID(U1) "," TEAM_ID(T1) "," ENTERPRISE_ID "," NAMES "," LOCALE "," ENTERPRISE_NAMES "," USER_IMAGES
                                 "," TEAM_IMAGES(T1)},
};

static struct arena arena;

static struct str written(void (*write)(const struct identity *, struct json *, struct arena *),
                          const struct identity *who)
{
    struct buf b;
    struct json j;
    buf_init(&b, 64 * 1024);
    json_init(&j, &b);
    json_open(&j, NULL);
    write(who, &j, &arena);
    json_close(&j);
    assert_false(b.failed);
    struct str out = arena_str(&arena, buf_view(&b));
    buf_release(&b);
    return out;
}

static struct user mira(void)
{
    struct user u = fixture_u1();
    u.real_name = STR("Mira Olsen");
    u.email = STR("mira@harbor.example.test");
    return u;
}

static void test_claims(void **state)
{
    struct user user = mira();
    struct workspace t1 = fixture_t1(), t2 = fixture_t2();
    struct enterprise e1 = fixture_e1();
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct identity who = {
            .user = &user,
            .workspace = rows[i].place == IN_T1   ? &t1
                         : rows[i].place == IN_T2 ? &t2
                                                  : NULL,
            .enterprise = rows[i].place == IN_T1 ? NULL : &e1,
            .scopes = str_of(rows[i].scopes),
            .public_url = STR("https://HOST"),
        };
        check_str(written(identity_token_claims, &who), arena_printf(&arena, "{%s}", rows[i].token));
        check_str(written(identity_user_info, &who),
                  arena_printf(&arena, "{\"sub\":\"" U1 "\",%s}", rows[i].user_info));
    }
}

static void test_email(void **state)
{
    static const struct {
        const char *email;
        bool verified;
        const char *wanted;
    } cases[] = {
        {"a@b.test", true, ",\"email\":\"a@b.test\",\"email_verified\":true,\"date_email_verified\":1767225600"},
        {"a@b.test", false, ",\"email\":\"a@b.test\",\"email_verified\":false"},
        {"", false, ""},
    };
    struct user user = mira();
    struct workspace t1 = fixture_t1();
    const struct identity who = {.user = &user, .workspace = &t1, .scopes = STR("openid,email")};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        user.email = str_of(cases[i].email);
        user.email_verified = cases[i].verified;
        check_str(written(identity_token_claims, &who),
                  arena_printf(&arena, "{" TEAM_ID(T1) "," USER_ID(U1) "%s}", cases[i].wanted));
    }
}

// openid.md 3: names are strings and may be empty.
static void test_names(void **state)
{
    static const struct {
        const char *real_name, *name, *wanted, *given, *family;
    } cases[] = {
        {"Mira Olsen", "mira", "Mira Olsen", "Mira", "Olsen"},
        {"Ana Maria  Sousa", "ana", "Ana Maria  Sousa", "Ana Maria", "Sousa"},
        {" Teo ", "teo", "Teo", "Teo", ""},
        {"", "lena", "lena", "lena", ""},
        {"", "", "", "", ""},
    };
    struct user user = mira();
    struct workspace t1 = fixture_t1();
    const struct identity who = {.user = &user, .workspace = &t1, .scopes = STR("openid,profile")};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        user.real_name = str_of(cases[i].real_name);
        user.name = str_of(cases[i].name);
        struct str json = written(identity_user_info, &who);
        struct str name = arena_printf(&arena, "\"name\":\"%s\",", cases[i].wanted);
        struct str parts =
            arena_printf(&arena, "\"given_name\":\"%s\",\"family_name\":\"%s\",", cases[i].given, cases[i].family);
        assert_true(str_find_str(json, name) < json.n);
        assert_true(str_find_str(json, parts) < json.n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_email),
        cmocka_unit_test(test_names),
    };
    arena_init(&arena, 1024 * 1024);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_release(&arena);
    return failed;
}
