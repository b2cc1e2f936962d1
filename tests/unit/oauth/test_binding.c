// SPDX-License-Identifier: Apache-2.0
#include "exchange_fixture.h"

// legacy.md 1: all sixteen cells.
static void test_mismatch(void **state)
{
    (void)state;
    for (int made = EP_V1; made <= EP_OPENID; made++)
        for (int here = EP_V1; here <= EP_OPENID; here++) {
            struct fixture f;
            fixture_init(&f);
            via(&f, (enum code_endpoint)made);
            f.args.endpoint = (enum code_endpoint)here;
            assert_int_equal(decide(&f), made == here ? W_OK : W_OAUTH_AUTHORIZATION_URL_MISMATCH);
            arena_release(&f.arena);
        }
}

// One of the 2 x 2 x 2 x 4 ways to make or to exchange a code.
struct way {
    const char *app, *redirect, *verifier;
    enum code_endpoint endpoint;
};

static struct way way_of(unsigned n)
{
    return (struct way){
        n & 1 ? "A05KQ2M7ZPD" : "A0BETA00000", n & 2 ? "https://app.example.test/cb" : "https://app.example.test/alt",
        n & 4 ? verifier43 : "wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww", (enum code_endpoint)(n >> 3)};
}

static enum wire_err cross(struct way made, struct way sent, struct user user)
{
    struct fixture f;
    fixture_init(&f);
    f.user = user;
    f.code.user = user.id;
    via(&f, made.endpoint);
    with_pkce(&f, made.verifier);
    f.code.app = fixture_id(made.app);
    f.code.redirect_uri = str_of(made.redirect);
    f.code.redirect_sent = true;
    f.app.id = fixture_id(sent.app);
    f.args.redirect_uri = str_of(sent.redirect);
    f.args.code_verifier = str_of(sent.verifier);
    f.args.endpoint = sent.endpoint;
    enum wire_err e = decide(&f);
    if (!e) assert_string_equal(f.plan.user.token.user.s, user.id.s);
    arena_release(&f.arena);
    return e;
}

// security.md S11: a code is bound to app, page, redirect URI, challenge and user; only the diagonal passes. The
// classic page knows no PKCE, so there the challenge is no part of the binding.
static void test_all_pairs(void **state)
{
    (void)state;
    const struct user users[] = {fixture_u1(), fixture_u2()};
    for (size_t u = 0; u < ARRAY_LEN(users); u++)
        for (unsigned made = 0; made < 32; made++)
            for (unsigned sent = 0; sent < 32; sent++) {
                bool classic = way_of(made).endpoint == EP_V1;
                bool same = classic ? (made | 4) == (sent | 4) : made == sent;
                assert_int_equal(cross(way_of(made), way_of(sent), users[u]) == W_OK, same);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mismatch),
        cmocka_unit_test(test_all_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
