// SPDX-License-Identifier: Apache-2.0
#include "fixture.h"

#include "codec/base64.h"
#include "guard.h"
#include "oauth/teams.h"

static const struct {
    const char *limit, *cursor; // the cursor before base64; NULL: none
    enum wire_err wanted;
    unsigned size;
    const char *after;
} plain[] = {
    {"", NULL, W_OK, 100, ""},
    {"1", NULL, W_OK, 1, ""},
    {"1000", NULL, W_OK, 1000, ""},
    {"0", NULL, W_INVALID_LIMIT, 0, ""},
    {"1001", NULL, W_INVALID_LIMIT, 0, ""},
    {"-1", NULL, W_INVALID_LIMIT, 0, ""},
    {"+1", NULL, W_INVALID_LIMIT, 0, ""},
    {"1.5", NULL, W_INVALID_LIMIT, 0, ""},
    {" 1", NULL, W_INVALID_LIMIT, 0, ""},
    {"99999999999999999999", NULL, W_INVALID_LIMIT, 0, ""},
    {"", "team:T05A1B2C3D4", W_OK, 100, "T05A1B2C3D4"},
    {"7", "team:T1", W_OK, 7, "T1"},
    {"0", "team:T05A1B2C3D4", W_INVALID_LIMIT, 0, ""},
    {"", "team:", W_INVALID_CURSOR, 0, ""},
    {"", "team:T", W_INVALID_CURSOR, 0, ""},
    {"", "team:E06NB3V2KLA", W_INVALID_CURSOR, 0, ""},
    {"", "team:T05a", W_INVALID_CURSOR, 0, ""},
    {"", "team:T05 ", W_INVALID_CURSOR, 0, ""},
    {"", "team:T0123456789ABCDEFGHIJKLM", W_INVALID_CURSOR, 0, ""}, // longer than any id
    {"", "Team:T05A1B2C3D4", W_INVALID_CURSOR, 0, ""},
    {"", "user:T05A1B2C3D4", W_INVALID_CURSOR, 0, ""},
    {"", "T05A1B2C3D4", W_INVALID_CURSOR, 0, ""},
};

static struct str encode(const char *text, struct arena *arena)
{
    size_t n = strlen(text);
    char *out = arena_alloc(arena, base64_size(n) + 1);
    base64_encode((const uint8_t *)text, n, out);
    return str_make(out, base64_size(n));
}

static void test_page(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 64 * 1024);
    for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
        struct teams_page page;
        struct why why = {0};
        struct str cursor = plain[i].cursor ? encode(plain[i].cursor, &arena) : (struct str){NULL, 0};
        enum wire_err e = teams_page_parse(str_of(plain[i].limit), cursor, &arena, &page, &why);
        if (e != plain[i].wanted) print_error("limit %s, cursor %s\n", plain[i].limit, plain[i].cursor);
        assert_int_equal(e, plain[i].wanted);
        check_why(&why, e ? CAUSE_ARG_VALUE : CAUSE_NONE);
        if (e) continue;
        assert_int_equal(page.limit, plain[i].size);
        assert_string_equal(page.after.s, plain[i].after);
    }
    arena_release(&arena);
}

static const char *const bad_cursors[] = {"!", "=", "A", "dGVhbTpU*", "dGVhbTpUMDVBMUIyQzNENA=", "dGVhbTo="};

static void test_bad_cursors(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 64 * 1024);
    for (size_t i = 0; i < ARRAY_LEN(bad_cursors); i++) {
        struct teams_page page;
        struct why why = {0};
        size_t n = strlen(bad_cursors[i]);
        struct str cursor = str_make(guard_copy(bad_cursors[i], n), n);
        assert_int_equal(teams_page_parse(STR(""), cursor, &arena, &page, &why), W_INVALID_CURSOR);
    }
    arena_release(&arena);
}

// The contract's example, and that every length of id comes back.
static void test_cursor(void **state)
{
    static const char longest[] = "T0123456789ABCDEFGHIJKL";
    struct arena arena;
    (void)state;
    arena_init(&arena, 64 * 1024);
    struct id id = fixture_id("T05A1B2C3D4");
    check_str(teams_cursor(&id, &arena), STR("dGVhbTpUMDVBMUIyQzNENA=="));
    for (size_t n = 2; n < sizeof longest; n++) {
        struct teams_page page;
        struct why why = {0};
        assert_true(str_copy(id.s, sizeof id.s, str_make(longest, n)));
        assert_int_equal(teams_page_parse(STR(""), teams_cursor(&id, &arena), &arena, &page, &why), W_OK);
        assert_string_equal(page.after.s, id.s);
    }
    arena_release(&arena);
}

enum from { FROM_T1, FROM_T2, FROM_ORG };

