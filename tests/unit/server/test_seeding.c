// SPDX-License-Identifier: Apache-2.0
// The seed in a real store, in memory.
#include "base/mem.h"
#include "check.h"
#include "oauth/credential.h"
#include "server/seeding.h"
#include "world/options.h"
#include "world/secrets.h"

struct fixture {
    struct world world;
    struct seeding seeding;
    struct settings settings;
};

static int64_t stands_still(void)
{
    return 1800000000000;
}

static void fatal(void *ctx, const char *why)
{
    (void)ctx;
    print_error("%s\n", why);
    abort();
}

static int setup(void **state)
{
    struct fixture *f = mem_alloc(sizeof *f);
    struct problem problem;
    struct store_config config = {.fatal = fatal};
    f->world.dev = true;
    f->world.rng = rng_new_seeded(1);
    f->world.secrets = secret_notes_new();
    clock_init(&f->world.clock, stands_still);
    settings_defaults(&f->settings, true, false);
    if (store_open(&config, &f->world.store, &problem)) fail_msg("%s", problem.why);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    store_close(f->world.store);
    seeding_release(&f->seeding);
    secret_notes_free(f->world.secrets);
    rng_free(f->world.rng);
    mem_free(f);
    return 0;
}

static void read_seed(struct fixture *f, struct str text)
{
    struct object_problem p;
    if (seeding_read(&f->seeding, text, &f->settings, f->world.rng, 1, &p)) fail_msg("%s: %s", p.key, p.text);
}

static void count_row(void *ctx, const void *row)
{
    assert_non_null(row);
    ++*(unsigned *)ctx;
}

static unsigned count(struct fixture *f, enum list_kind kind)
{
    unsigned n = 0;
    assert_int_equal(store_list(f->world.store, kind, count_row, &n), OK);
    return n;
}

static struct str secret_of(struct fixture *f, const char *app, struct arena *arena)
{
    struct str client, signing;
    secret_notes_get(f->world.secrets, str_of(app), arena, &client, &signing);
    return client;
}

static void test_builtin(void **state)
{
    struct fixture *f = *state;
    struct arena arena;
    arena_init(&arena, LIMIT_ARENA);
    read_seed(f, (struct str){NULL, 0});
    assert_true(f->seeding.builtin);
    assert_true(store_is_empty(&f->world));
    assert_int_equal(seeding_apply(&f->seeding, &f->world, false), OK);
    assert_false(store_is_empty(&f->world));
    assert_int_equal(count(f, LIST_ENTERPRISES), 1);
    assert_int_equal(count(f, LIST_WORKSPACES), 2);
    assert_int_equal(count(f, LIST_CHANNELS), 1);
    assert_int_equal(count(f, LIST_USERS), 4);
    assert_int_equal(count(f, LIST_APPS), 1);
    check_str(secret_of(f, "A05KQ2M7ZPD", &arena), STR("0123456789abcdef0123456789abcdef"));
    arena_release(&arena);
}

static void test_many_and_wipe(void **state)
{
    struct fixture *f = *state;
    struct buf b;
    buf_init(&b, LIMIT_SEED_FILE);
    buf_z(&b, "workspaces: [ { id: T0AA, name: n, domain: d } ]\nusers:\n");
    for (unsigned i = 0; i < 40; i++) buf_printf(&b, "- { id: U0%02u, workspace: T0AA, name: n }\n", i);
    read_seed(f, buf_view(&b));
    buf_release(&b); // what was read lives on its own
    assert_false(f->seeding.builtin);
    assert_int_equal(seeding_apply(&f->seeding, &f->world, false), OK);
    assert_int_equal(count(f, LIST_USERS), 40);
    // Once more over what is there: nothing doubles.
    assert_int_equal(seeding_apply(&f->seeding, &f->world, false), OK);
    assert_int_equal(count(f, LIST_USERS), 40);

    struct seeding many = f->seeding;
    read_seed(f, (struct str){NULL, 0});
    assert_int_equal(seeding_apply(&f->seeding, &f->world, true), OK);
    assert_int_equal(count(f, LIST_USERS), 4);
    assert_int_equal(count(f, LIST_WORKSPACES), 2);
    seeding_release(&many);
}

static void test_notes_only_secrets_in_force(void **state)
{
    struct fixture *f = *state;
    struct arena arena;
    arena_init(&arena, LIMIT_ARENA);
    read_seed(f, (struct str){NULL, 0});
    assert_int_equal(seeding_apply(&f->seeding, &f->world, false), OK);
    secret_notes_clear(f->world.secrets);
    seeding_note_secrets(&f->seeding, &f->world);
    check_str(secret_of(f, "A05KQ2M7ZPD", &arena), STR("0123456789abcdef0123456789abcdef"));

    // Another secret was set since.
    secret_notes_clear(f->world.secrets);
    struct object *app = &f->seeding.objects[f->seeding.n - 1];
    client_secret_hash(app->app.client_id, STR("another"), &app->app.secrets[0].hash);
    seeding_note_secrets(&f->seeding, &f->world);
    check_str(secret_of(f, "A05KQ2M7ZPD", &arena), STR(""));
    arena_release(&arena);
}

static void test_refused(void **state)
{
    struct fixture *f = *state;
    struct object_problem p;
    assert_int_equal(seeding_read(&f->seeding, STR("app: []"), &f->settings, f->world.rng, 1, &p), E_INVALID);
    assert_string_equal(p.nearest, "apps");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_builtin, setup, teardown),
        cmocka_unit_test_setup_teardown(test_many_and_wipe, setup, teardown),
        cmocka_unit_test_setup_teardown(test_notes_only_secrets_in_force, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
