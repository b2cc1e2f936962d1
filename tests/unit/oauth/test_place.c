// SPDX-License-Identifier: Apache-2.0
#include "oauth/place.h"

#include "check.h"

// Mira and Gus in the workspace T1; Teo, who administers the org E1, and Ada, a member of it, in T2; T3 is in E1 too
// and nobody is from there; T4 is nobody's.
enum who { MIRA, GUS, TEO, ADA, NOBODY };

static const struct user users[] = {
    [MIRA] = {.id = {"U1"}, .workspace = {"T1"}, .role = ROLE_OWNER},
    [GUS] = {.id = {"U2"}, .workspace = {"T1"}, .role = ROLE_GUEST},
    [TEO] = {.id = {"U3"}, .workspace = {"T2"}, .role = ROLE_ORG_ADMIN},
    [ADA] = {.id = {"U4"}, .workspace = {"T2"}, .role = ROLE_MEMBER},
};
static const struct workspace t1 = {.id = {"T1"}}, t2 = {.id = {"T2"}, .enterprise = {"E1"}},
                              t3 = {.id = {"T3"}, .enterprise = {"E1"}}, t4 = {.id = {"T4"}};
static const struct enterprise e1 = {.id = {"E1"}}, e2 = {.id = {"E2"}};

static void test_choice(void **state)
{
    static const struct app at_home = {.id = {"A1"}, .workspace = {"T2"}},
                            distributed = {.id = {"A2"}, .workspace = {"T2"}, .flags = APP_DISTRIBUTED};
    static const struct {
        const char *what;
        const struct app *app;
        enum who people[SESSION_PEOPLE]; // up to NOBODY
        const struct workspace *asked;
        const struct enterprise *org;
        const char *user, *workspace, *enterprise; // NULL: none
    } rows[] = {
        {"nobody", &distributed, {NOBODY}, NULL, NULL, NULL, NULL, NULL},
        {"nobody, asked", &distributed, {NOBODY}, &t1, NULL, NULL, NULL, NULL},
        {"present one", &distributed, {MIRA, TEO, NOBODY}, NULL, NULL, "U1", "T1", NULL},
        {"present one in an org", &distributed, {ADA, MIRA, NOBODY}, NULL, NULL, "U4", "T2", "E1"},
        {"asked, not present", &distributed, {MIRA, ADA, NOBODY}, &t2, NULL, "U4", "T2", "E1"},
        {"asked, the present one of two", &distributed, {GUS, MIRA, NOBODY}, &t1, NULL, "U2", "T1", NULL},
        {"asked, not signed in", &distributed, {MIRA, NOBODY}, &t2, NULL, NULL, NULL, NULL},
        {"asked, of nobody", &distributed, {MIRA, TEO, NOBODY}, &t4, NULL, NULL, NULL, NULL},
        {"asked, by the org's admin", &distributed, {MIRA, TEO, NOBODY}, &t3, NULL, "U3", "T3", "E1"},
        {"asked, by a member of the org", &distributed, {ADA, NOBODY}, &t3, NULL, NULL, NULL, NULL},
        {"org, its admin", &distributed, {MIRA, TEO, NOBODY}, NULL, &e1, "U3", NULL, "E1"},
        {"org, the admin before the member", &distributed, {ADA, TEO, NOBODY}, NULL, &e1, "U3", NULL, "E1"},
        {"org, a member", &distributed, {MIRA, ADA, NOBODY}, NULL, &e1, "U4", "T2", "E1"},
        {"org, nobody of it", &distributed, {MIRA, NOBODY}, NULL, &e1, NULL, NULL, NULL},
        {"other org", &distributed, {TEO, NOBODY}, NULL, &e2, NULL, NULL, NULL},
        {"undistributed, somebody at its home", &at_home, {MIRA, ADA, NOBODY}, NULL, NULL, "U4", "T2", "E1"},
        {"undistributed, nobody there", &at_home, {MIRA, NOBODY}, NULL, NULL, "U1", "T1", NULL},
        {"undistributed, asked elsewhere", &at_home, {ADA, MIRA, NOBODY}, &t1, NULL, "U1", "T1", NULL},
    };
    union {
        struct row_list list;
        char room[sizeof(struct row_list) + 4 * sizeof(void *)];
    } workspaces = {.list = {.n = 2}}, orgs = {.list = {.n = 1}};
    (void)state;
    workspaces.list.v[0] = &t1;
    workspaces.list.v[1] = &t2;
    orgs.list.v[0] = &e1;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct place_view v = {.app = rows[i].app,
                               .workspaces = &workspaces.list,
                               .enterprises = &orgs.list,
                               .asked = rows[i].asked,
                               .asked_org = rows[i].org};
        struct place_choice p;
        for (unsigned n = 0; rows[i].people[n] != NOBODY; n++) v.people[v.npeople++] = &users[rows[i].people[n]];
        place_choose(&v, &p);
        print_message("%s\n", rows[i].what);
        check_str(str_of(p.user ? p.user->id.s : NULL), str_of(rows[i].user));
        check_str(str_of(p.workspace ? p.workspace->id.s : NULL), str_of(rows[i].workspace));
        check_str(str_of(p.enterprise ? p.enterprise->id.s : NULL), str_of(rows[i].enterprise));
    }
}

// A workspace that was deleted leaves its people without a home.
static void test_homeless(void **state)
{
    struct place_view v = {.npeople = 1, .people = {&users[MIRA]}};
    struct place_choice p;
    (void)state;
    place_choose(&v, &p);
    assert_ptr_equal(p.user, &users[MIRA]);
    assert_null(p.home);
    assert_null(p.workspace);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_choice), cmocka_unit_test(test_homeless)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
