// SPDX-License-Identifier: Apache-2.0
// The keys of id tokens: shown, replaced, bounded; never their private parts.
#include "fixture.h"

#define KEYS   "/admin/v1/keys"
#define ROTATE "/admin/v1/keys/rotate"

static void test_none_at_first(void **state)
{
    struct answer a = call(*state, "GET", KEYS, NULL);
    check_str(a.body, STR("{\"keys\":[]}"));
    answer_release(&a);
}

static void test_rotate(void **state)
{
    struct fixture *f = *state;
    call_check(f, "POST", ROTATE, NULL, 200);
    clock_advance(&f->world.clock, 1000);
    struct answer a = call(f, "POST", ROTATE, NULL);
    assert_int_equal(a.status, 200);
    const json_t *keys = json_object_get(a.json, "keys");
    const json_t *signer = json_array_get(keys, 0), *old = json_array_get(keys, 1);
    assert_int_equal(json_array_size(keys), 2);
    assert_true(json_is_true(json_object_get(signer, "signs")));
    assert_true(json_is_false(json_object_get(old, "signs")));
    assert_int_equal(number_of(signer, "created"), WALL + 1000);
    assert_null(json_object_get(signer, "retired"));
    assert_int_equal(number_of(old, "created"), WALL);
    assert_int_equal(number_of(old, "retired"), WALL + 1000);
    assert_int_equal(number_of(old, "leaves"), WALL + 1000 + 3600 * 1000);
    assert_int_equal(strlen(text_of(signer, "kid")), 43);
    assert_string_not_equal(text_of(signer, "kid"), text_of(old, "kid"));
    assert_int_equal(str_find_str(a.body, STR("PRIVATE")), a.body.n);
    answer_release(&a);
}

static void test_bound(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < KEYS_MAX; i++) call_check(f, "POST", ROTATE, NULL, 200);
    call_problem(f, "POST", ROTATE, NULL, 409, "keys_full", NULL);
    clock_advance(&f->world.clock, 3600 * 1000);
    call_check(f, "POST", ROTATE, NULL, 200);
}

// A page elsewhere cannot do it.
static void test_needs_header(void **state)
{
    struct answer a = call_with(*state, "POST", ROTATE, "Host: localhost\r\n", NULL);
    assert_int_equal(a.status, 403);
    assert_string_equal(text_of(a.json, "cause"), "header_missing");
    answer_release(&a);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_none_at_first),
        TEST(test_rotate),
        TEST(test_bound),
        TEST(test_needs_header),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
