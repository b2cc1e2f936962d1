// SPDX-License-Identifier: Apache-2.0
// POST /admin/v1/config-tokens over HTTP.
#include "fixture.h"

#include "oauth/credential.h"
#include "oauth/locator.h"

#define CALL "/admin/v1/config-tokens"

static struct credential parsed(struct fixture *f, const char *text)
{
    struct credential c;
    assert_true(credential_parse_token(str_of(text), world_settings(&f->world), &c));
    return c;
}

static struct answer made(struct fixture *f)
{
    struct answer a = call(f, "POST", CALL, "{\"user\":\"U04R7GH2S1M\",\"workspace\":\"T04QX81RB9C\"}");
    if (a.status != 201) fail_msg("%.*s", STR_FMT(a.body));
    return a;
}

static void test_pair(void **state)
{
    struct fixture *f = *state;
    struct answer a = made(f);
    struct credential access = parsed(f, text_of(a.json, "token")),
                      refresh = parsed(f, text_of(a.json, "refresh_token"));
    assert_int_equal(access.kind, CRED_ROT_USER);
    assert_int_equal(refresh.kind, CRED_REFRESH);
    assert_int_equal(locator_shard_of(access.id), locator_shard(STR("T04QX81RB9C")));
    assert_string_equal(text_of(a.json, "team_id"), "T04QX81RB9C");
    assert_string_equal(text_of(a.json, "user_id"), "U04R7GH2S1M");
    assert_int_equal(number_of(a.json, "exp"), number_of(a.json, "iat") + 43200);
    struct answer again = made(f);
    assert_string_not_equal(text_of(a.json, "token"), text_of(again.json, "token"));
    answer_release(&again);
    answer_release(&a);
}

// It is stored: the list shows it as what it is, of no app.
static void test_listed(void **state)
{
    struct answer a = made(*state);
    answer_release(&a);
    a = call(*state, "GET", "/admin/v1/tokens", NULL);
    const json_t *tokens = json_object_get(a.json, "tokens");
    assert_int_equal(json_array_size(tokens), 1);
    const json_t *token = json_array_get(tokens, 0);
    assert_int_equal(strncmp(text_of(token, "token"), "config ", 7), 0);
    assert_null(json_object_get(token, "app"));
    assert_string_equal(text_of(token, "owner"), "T04QX81RB9C");
    assert_string_equal(text_of(token, "user"), "U04R7GH2S1M");
    answer_release(&a);
}

static void test_problems(void **state)
{
    static const struct {
        const char *body, *cause, *key;
    } rows[] = {
        {"{\"workspace\":\"T04QX81RB9C\"}", "member_invalid", "user"},
        {"{\"user\":\"U04R7GH2S1M\"}", "member_invalid", "workspace"},
        {"{\"user\":\"U04R7GH2S1M\",\"team\":\"T04QX81RB9C\"}", "member_invalid", "team"},
        {"{\"user\":\"U04R7GH2S1M\",\"workspace\":\"T0NONE00000\"}", "object_invalid", "workspace"},
        {"{\"user\":\"U0NONE00000\",\"workspace\":\"T04QX81RB9C\"}", "object_invalid", "user"},
        {"{\"user\":\"U06D1R8KQ5V\",\"workspace\":\"T04QX81RB9C\"}", "object_invalid", "user"}, // of another workspace
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        call_problem(*state, "POST", CALL, rows[i].body, 422, rows[i].cause, rows[i].key);
    call_check(*state, "PATCH", "/admin/v1/users/U04R7GH2S1M", "{\"role\":\"deactivated\"}", 200);
    call_problem(*state, "POST", CALL, "{\"user\":\"U04R7GH2S1M\",\"workspace\":\"T04QX81RB9C\"}", 422,
                 "object_invalid", "user");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pair, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_listed, fixture_setup, fixture_teardown),
        cmocka_unit_test_setup_teardown(test_problems, fixture_setup, fixture_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
