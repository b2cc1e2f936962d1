// SPDX-License-Identifier: Apache-2.0
#include "oauth/pkce.h"

#include "check.h"
#include "guard.h"

static const struct {
    const char *verifier, *challenge;
} vectors[] = {
    {"secretpassword", "ldMBaaWcQYtSATMV_IG8mf3wp7A6EW80arYoSW80ntU"},                              // authorize.md 5
    {"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"}, // RFC 7636 B
};

static void test_vectors(void **state)
{
    char out[PKCE_CHALLENGE_SIZE];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(vectors); i++) {
        pkce_challenge_of(guard_str(str_of(vectors[i].verifier)), out);
        check_str(str_make(out, sizeof out), str_of(vectors[i].challenge));
        assert_true(pkce_challenge_valid(guard_str(str_make(out, sizeof out))));
    }
}

static const struct {
    const char *challenge;
    bool valid;
} challenges[] = {
    {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", true},
    {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c", false},
    {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM=", false},
    {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM", false},
    {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw/cM", false},
    {"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw cM", false},
    {"", false},
};

static void test_challenge_shape(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(challenges); i++)
        assert_int_equal(pkce_challenge_valid(guard_str(str_of(challenges[i].challenge))), challenges[i].valid);
}

static void test_verifier_shape(void **state)
{
    char text[200];
    (void)state;
    memset(text, 'a', sizeof text);
    assert_false(pkce_verifier_valid(str_make(text, 0)));
    assert_true(pkce_verifier_valid(guard_str(str_make(text, 1))));
    assert_true(pkce_verifier_valid(guard_str(str_make(text, 128))));
    assert_false(pkce_verifier_valid(guard_str(str_make(text, 129))));
    for (unsigned c = 0; c < 256; c++) {
        char one = (char)c;
        bool allowed = ascii_alnum(one) || (c && strchr("-._~", (int)c));
        assert_int_equal(pkce_verifier_valid(guard_str(str_make(&one, 1))), allowed);
    }
}

// oauth.v2.access.md 5.2, every combination: a stored challenge and a verifier never ignore one another (S25).
static const struct {
    bool app_pkce, challenge;
    const char *verifier;
    enum wire_err wanted;
    enum cause cause;
} rows[] = {
    {false, false, "", W_OK, CAUSE_NONE},
    {false, false, "secretpassword", W_PKCE_NOT_ALLOWED, CAUSE_PKCE_OFF},
    {false, true, "", W_INVALID_CODE_VERIFIER, CAUSE_VERIFIER_MISSING},
    {false, true, "secretpassword", W_PKCE_NOT_ALLOWED, CAUSE_PKCE_OFF},
    {true, false, "", W_OK, CAUSE_NONE},
    {true, false, "secretpassword", W_INVALID_CODE_VERIFIER, CAUSE_VERIFIER_UNASKED},
    {true, true, "", W_INVALID_CODE_VERIFIER, CAUSE_VERIFIER_MISSING},
    {true, true, "secretpassword", W_OK, CAUSE_NONE},
    {true, true, "secretpassworD", W_INVALID_CODE_VERIFIER, CAUSE_VERIFIER_DIFFERS},
    {true, true, "secretpassword ", W_INVALID_CODE_VERIFIER, CAUSE_VERIFIER_SHAPE},
    {true, true, "secret\xc3\xa4", W_INVALID_CODE_VERIFIER, CAUSE_VERIFIER_SHAPE},
    {true, true, "ldMBaaWcQYtSATMV_IG8mf3wp7A6EW80arYoSW80ntU", W_INVALID_CODE_VERIFIER, CAUSE_VERIFIER_DIFFERS},
};

static void test_decide(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        for (unsigned flags = 0; flags < 4; flags++) {
            bool secret = flags & 1, strict = flags & 2;
            struct why why = {0};
            struct code code = {.challenge = rows[i].challenge ? str_of(vectors[0].challenge) : STR("")};
            enum wire_err got = pkce_decide(&code, rows[i].app_pkce, guard_str(str_of(rows[i].verifier)),
                                            secret && strict, &arena, &why);
            bool both = rows[i].wanted == W_OK && rows[i].verifier[0] && secret && strict;
            assert_int_equal(got, both ? W_INTERNAL_ERROR : rows[i].wanted);
            assert_int_equal(why.cause, both ? CAUSE_PKCE_STRICT : rows[i].cause);
        }
    arena_release(&arena);
}

static void test_hint(void **state)
{
    struct arena arena;
    struct why why = {0};
    struct code code = {.challenge = str_of(vectors[1].challenge)};
    (void)state;
    arena_init(&arena, 4096);
    pkce_decide(&code, true, STR("secretpassword"), false, &arena, &why);
    check_str(why.detail, STR("SHA256(code_verifier) is \"ldMBaaWcQYtSATMV_IG8mf3wp7A6EW80arYoSW80ntU\", "
                              "the challenge was \"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM\""));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),        cmocka_unit_test(test_challenge_shape),
        cmocka_unit_test(test_verifier_shape), cmocka_unit_test(test_decide),
        cmocka_unit_test(test_hint),
    };
    return cmocka_run_group_tests_name("oauth/pkce", tests, NULL, NULL);
}
