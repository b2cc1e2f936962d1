// SPDX-License-Identifier: Apache-2.0
// The rules of store/op.h one by one, with the values written out.
#include <string.h>

#include "lib.h"

static struct code a_code(int64_t id)
{
    return (struct code){.id = id, .app = id_make('A', 1), .created = 1000, .expires = 2000, .hash = {{7}}};
}

static enum op_outcome run(struct store *store, struct script *s)
{
    store_run(store, &s->op);
    return s->op.outcome;
}

static enum op_outcome run_one(struct store *store, struct write w)
{
    struct script s;
    script_init(&s);
    *script_write(&s, w.kind, w.row) = w;
    enum op_outcome outcome = run(store, &s);
    if (outcome == OP_FAULT) assert_int_equal(s.op.fault, E_CONFLICT);
    script_release(&s);
    return outcome;
}

// The row that is stored now, copied so that it outlives the operation that read it.
static bool read_row(struct store *store, enum want_kind kind, int64_t id, struct str key[3], size_t size, void *out)
{
    struct script s;
    script_init(&s);
    s.op.type = &script_read_type;
    struct want *w = script_want(&s, kind, id, NULL, NULL, NULL);
    if (key) memcpy(w->key, key, sizeof w->key);
    assert_int_equal(run(store, &s), OP_DONE);
    const void *row = op_row(&s.op, 0);
    if (row) memcpy(out, row, size);
    script_release(&s);
    return row != NULL;
}

static struct code read_code(struct store *store, int64_t id)
{
    struct code c;
    assert_true(read_row(store, WANT_CODE, id, NULL, sizeof c, &c));
    return c;
}

static void test_spend(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct code code = a_code(5);
    put_row(store, ADD_CODE, &code);
    static const struct {
        int64_t id, at;
        uint8_t attempt;
        enum op_outcome outcome;
    } cases[] = {
        {6, 1500, 1, OP_FAULT},                                                // no such code
        {5, 2000, 1, OP_FAULT},                                                // good while now < expires
        {5, 2001, 1, OP_FAULT}, {5, 1999, 2, OP_DONE}, {5, 1999, 2, OP_FAULT}, // also the same attempt again
        {5, 1500, 3, OP_FAULT},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct write w = {.kind = SPEND_CODE, .id = cases[i].id, .at = cases[i].at, .attempt = {cases[i].attempt}};
        assert_int_equal(run_one(store, w), cases[i].outcome);
    }
    struct code after = read_code(store, 5);
    assert_int_equal(after.spent_at, 1999);
    assert_int_equal(after.spent_by[0], 2);
}

static void test_attempts(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct code code = a_code(5);
    put_row(store, ADD_CODE, &code);
    for (unsigned i = 1; i <= 3; i++) {
        assert_int_equal(run_one(store, (struct write){.kind = COUNT_ATTEMPT, .id = 5}), OP_DONE);
        assert_int_equal(read_code(store, 5).attempts, i);
    }
    assert_int_equal(run_one(store, (struct write){.kind = COUNT_ATTEMPT, .id = 99}), OP_DONE);
}

// Nothing of an operation whose guard lost is there, whatever stands behind the guard.
static void test_lost_guard_writes_nothing(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct token token = {.id = 9};
    struct script s;
    script_init(&s);
    script_write(&s, SPEND_CODE, NULL)->id = 404;
    script_write(&s, ADD_TOKEN, &token);
    assert_int_equal(run(store, &s), OP_FAULT);
    assert_int_equal(s.op.fault, E_CONFLICT);
    script_release(&s);
    assert_false(read_row(store, WANT_TOKEN, 9, NULL, sizeof token, &token));
}

// An id that exists: this operation fails as a whole.
static void test_collision_writes_nothing(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct code code = a_code(5), other = a_code(6);
    struct token token = {.id = 9};
    put_row(store, ADD_CODE, &code);
    put_row(store, ADD_CODE, &other);
    put_row(store, ADD_TOKEN, &token);
    struct script s;
    script_init(&s);
    *script_write(&s, SPEND_CODE, NULL) = (struct write){.kind = SPEND_CODE, .id = 5, .at = 1500};
    script_write(&s, ADD_TOKEN, &token);
    assert_int_equal(run(store, &s), OP_FAULT);
    assert_int_equal(s.op.fault, E_CONFLICT);
    script_release(&s);
    assert_int_equal(read_code(store, 5).spent_at, 0);
}

static struct install read_install(struct store *store, const struct install *like, char *scopes, size_t size)
{
    struct script s;
    script_init(&s);
    s.op.type = &script_read_type;
    script_want(&s, WANT_INSTALL, 0, like->app.s, like->owner.s, like->subject.s);
    assert_int_equal(run(store, &s), OP_DONE);
    assert_non_null(op_row(&s.op, 0));
    struct install row = *(const struct install *)op_row(&s.op, 0);
    assert_true(str_copy(scopes, size, row.scopes));
    script_release(&s);
    return row;
}

