// SPDX-License-Identifier: Apache-2.0
// What members ask for: listed, and decided on once.
#include "fixture.h"

#define LIST "/admin/v1/approvals"

static enum wire_err add(struct op *op)
{
    op_write(op, ADD_APPROVAL)->row = op->ctx;
    return W_OK;
}

static void put(struct fixture *f, struct approval *row)
{
    static const struct op_type type = {.name = "add", .decide = add};
    struct op op = {.type = &type, .arena = &f->arena, .ctx = row, .now = WALL};
    store_run(f->world.store, &op);
    assert_int_equal(op.outcome, OP_DONE);
}

static void two_requests(struct fixture *f)
{
    struct approval first = {.id = 11,
                             .app = {"A05KQ2M7ZPD"},
                             .workspace = {"T04QX81RB9C"},
                             .user = {"U04R7GH2S1M"},
                             .bot_scopes = STR("chat:write,commands"),
                             .message = STR("we need it"),
                             .created = WALL};
    struct approval second = first;
    second.id = 12;
    put(f, &first);
    put(f, &second);
}

static void test_list(void **state)
{
    struct fixture *f = *state;
    two_requests(f);
    struct answer a = call(f, "GET", LIST, NULL);
    const json_t *all = json_object_get(a.json, "approvals"), *first = json_array_get(all, 0);
    assert_int_equal(json_array_size(all), 2);
    assert_string_equal(text_of(first, "id"), "11");
    assert_string_equal(text_of(first, "state"), "waiting");
    assert_string_equal(text_of(first, "message"), "we need it");
    assert_int_equal(json_array_size(json_object_get(first, "scopes")), 2);
    assert_int_equal(json_array_size(json_object_get(first, "user_scopes")), 0);
    assert_null(json_object_get(first, "decided"));
    answer_release(&a);
}

static void test_decide(void **state)
{
    struct fixture *f = *state;
    two_requests(f);
    struct answer a = call(f, "POST", LIST "/11/approve", NULL);
    assert_int_equal(a.status, 200);
    assert_string_equal(text_of(a.json, "state"), "approved");
    assert_int_equal(number_of(a.json, "decided"), WALL);
    answer_release(&a);
    a = call(f, "POST", LIST "/12/deny", NULL);
    assert_string_equal(text_of(a.json, "state"), "denied");
    answer_release(&a);
    call_problem(f, "POST", LIST "/12/approve", NULL, 409, "approval_decided", NULL); // once is for good
    call_problem(f, "POST", LIST "/11/deny", NULL, 409, "approval_decided", NULL);
    call_problem(f, "POST", LIST "/13/deny", NULL, 404, "object_unknown", NULL);
    call_problem(f, "POST", LIST "/x/deny", NULL, 404, "object_unknown", NULL);
    a = call(f, "GET", LIST, NULL);
    assert_string_equal(text_of(json_array_get(json_object_get(a.json, "approvals"), 0), "state"), "approved");
    answer_release(&a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_list), TEST(test_decide)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
