// SPDX-License-Identifier: Apache-2.0
#include "oauth/manage.h"

#include "check.h"
#include "guard.h"

static const struct {
    const char *text;
    bool app, team;
} ids[] = {
    {"A05KQ2M7ZPD", true, false},
    {"T04QX81RB9C", false, true},
    {"", false, false},
    {"A", false, false},
    {"A0", true, false},
    {"T0", false, false},
    {"T04", false, true},
    {"a05KQ2M7ZPD", false, false},
    {"A05KQ2M7zPD", false, false},
    {"A05KQ2M7ZPDA05KQ2M7ZPDX", true, false}, // LIMIT_ID - 1
    {"A05KQ2M7ZPDA05KQ2M7ZPDXY", false, false},
    {"E06NB3V2KLA", false, false},
    {"zzz", false, false},
};

static void test_ids(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        assert_int_equal(app_id_valid(guard_str(str_of(ids[i].text))), ids[i].app);
        assert_int_equal(team_id_valid(guard_str(str_of(ids[i].text))), ids[i].team);
    }
}

// The app is of T1, made by U1.
static const struct {
    const char *user, *workspace;
    enum role role;
    unsigned flags;
    enum wire_err wanted;
    enum cause cause;
} callers[] = {
    {"U1", "T1", ROLE_MEMBER, 0, W_OK, CAUSE_NONE},
    {"U1", "T2", ROLE_GUEST, 0, W_OK, CAUSE_NONE},
    {"U2", "T1", ROLE_OWNER, 0, W_OK, CAUSE_NONE},
    {"U2", "T1", ROLE_ADMIN, 0, W_OK, CAUSE_NONE},
    {"U2", "T1", ROLE_ORG_ADMIN, 0, W_OK, CAUSE_NONE},
    {"U2", "T1", ROLE_MEMBER, 0, W_NO_PERMISSION, CAUSE_NOT_COLLABORATOR},
    {"U2", "T1", ROLE_GUEST, 0, W_NO_PERMISSION, CAUSE_NOT_COLLABORATOR},
    {"U2", "T2", ROLE_OWNER, 0, W_NO_PERMISSION, CAUSE_NOT_COLLABORATOR},
    {"U2", "T2", ROLE_ORG_ADMIN, 0, W_NO_PERMISSION, CAUSE_NOT_COLLABORATOR},
    {"U1", "T1", ROLE_OWNER, APP_DELETED, W_APP_NOT_FOUND, CAUSE_APP_DELETED},
};

static void test_collaborators(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 4096);
    for (size_t i = 0; i < ARRAY_LEN(callers); i++) {
        struct app app = {.id = {"A1"}, .workspace = {"T1"}, .creator = {"U1"}, .flags = callers[i].flags};
        struct user user = {.role = callers[i].role};
        struct why why = {0};
        assert_true(str_copy(user.id.s, sizeof user.id.s, str_of(callers[i].user)));
        assert_true(str_copy(user.workspace.s, sizeof user.workspace.s, str_of(callers[i].workspace)));
        assert_int_equal(manage_app(&app, &user, &arena, &why), callers[i].wanted);
        assert_int_equal(why.cause, callers[i].cause);
    }
    arena_release(&arena);
}

// An app of the seed was made by nobody.
static void test_no_creator(void **state)
{
    struct arena arena;
    struct why why = {0};
    struct app app = {.id = {"A1"}, .workspace = {"T1"}};
    struct user user = {.id = {"U1"}, .workspace = {"T1"}};
    (void)state;
    arena_init(&arena, 4096);
    assert_int_equal(manage_app(&app, &user, &arena, &why), W_NO_PERMISSION);
    why = (struct why){0};
    assert_int_equal(manage_app(NULL, &user, &arena, &why), W_APP_NOT_FOUND);
    assert_int_equal(why.cause, CAUSE_APP_UNKNOWN);
    arena_release(&arena);
}

static void test_team(void **state)
{
    struct arena arena;
    struct why why = {0};
    struct user user = {.id = {"U1"}, .workspace = {"T1"}, .role = ROLE_OWNER};
    struct workspace home = {.id = {"T1"}}, other = {.id = {"T2"}};
    (void)state;
    arena_init(&arena, 4096);
    assert_int_equal(manage_team(&home, &user, &arena, &why), W_OK);
    assert_int_equal(manage_team(&other, &user, &arena, &why), W_NOT_IN_TEAM);
    assert_int_equal(why.cause, CAUSE_TEAM_FOREIGN);
    why = (struct why){0};
    assert_int_equal(manage_team(NULL, &user, &arena, &why), W_INVALID_TEAM_ID);
    assert_int_equal(why.cause, CAUSE_TEAM_UNKNOWN);
    arena_release(&arena);
}

static void test_scopes_differ(void **state)
{
    const struct app a = {.bot_scopes = STR_INIT("commands"), .user_scopes = STR_INIT("search:read")};
    struct app b = a;
    (void)state;
    assert_false(manage_scopes_differ(&a, &b));
    b.name = STR("another");
    assert_false(manage_scopes_differ(&a, &b));
    b.bot_optional = STR("commands");
    assert_true(manage_scopes_differ(&a, &b));
    b = a;
    b.user_scopes = STR("");
    assert_true(manage_scopes_differ(&a, &b));
    b = a;
    b.bot_scopes = STR("commands\nchat:write");
    assert_true(manage_scopes_differ(&a, &b));
    b = a;
    b.user_optional = STR("search:read");
    assert_true(manage_scopes_differ(&a, &b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ids),  cmocka_unit_test(test_collaborators), cmocka_unit_test(test_no_creator),
        cmocka_unit_test(test_team), cmocka_unit_test(test_scopes_differ),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