static void test_merge(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct install like = {.app = id_make('A', 1), .owner = id_make('T', 1)};
    static const struct {
        enum write_kind kind;
        int64_t epoch;
        const char *scopes;
        int64_t live, updated;
        unsigned installer;
        enum op_outcome outcome;
        struct {
            int64_t epoch;
            const char *scopes;
            int64_t live[2], created, updated;
            unsigned installer;
        } then;
    } cases[] = {
        {MERGE_INSTALL, 1, "a", 0, 10, 1, OP_DONE, {1, "a", {0, 0}, 10, 10, 1}},
        {MERGE_INSTALL, 1, "b,a", 7, 20, 2, OP_DONE, {1, "a,b,a", {7, 0}, 10, 20, 2}},
        {MERGE_INSTALL, 1, "", 8, 30, 2, OP_DONE, {1, "a,b,a", {8, 7}, 10, 30, 2}},
        {MERGE_INSTALL, 1, "c", 0, 40, 3, OP_DONE, {1, "a,b,a,c", {8, 7}, 10, 40, 3}},
        {MERGE_INSTALL, 2, "x", 9, 50, 4, OP_DONE, {1, "a,b,a,c", {8, 7}, 10, 40, 3}}, // another epoch: no failure
        {END_INSTALL, 2, "", 0, 60, 5, OP_FAULT, {1, "a,b,a,c", {8, 7}, 10, 40, 3}},
        {END_INSTALL, 1, "", 0, 70, 5, OP_DONE, {2, "", {0, 0}, 10, 40, 3}},
        {END_INSTALL, 1, "", 0, 80, 5, OP_FAULT, {2, "", {0, 0}, 10, 40, 3}},
        {MERGE_INSTALL, 1, "late", 9, 90, 6, OP_DONE, {2, "", {0, 0}, 10, 40, 3}}, // its authorization ended meanwhile
        {MERGE_INSTALL, 2, "d", 10, 95, 6, OP_DONE, {2, "d", {10, 0}, 10, 95, 6}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct install row = like;
        row.epoch = cases[i].epoch;
        row.scopes = str_of(cases[i].scopes);
        row.live[0] = cases[i].live;
        row.created = row.updated = cases[i].updated;
        row.installer = id_make('U', cases[i].installer);
        assert_int_equal(run_one(store, (struct write){.kind = cases[i].kind, .row = &row}), cases[i].outcome);
        char scopes[64];
        struct install got = read_install(store, &like, scopes, sizeof scopes);
        assert_int_equal(got.epoch, cases[i].then.epoch);
        assert_string_equal(scopes, cases[i].then.scopes);
        assert_int_equal(got.live[0], cases[i].then.live[0]);
        assert_int_equal(got.live[1], cases[i].then.live[1]);
        assert_int_equal(got.created, cases[i].then.created);
        assert_int_equal(got.updated, cases[i].then.updated);
        assert_string_equal(got.installer.s, id_make('U', cases[i].then.installer).s);
    }
}

// A token is swapped once (oauth.v2.exchange), and its end can only come nearer.
static void test_exchange_token(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct token token = {.id = 9};
    put_row(store, ADD_TOKEN, &token);
    assert_int_equal(run_one(store, (struct write){.kind = EXCHANGE_TOKEN, .id = 9, .at = 50}), OP_DONE);
    assert_int_equal(run_one(store, (struct write){.kind = EXCHANGE_TOKEN, .id = 9, .at = 51}), OP_FAULT);
    assert_int_equal(run_one(store, (struct write){.kind = EXCHANGE_TOKEN, .id = 8, .at = 51}), OP_FAULT);
    static const int64_t ends[][2] = {{900, 900}, {950, 900}, {800, 800}}; // asked for, then in force
    for (size_t i = 0; i < ARRAY_LEN(ends); i++) {
        assert_int_equal(run_one(store, (struct write){.kind = EXPIRE_TOKEN, .id = 9, .at = ends[i][0]}), OP_DONE);
        assert_true(read_row(store, WANT_TOKEN, 9, NULL, sizeof token, &token));
        assert_int_equal(token.expires, ends[i][1]);
    }
    assert_int_equal(token.exchanged, 50);
}

// A guard that loses behind other writes takes them with it.
static void test_late_guard(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct install bot = {.app = id_make('A', 1), .owner = id_make('T', 1), .epoch = 1, .scopes = STR("a")}, user = bot;
    user.subject = id_make('U', 1);
    put_row(store, MERGE_INSTALL, &bot);
    struct script s;
    script_init(&s);
    script_write(&s, END_INSTALL, &bot);
    script_write(&s, END_INSTALL, &user); // there is none
    assert_int_equal(run(store, &s), OP_FAULT);
    assert_int_equal(s.op.fault, E_CONFLICT);
    script_release(&s);
    char scopes[64];
    assert_int_equal(read_install(store, &bot, scopes, sizeof scopes).epoch, 1);
    assert_string_equal(scopes, "a");
}

// An answered revocation stays as it is (reliability.md 1, I4).
static void test_revoke(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct token token = {.id = 9};
    put_row(store, ADD_TOKEN, &token);
    assert_int_equal(run_one(store, (struct write){.kind = REVOKE_TOKEN, .id = 9, .at = 50}), OP_DONE);
    assert_int_equal(run_one(store, (struct write){.kind = REVOKE_TOKEN, .id = 9, .at = 60}), OP_DONE);
    assert_true(read_row(store, WANT_TOKEN, 9, NULL, sizeof token, &token));
    assert_int_equal(token.revoked, 50);
}

static enum wire_err refuse(struct op *op)
{
    *op_write(op, COUNT_ATTEMPT) = (struct write){.kind = COUNT_ATTEMPT, .id = 5};
    return W_INVALID_CODE;
}

static struct refresh read_refresh(struct store *store, int64_t id)
{
    struct refresh r;
    assert_true(read_row(store, WANT_REFRESH, id, NULL, sizeof r, &r));
    return r;
}

// Two uses that read the same state: one wins, the other has to look again (token-rotation.md 4).
static void test_refresh(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    struct refresh first = {.id = 9, .issued = 1};
    put_row(store, ADD_REFRESH, &first);
    assert_int_equal(run_one(store, (struct write){.kind = USE_REFRESH, .row = &first, .at = 70}), OP_DONE);
    assert_int_equal(run_one(store, (struct write){.kind = USE_REFRESH, .row = &first, .at = 71}), OP_FAULT);
    struct refresh used = read_refresh(store, 9);
    assert_int_equal(used.used_at, 70);
    assert_int_equal(used.grace_uses, 0);
    assert_int_equal(run_one(store, (struct write){.kind = USE_REFRESH, .row = &used, .at = 80}), OP_DONE);
    assert_int_equal(run_one(store, (struct write){.kind = USE_REFRESH, .row = &used, .at = 81}), OP_FAULT);
    assert_int_equal(run_one(store, (struct write){.kind = CLAIM_HEIR, .id = 9, .at = 100}), OP_DONE);
    assert_int_equal(run_one(store, (struct write){.kind = CLAIM_HEIR, .id = 9, .at = 101}), OP_DONE);
    used = read_refresh(store, 9);
    assert_int_equal(used.used_at, 70);
    assert_int_equal(used.grace_uses, 1);
    assert_int_equal(used.heir, 100);
    used.revoked = 1; // as somebody else may have read it
    assert_int_equal(run_one(store, (struct write){.kind = USE_REFRESH, .row = &used, .at = 90}), OP_FAULT);
}

// What a refusal writes is committed with it.
static void test_refusal(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    static const struct op_type refusing = {"refuse", NULL, refuse};
    struct code code = a_code(5);
    put_row(store, ADD_CODE, &code);
    struct script s;
    script_init(&s);
    s.op.type = &refusing;
    assert_int_equal(run(store, &s), OP_REFUSED);
    assert_int_equal(s.op.refusal, W_INVALID_CODE);
    script_release(&s);
    assert_int_equal(read_code(store, 5).attempts, 1);
}

static void want_two_rounds(struct op *op, unsigned round)
{
    if (round == 0) op_want_id(op, WANT_CODE, 5);
    const struct code *code = op_row(op, 0);
    if (round == 1 && code) op_want(op, WANT_APP, id_str(&code->app), STR(""), STR(""));
}

// A later round sees the rows of the earlier one.
static void test_rounds(void **state)
{
    struct store *store = ((struct fixture *)*state)->store;
    static const struct op_type two = {"two rounds", want_two_rounds, NULL};
    struct code code = a_code(5);
    struct app app = {.id = id_make('A', 1), .client_id = STR("1.2"), .name = STR("Deploy Bell")};
    put_row(store, ADD_CODE, &code);
    put_row(store, PUT_APP, &app);
    struct script s;
    script_init(&s);
    s.op.type = &two;
    assert_int_equal(run(store, &s), OP_DONE);
    assert_int_equal(s.op.nwant, 2);
    const struct app *got = op_row(&s.op, 1);
    assert_non_null(got);
    assert_true(str_eq(got->name, STR("Deploy Bell")));
    script_release(&s);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(test_spend),
        CASE(test_attempts),
        CASE(test_lost_guard_writes_nothing),
        CASE(test_collision_writes_nothing),
        CASE(test_merge),
        CASE(test_revoke),
        CASE(test_refusal),
        CASE(test_refresh),
        CASE(test_rounds),
        CASE(test_late_guard),
        CASE(test_exchange_token),
    };
    return cmocka_run_group_tests_name("memory", tests, fixture_memory, fixture_end) +
           cmocka_run_group_tests_name("file", tests, fixture_file, fixture_end);
}
