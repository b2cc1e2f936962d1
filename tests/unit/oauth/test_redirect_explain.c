// SPDX-License-Identifier: Apache-2.0
#include "check.h"
#include "guard.h"
#include "oauth/redirect.h"

#define F "https://a.test/cb"
#define G "https://b.test/cb"

static const struct {
    const char *lines, *sent, *closest;
    enum redirect_difference kind;
    size_t at;
} explanations[] = {
    {"", F, "", RD_NONE_CONFIGURED, 0},
    {F "\n" G, G, G, RD_NONE, 17},
    {F "\n" G, "http://b.test/cb", G, RD_SCHEME, 4},
    {"https://a.test/x\n" F "\nhttps://a.test/y", "https://a.test/cbx", F, RD_PATH_BOUNDARY, 17},
    {"http://localhost:3000/cb", "http://127.0.0.1:3000/cb", "http://localhost:3000/cb", RD_HOST_ALIAS, 7},
    {"https://app.test/cb\nhttp://localhost:3000/cb", "http://127.0.0.1:3000/cb", "http://localhost:3000/cb",
     RD_HOST_ALIAS, 7},
    {F, "https://a.tset/cb", F, RD_HOST, 11},
    {"https://aaaa.test/cb\nhttps://zzzz.test/cb", "https://zzzy.test/cb", "https://zzzz.test/cb", RD_HOST, 11},
    {"http://localhost:3000/cb\nhttp://localhost:3002/cb/x", "http://localhost:3002/cb", "http://localhost:3002/cb/x",
     RD_PATH, 24},
    {"http://localhost:3000/cb", "http://localhost:3001/cb", "http://localhost:3000/cb", RD_PORT, 20},
    {F, "https://a.test/CB", F, RD_LETTER_CASE, 15},
    {F, "https://a.test/other", F, RD_PATH, 15},
    {"https://a.test/cb//", "https://a.test/cb", "https://a.test/cb//", RD_PATH, 17},
    {"myapp://auth", "myapp://auth/", "myapp://auth", RD_TRAILING_SLASH, 12},
    {"myapp://auth", "myapp://other", "myapp://auth", RD_HOST, 8},
    {"myapp://auth", "myapp://auth?x=1", "myapp://auth", RD_QUERY, 12},
    {"myapp://auth", "myapp://auth?", "myapp://auth", RD_QUERY, 12},
    {"myapp://auth", "MyApp://auth", "myapp://auth", RD_LETTER_CASE, 0},
    {"myapp://auth", "myapp://Auth", "myapp://auth", RD_LETTER_CASE, 8},
    {"myapp://auth/x", "myapp://auth/X", "myapp://auth/x", RD_LETTER_CASE, 13},
    {"myapp://auth", "myapp:auth", "myapp://auth", RD_HOST, 6},
    {"myapp:/cb", "myapp:///cb", "myapp:/cb", RD_HOST, 7},
    {"myapp://auth", "myapp://auth:80", "myapp://auth", RD_PORT, 12},
    {"myapp://auth", "other://auth", "myapp://auth", RD_SCHEME, 0},
    {"myapp://auth", "myapp://auth#", "myapp://auth", RD_FRAGMENT, 12},
    {"myapp://auth", "myapp%3A%2F%2Fauth", "myapp://auth", RD_ENCODED_TWICE, 5},
    {F, "https://a.test/cb/../x", F, RD_DOT_SEGMENT, 17},
    {F, "https%3A%2F%2Fa.test%2Fcb", F, RD_ENCODED_TWICE, 5},
    {F "\n" G, "https%3A%2F%2Fb.test%2Fcb%2Fx", G, RD_ENCODED_TWICE, 5},
    {F "?x=1", "https://a.test/cb?x=2", F "?x=1", RD_QUERY, 20},
    {F "?x=1", F, F "?x=1", RD_QUERY, 17},
    {F, F "#x", F, RD_FRAGMENT, 17},
    {F "#x", F, F "#x", RD_FRAGMENT, 17},
    {F, "https://u@a.test/cb", F, RD_USERINFO, 8},
    {F, "a.test/cb", F, RD_UNPARSABLE, 0},
    {F, "https://a%2etest/cb", F, RD_ENCODED_TWICE, 9},
    {F, "https://a.test,/cb", F, RD_UNPARSABLE, 14},
    {"https://127.1/cb", "https://127.1/cb", "https://127.1/cb", RD_UNPARSABLE, 16},
    {F, "https://a.test/c b", F, RD_UNPARSABLE, 16},
    {F, "", F, RD_UNPARSABLE, 0},
};

static void test_explain(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(explanations); i++) {
        struct redirect_hint hint;
        struct str lines = guard_str(str_of(explanations[i].lines));
        redirect_explain(lines, guard_str(str_of(explanations[i].sent)), &hint);
        check_str(hint.closest, str_of(explanations[i].closest));
        if (hint.kind != explanations[i].kind) print_error("%s: %s\n", explanations[i].sent, hint.text);
        assert_int_equal(hint.kind, explanations[i].kind);
        assert_int_equal(hint.differs_at, explanations[i].at);
        assert_true(hint.text && hint.text[0]);
        size_t count = lines.n > 0;
        for (size_t k = 0; k < lines.n; k++) count += lines.p[k] == '\n';
        assert_int_equal(hint.count, count);
    }
}

// experience.md 3: each class has a row above.
static void test_classes(void **state)
{
    unsigned seen = 0;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(explanations); i++) seen |= 1U << explanations[i].kind;
    assert_int_equal(seen, (1U << (RD_USERINFO + 1)) - 1);
}

// "It matches" is said of what matches, and of nothing else.
static void test_agreement(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(explanations); i++)
        for (size_t k = 0; k < ARRAY_LEN(explanations); k++) {
            struct redirect_hint hint;
            struct str lines = str_of(explanations[i].lines), sent = str_of(explanations[k].sent);
            redirect_explain(lines, sent, &hint);
            if ((hint.kind == RD_NONE) != (redirect_find(lines, sent).p != NULL))
                print_error("%s against %s: %s\n", explanations[k].sent, explanations[i].lines, hint.text);
            assert_int_equal(hint.kind == RD_NONE, redirect_find(lines, sent).p != NULL);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_explain), cmocka_unit_test(test_classes),
                                       cmocka_unit_test(test_agreement)};
    return cmocka_run_group_tests_name("oauth/redirect_explain", tests, NULL, NULL);
}
