// SPDX-License-Identifier: Apache-2.0
#include "oauth/idtoken.h"

#include "codec/base64.h"
#include "fixture.h"

#define TAIL "\"https:\\/\\/slack.com\\/team_id\":\"T04QX81RB9C\",\"https:\\/\\/slack.com\\/user_id\":\"U04R7GH2S1M\"}"

static struct arena arena;

static struct str decoded(struct str part)
{
    struct str copy = arena_str(&arena, part), out;
    for (size_t i = 0; i < copy.n; i++) {
        char *c = (char *)&copy.p[i];
        *c = *c == '-' ? '+' : *c == '_' ? '/' : *c;
    }
    assert_int_equal(base64_decode(copy, &arena, &out), OK);
    return out;
}

struct parts {
    struct user user;
    struct workspace workspace;
    struct idtoken token;
};

static void parts_init(struct parts *p)
{
    p->user = fixture_u1();
    p->workspace = fixture_t1();
    p->token = (struct idtoken){
        .who = {.user = &p->user, .workspace = &p->workspace, .scopes = STR("openid")},
        .issuer = STR("https://hallpass.example.test"),
        .client_id = STR("4831107762.5926604413"),
        .kid = STR("k-1_"),
        // OpenID Connect Core has no example of RS256 whose token is short; this one's SHA-256 begins ba7816bf 8f01cfea
        // 414140de 5dae2223 (RFC 6234 8.5).
        .access_token = STR("abc"),
        .now = INT64_C(1626874655999),
        .auth_time = INT64_C(1626874650001),
    };
}

// openid.md 3: members, their order, times in seconds, exp - iat = 300 as in the guide's example, '/' as '\/'.
static void test_both_parts(void **state)
{
    struct parts p;
    (void)state;
    parts_init(&p);
    struct str rest = idtoken_text(&p.token, &arena);
    struct str header = str_cut(&rest, '.');
    check_str(decoded(header), STR("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"k-1_\"}"));
    check_str(decoded(rest), STR("{\"iss\":\"https:\\/\\/hallpass.example.test\",\"sub\":\"U04R7GH2S1M\","
                                 "\"aud\":\"4831107762.5926604413\",\"exp\":1626874955,\"iat\":1626874655,"
                                 "\"auth_time\":1626874650,\"at_hash\":\"ungWv48Bz-pBQUDeXa4iIw\"," TAIL));
}

static void test_nonce(void **state)
{
    static const struct {
        struct str nonce;
        const char *wanted;
    } rows[] = {
        {STR_INIT(""), "\"auth_time\":1626874650,\"at_hash\""},
        {STR_INIT("n"), "\"auth_time\":1626874650,\"nonce\":\"n\",\"at_hash\""},
        {STR_INIT("a/\"\\\n\xc3\xa9"), "\"nonce\":\"a\\/\\\"\\\\\\n\\u00e9\",\"at_hash\""},
    };
    struct parts p;
    (void)state;
    parts_init(&p);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        p.token.nonce = rows[i].nonce;
        struct str rest = idtoken_text(&p.token, &arena);
        (void)str_cut(&rest, '.');
        struct str json = decoded(rest);
        assert_true(str_find_str(json, str_of(rows[i].wanted)) < json.n);
    }
}

// The longest that a request can bring, at its worst.
static void test_longest_nonce(void **state)
{
    static char nonce[LIMIT_HEAD];
    struct parts p;
    (void)state;
    parts_init(&p);
    memset(nonce, 1, sizeof nonce);
    p.token.nonce = str_make(nonce, sizeof nonce);
    assert_true(idtoken_text(&p.token, &arena).n > 6 * sizeof nonce);
}

static void test_full_arena(void **state)
{
    struct arena small;
    struct parts p;
    (void)state;
    parts_init(&p);
    arena_init(&small, 64);
    assert_null(idtoken_text(&p.token, &small).p);
    assert_true(small.failed);
    arena_release(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_both_parts),
        cmocka_unit_test(test_nonce),
        cmocka_unit_test(test_longest_nonce),
        cmocka_unit_test(test_full_arena),
    };
    arena_init(&arena, 8 * 1024 * 1024);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_release(&arena);
    return failed;
}