static const struct {
    const char *name;
    enum from from;
    const char *team, *domain;
    const char *found; // "T1", "T2", "T2-" not granted, "T3" of another org, NULL
    enum wire_err wanted;
    const char *answer; // id; NULL: the org
} queries[] = {
    {"own", FROM_T1, "", "", NULL, W_OK, "T04QX81RB9C"},
    {"own, by id", FROM_T1, "T04QX81RB9C", "", "T1", W_OK, "T04QX81RB9C"},
    {"unknown", FROM_T1, "T0NOSUCHXX", "", NULL, W_TEAM_NOT_FOUND, NULL},
    {"foreign", FROM_T1, "T05A1B2C3D4", "", "T2", W_TEAM_NOT_FOUND, NULL},
    {"domain, in no org", FROM_T1, "", "breakwater", "T2", W_TEAM_NOT_ON_ENTERPRISE, NULL},
    {"own domain, in no org", FROM_T1, "", "harborlights", "T1", W_TEAM_NOT_ON_ENTERPRISE, NULL},
    {"team beats domain", FROM_T1, "T04QX81RB9C", "breakwater", "T1", W_OK, "T04QX81RB9C"},
    {"domain in the org", FROM_T2, "", "breakwater", "T2", W_OK, "T05A1B2C3D4"},
    {"domain of another", FROM_T2, "", "harborlights", "T1", W_TEAM_NOT_FOUND, NULL},
    {"domain unknown", FROM_T2, "", "nowhere", NULL, W_TEAM_NOT_FOUND, NULL},
    {"own, that org tokens may not see", FROM_T2, "T05A1B2C3D4", "", "T2-", W_OK, "T05A1B2C3D4"},
    {"org token, itself", FROM_ORG, "", "", NULL, W_OK, NULL},
    {"org token, itself by id", FROM_ORG, "E06NB3V2KLA", "", NULL, W_OK, NULL},
    {"org token, its workspace", FROM_ORG, "T05A1B2C3D4", "", "T2", W_OK, "T05A1B2C3D4"},
    {"org token, by domain", FROM_ORG, "", "breakwater", "T2", W_OK, "T05A1B2C3D4"},
    {"org token, not granted", FROM_ORG, "T05A1B2C3D4", "", "T2-", W_TEAM_ACCESS_NOT_GRANTED, NULL},
    {"org token, not granted, by domain", FROM_ORG, "", "breakwater", "T2-", W_TEAM_ACCESS_NOT_GRANTED, NULL},
    {"org token, in no org", FROM_ORG, "T04QX81RB9C", "", "T1", W_TEAM_NOT_FOUND, NULL},
    {"org token, another org's", FROM_ORG, "T0OTHER", "", "T3", W_TEAM_NOT_FOUND, NULL},
    {"org token, unknown", FROM_ORG, "T0NOSUCHXX", "", NULL, W_TEAM_NOT_FOUND, NULL},
};

static bool workspace_of(const char *name, struct workspace *out)
{
    if (!name) return false;
    *out = strcmp(name, "T1") == 0 ? fixture_t1() : fixture_t2();
    if (strcmp(name, "T2-") == 0) out->flags |= WS_UNGRANTED;
    if (strcmp(name, "T3") == 0) out->enterprise = fixture_id("E0OTHER0000");
    return true;
}

static void test_query(void **state)
{
    struct arena arena;
    const struct workspace t1 = fixture_t1(), t2 = fixture_t2();
    const struct enterprise e1 = fixture_e1();
    (void)state;
    arena_init(&arena, 64 * 1024);
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        enum from from = queries[i].from;
        const struct token token = {.owner = from == FROM_ORG ? e1.id : from == FROM_T1 ? t1.id : t2.id};
        const struct token_view view = {.token = &token,
                                        .workspace = from == FROM_ORG  ? NULL
                                                     : from == FROM_T1 ? &t1
                                                                       : &t2,
                                        .enterprise = from == FROM_T1 ? NULL : &e1};
        struct workspace found;
        bool there = workspace_of(queries[i].found, &found);
        const struct team_query q = {str_of(queries[i].team), str_of(queries[i].domain), &view, there ? &found : NULL};
        const struct workspace *answer = NULL;
        struct why why = {0};
        enum wire_err e = team_query_decide(&q, &arena, &answer, &why);
        if (e != queries[i].wanted) print_error("%s\n", queries[i].name);
        assert_int_equal(e, queries[i].wanted);
        check_why(&why, e == W_OK                        ? CAUSE_NONE
                        : e == W_TEAM_ACCESS_NOT_GRANTED ? CAUSE_TEAM_UNGRANTED
                                                         : CAUSE_TEAM_FOREIGN);
        if (e) continue;
        assert_int_equal(answer != NULL, queries[i].answer != NULL);
        if (answer) assert_string_equal(answer->id.s, queries[i].answer);
    }
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_page), cmocka_unit_test(test_bad_cursors),
                                       cmocka_unit_test(test_cursor), cmocka_unit_test(test_query)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
