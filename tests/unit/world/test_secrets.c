// SPDX-License-Identifier: Apache-2.0
#include "world/secrets.h"

#include "base/limits.h"
#include "check.h"
#include "guard.h"

struct fixture {
    struct secret_notes *notes;
    struct arena arena;
};

static int setup(void **state)
{
    static struct fixture f;
    f.notes = secret_notes_new();
    arena_init(&f.arena, LIMIT_ARENA);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    secret_notes_free(f->notes);
    arena_release(&f->arena);
    return 0;
}

static void check_notes(struct fixture *f, struct str app, struct str client, struct str signing)
{
    struct str got_client, got_signing;
    secret_notes_get(f->notes, app, &f->arena, &got_client, &got_signing);
    check_str(got_client, client);
    check_str(got_signing, signing);
}

static void what_was_noted_is_known(void **state)
{
    struct fixture *f = *state;
    check_notes(f, STR("A1"), STR(""), STR(""));
    secret_notes_set(f->notes, guard_str(STR("A1")), guard_str(STR("c1")), guard_str(STR("s1")));
    secret_notes_set(f->notes, STR("A2"), STR("c2"), STR("s2"));
    check_notes(f, STR("A1"), STR("c1"), STR("s1"));
    check_notes(f, STR("A2"), STR("c2"), STR("s2"));
    check_notes(f, STR("A"), STR(""), STR(""));
}

// A patch that names one secret leaves the other as it was.
static void an_empty_secret_changes_nothing(void **state)
{
    struct fixture *f = *state;
    const struct str none = {NULL, 0};
    secret_notes_set(f->notes, STR("A1"), STR("c1"), none);
    check_notes(f, STR("A1"), STR("c1"), none);
    secret_notes_set(f->notes, STR("A1"), STR("c2"), STR("s2"));
    secret_notes_set(f->notes, STR("A1"), none, STR("s3"));
    check_notes(f, STR("A1"), STR("c2"), STR("s3"));
}

static void clearing_forgets_all(void **state)
{
    struct fixture *f = *state;
    secret_notes_set(f->notes, STR("A1"), STR("c1"), STR("s1"));
    secret_notes_clear(f->notes);
    check_notes(f, STR("A1"), STR(""), STR(""));
    secret_notes_set(f->notes, STR("A1"), STR("c2"), STR("s2"));
    check_notes(f, STR("A1"), STR("c2"), STR("s2"));
}

int main(void)
{
#define CASE(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        CASE(what_was_noted_is_known),
        CASE(an_empty_secret_changes_nothing),
        CASE(clearing_forgets_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
