// SPDX-License-Identifier: Apache-2.0
#include "base/mem.h"
#include "check.h"
#include "crypto/rng.h"
#include "guard.h"
#include "world/objects.h"

struct fixture {
    struct arena arena;
    struct rng *rng;
    struct object_context ctx;
    struct object_problem problem;
    struct object got[16];
    size_t ngot;
    enum status refuse; // answered by the sink
};

static int setup(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    arena_init(&f->arena, LIMIT_ARENA);
    f->rng = rng_new_seeded(7);
    f->ctx = (struct object_context){.arena = &f->arena, .rng = f->rng, .http = HTTP_REDIRECTS_LOOPBACK, .now = 1};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    arena_release(&f->arena);
    rng_free(f->rng);
    mem_free(f);
    return 0;
}

static enum status keep(void *ctx, const struct object *o)
{
    struct fixture *f = ctx;
    if (f->ngot < ARRAY_LEN(f->got)) f->got[f->ngot] = *o;
    f->ngot++;
    return f->refuse;
}

static enum status read_seed(struct fixture *f, struct str text)
{
    struct seed_sink sink = {keep, f};
    return seed_read(guard_str(text), &f->ctx, &sink, &f->problem);
}

static void test_builtin(void **state)
{
    struct fixture *f = *state;
    if (read_seed(f, seed_builtin())) fail_msg("%u: %s: %s", f->problem.line, f->problem.key, f->problem.text);
    assert_int_equal(f->ngot, 8);
    assert_string_equal(f->got[0].enterprise.id.s, "E06NB3V2KLA");
    assert_string_equal(f->got[1].workspace.id.s, "T04QX81RB9C");
    assert_string_equal(f->got[1].channels[0].id.s, "C04S8D2FJ5T");
    assert_string_equal(f->got[2].workspace.enterprise.s, "E06NB3V2KLA");
    assert_int_equal(f->got[3].user.role, ROLE_OWNER);
    assert_int_equal(f->got[4].user.role, ROLE_ORG_ADMIN);
    assert_int_equal(f->got[5].user.role, ROLE_GUEST);
    assert_int_equal(f->got[6].user.role, ROLE_MEMBER);
    const struct app *a = &f->got[7].app;
    assert_string_equal(a->id.s, "A05KQ2M7ZPD");
    check_str(a->client_id, STR("4831107762.5926604413"));
    check_str(a->bot_scopes, STR("chat:write\ncommands"));
    check_str(a->user_scopes, STR("search:read"));
    assert_int_equal(a->flags, APP_DISTRIBUTED);
    check_str(f->got[7].client_secret, STR("0123456789abcdef0123456789abcdef"));
}

#define WORKSPACE "workspaces: [{id: T0AA, name: n, domain: d}]\n"

static void test_order(void **state)
{
    struct fixture *f = *state;
    struct str text = STR("users: [{id: U0AA, workspace: T0AA, name: u}]\napps:\n" WORKSPACE "enterprises: ~\n");
    assert_int_equal(read_seed(f, text), OK);
    assert_int_equal(f->ngot, 2);
    assert_int_equal(f->got[0].kind, OBJECT_WORKSPACE);
    assert_int_equal(f->got[1].kind, OBJECT_USER);
}

static void test_json_and_empty(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(read_seed(f, STR("")), OK);
    assert_int_equal(read_seed(f, STR("# nothing\n")), OK);
    assert_int_equal(f->ngot, 0);
    assert_int_equal(read_seed(f, STR("{\"enterprises\":[{\"id\":\"E06NB3V2KLA\",\"name\":\"N\",\"domain\":\"d\"}]}")),
                     OK);
    assert_int_equal(f->ngot, 1);
}

static void test_problems(void **state)
{
    static const struct {
        const char *text, *key, *nearest;
        unsigned line, column;
    } cases[] = {
        {"workspace: []", "workspace", "workspaces", 1, 1},
        {"- a", "", "", 1, 1},
        {"users: {}", "users", "", 1, 8},
        {"users:\n  - { id: U0AA, workspace: T0AA, name: x }", "users[0].workspace", "", 2, 28},
        {WORKSPACE "users:\n- {id: U0AA, workspace: T0AA, name: x}\n- {id: U0AA, workspace: T0AA, name: y}",
         "users[1].id", "", 4, 8},
        {"workspaces:\n- {id: T0AA, name: n, domain: d}\n- {id: T0BB, name: n, domain: d}", "workspaces[1].domain", "",
         3, 31},
        {"workspaces:\n- {id: T0AA, name: n, domain: d, enterprise: E0AAAAAAAAA}", "workspaces[0].enterprise", "", 2,
         46},
        {"workspaces:\n- {id: T0AA, name: n, domain: d, channels: [{id: C0AA, name: a}, {id: C0AA, name: b}]}",
         "workspaces[0].channels", "", 2, 44},
        {WORKSPACE "apps:\n- {workspace: T0AA, client_id: '1.2', manifest: {display_information: {name: a}}}\n"
                   "- {workspace: T0AA, client_id: '1.2', manifest: {display_information: {name: a}}}",
         "apps[1].client_id", "", 4, 32},
        {WORKSPACE "apps:\n- {workspace: T0AA, manifest: {display_informatoin: {name: a}}}",
         "apps[0].manifest.display_informatoin", "display_information", 3, 32},
        {"users:\n  - { id: U0AA\napps: []", "", "", 3, 0},
        {"users: &a []", "", "", 1, 8},
        {"users: []\nusers: []", "", "", 2, 1},
        {"users: \"\x01\"", "", "", 1, 0},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (read_seed(f, str_of(cases[i].text)) != E_INVALID) fail_msg("accepted: %s", cases[i].text);
        const struct object_problem *p = &f->problem;
        check_str(str_of(p->key), str_of(cases[i].key));
        bool column = !cases[i].column || p->column == cases[i].column;
        if (p->line != cases[i].line || !column || strcmp(p->nearest, cases[i].nearest) != 0)
            fail_msg("%s: %u:%u %s, nearest \"%s\"", cases[i].text, p->line, p->column, p->text, p->nearest);
        assert_true(p->text[0]);
    }
}

static void test_sink_refuses(void **state)
{
    struct fixture *f = *state;
    f->refuse = E_IO;
    assert_int_equal(read_seed(f, seed_builtin()), E_IO);
    assert_int_equal(f->ngot, 1);
}

static void test_many(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    buf_init(&b, LIMIT_SEED_FILE);
    buf_z(&b, WORKSPACE "users:\n");
    for (int i = 0; i < 5000; i++) buf_printf(&b, "- {id: U0%05d, workspace: T0AA, name: n}\n", i);
    assert_int_equal(read_seed(f, buf_view(&b)), OK);
    assert_int_equal(f->ngot, 5001);
    buf_release(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_builtin, setup, teardown),
        cmocka_unit_test_setup_teardown(test_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_json_and_empty, setup, teardown),
        cmocka_unit_test_setup_teardown(test_problems, setup, teardown),
        cmocka_unit_test_setup_teardown(test_sink_refuses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
