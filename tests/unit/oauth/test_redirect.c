// SPDX-License-Identifier: Apache-2.0
#include "oauth/redirect.h"

#include "check.h"
#include "codec/form.h"
#include "guard.h"
#include "shared.h"

struct pair {
    const char *configured, *sent;
    bool match;
};

static const struct pair pairs[] = {
    // The table of authorize.md 3.1.
    {"https://a.test/cb", "https://a.test/cb", true},
    {"https://a.test/cb", "https://A.test:443/cb", true},
    {"https://a.test/cb", "https://a.test/cb/", true},
    {"https://a.test/cb", "https://a.test/cb/x?y=1", true},
    {"https://a.test/cb", "https://a.test/cb?y=1", true},
    {"https://a.test/cb", "https://a.test/cbx", false},
    {"https://a.test/cb", "https://a.test/cb/../x", false},
    {"https://a.test/cb", "https://a.test/", false},
    {"https://a.test/cb/", "https://a.test/cb", true},
    {"https://a.test/", "https://a.test/anything", true},
    {"https://a.test/cb", "http://a.test/cb", false},
    {"https://a.test/cb", "https://a.test/cb#x", false},
    {"http://localhost:3000/cb", "http://localhost:3001/cb", false},
    // The documented one above it.
    {"https://example.com/path", "https://example.com/path", true},
    {"https://example.com/path", "https://example.com/path/subdir/other", true},
    {"https://example.com/path", "http://example.com/bar", false},
    {"https://example.com/path", "http://example.com/", false},
    {"https://example.com/path", "http://example.com:8080/path", false},
    {"https://example.com/path", "http://oauth.example.com:8080/path", false},
    {"https://example.com/path", "http://example.org", false},
    // Rules 2 to 6 at their edges.
    {"HTTPS://A.TEST/cb", "https://a.test/cb", true},
    {"https://a.test:443/cb", "https://a.test/cb", true},
    {"https://a.test:8443/cb", "https://a.test/cb", false},
    {"http://a.test:80/cb", "http://a.test/cb", true},
    {"https://a.test", "https://a.test/", true},
    {"https://a.test", "https://a.test/x", true},
    {"https://a.test/", "https://a.test", true},
    {"https://a.test/", "https://a.test?x=1", true},
    {"https://a.test/cb", "https://a.test/CB", false},
    {"https://a.test/cb", "https://a.test/%63b", false},
    {"https://a.test/cb//", "https://a.test/cb", false},
    {"https://a.test/cb", "https://a.test//cb", false},
    {"https://a.test/cb?x=1", "https://a.test/cb?x=1", true},
    {"https://a.test/cb?x=1", "https://a.test/cb/y?x=1", true},
    {"https://a.test/cb?x=1", "https://a.test/cb", false},
    {"https://a.test/cb?x=1", "https://a.test/cb?x=1&y=2", false},
    {"https://a.test/cb?", "https://a.test/cb", false},
    {"https://a.test/cb", "https://a.test/cb?", true},
    {"http://[::1]:3000/cb", "http://[::1]:3000/cb/x", true},
    {"http://[::1]:3000/cb", "http://127.0.0.1:3000/cb", false},
    {"myapp://auth", "myapp://auth", true},
    {"myapp://auth", "myapp://auth/", false},
    {"myapp://auth", "myapp://auth/x", false},
    {"myapp://auth", "MyApp://auth", false},
    {"myapp://auth", "myapp://auth?x=1", false},
    {"com.example.app:/cb", "com.example.app:/cb", true},
    {"myapp://auth", "https://auth", false},
    {"", "", false},
    {"https://a.test/cb", "", false},
    {"", "https://a.test/cb", false},
    {"nonsense", "nonsense", false},
    {"https://a.test/cb#x", "https://a.test/cb", false},
    // Dots in names are no dot segments.
    {"https://a.test/cb", "https://a.test/cb/a..b/.well-known/...", true},
    {"https://a.test/cb", "https://a.test/cb/x%2Ey", true},
    {"https://a.test/cb", "https://a.test/cb/%25%32%65%25%32%65%25%32%65", true},
    {"https://a.test/cb", "https://a.test/cb/%25%25x", true},
    {"https://a.test/cb", "https://a.test/cb?x=/../y", true},
};

static void test_match(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
        bool got = redirect_matches(guard_str(str_of(pairs[i].configured)), guard_str(str_of(pairs[i].sent)));
        if (got != pairs[i].match) print_error("%s against %s\n", pairs[i].sent, pairs[i].configured);
        assert_int_equal(got, pairs[i].match);
    }
}

// What attackers send where https://a.test/cb and https://a.test/ are configured (security.md 4, row "redirect
// comparison tricked", and S17). None may match, also not against the whole host.
static const char *const payloads[] = {
    // user info and several @
    "https://u@a.test/cb",
    "https://a.test@evil.test/cb",
    "https://a.test/cb@evil.test", // the last is a plain path
    "https://evil.test@a.test/cb",
    "https://a@b@a.test/cb",
    "https://a.test:443@evil.test/cb",
    "https://evil.test%40a.test/cb",
    "https://@a.test/cb",
    "https://:@a.test/cb",
    "https://a.test@evil.test@a.test/cb",
    // hosts that start or end like ours
    "https://a.test.evil.test/cb",
    "https://evil-a.test/cb",
    "https://evil\xd0\xbb\xd0\xb0.test/cb",
    "https://a.test./cb",
    "https://a.test%2eevil.test/cb",
    "https://a.test%00.evil.test/cb",
    "https://a.test%2f.evil.test/cb",
    "https://sub.a.test/cb",
    "https://a.tes/cb",
    "https://a.testx/cb",
    "https://xa.test/cb",
    "https://a%2etest/cb",
    // backslash
    "https://evil.test\\@a.test/cb",
    "https://a.test\\evil.test/cb",
    "https:\\\\a.test\\cb",
    "https:/\\a.test/cb",
    "https://a.test\\.evil.test/cb",
    "https://a.test/cb\\..\\x",
    "https://a.test/cb/..\\x",
    // slashes and schemes
    "//a.test/cb",
    "///a.test/cb",
    "https:a.test/cb",
    "https:/a.test/cb",
    "https:///a.test/cb",
    "https:////a.test/cb",
    "a.test/cb",
    "/cb",
    "javascript:alert(1)//https://a.test/cb",
    "data:text/html,https://a.test/cb",
    "https://https://a.test/cb",
    "httpss://a.test/cb",
    "ftp://a.test/cb",
    "https ://a.test/cb",
    "1https://a.test/cb",
    // ports
    "https://a.test:80/cb",
    "https://a.test:444/cb",
    "https://a.test:/cb",
    "https://a.test:0/cb",
    "https://a.test:65979/cb",
    "https://a.test:443x/cb",
    "https://a.test:+443/cb",
    "https://a.test:-1/cb",
    "https://a.test:443:443/cb",
    "https://a.test: 443/cb",
    // dot segments, plain, encoded, with parameters, encoded again
    "https://a.test/cb/..",
    "https://a.test/cb/../",
    "https://a.test/cb/.",
    "https://a.test/./cb",
    "https://a.test/cb/%2e%2e/x",
    "https://a.test/cb/%2E%2E/x",
    "https://a.test/cb/.%2e/x",
    "https://a.test/cb/%2e./x",
    "https://a.test/cb/%2e/x",
    "https://a.test/cb/..;/x",
    "https://a.test/cb/..;a=b/x",
    "https://a.test/cb/.;/x",
    "https://a.test/cb/%2e%2e;/x",
    "https://a.test/cb/%252e%252e/x",
    "https://a.test/cb/%25252e%25252e/x",
    "https://a.test/cb/%252e./x",
    "https://a.test/cb/%25%32%65%25%32%65/x",
    "https://a.test/cb/%25%32%35%25%33%32%25%36%35./x",
    "https://a.test/cb/%2525%32%65./x",
    "https://a.test/cb/..%25%32%66x",
    "https://a.test/cb/..%25%33%62/x",
    "https://a.test/cb/..%2fx",
    "https://a.test/cb/..%2Fx",
    "https://a.test/cb/..%5cx",
    "https://a.test/cb/%2e%2e%2fx",
    "https://a.test/cb/%252e%252e%252fx",
    "https://a.test/cb/..%252fx",
    "https://a.test/cb/..%3b/x",
    "https://a.test/cb/..%00/x",
    "https://a.test/cb/..%0a/x",
    "https://a.test/cb/x/..?y",
    "https://a.test/cb%2f..%2fx",
    // control characters, spaces, non-ASCII, bytes no URI has
    "https://a.test/cb\n",
    "\nhttps://a.test/cb",
    "https://a.test/cb\r\nX: y",
    "https://a.test\t/cb",
    "https://a.t\nest/cb",
    " https://a.test/cb",
    "https://a.test/cb ",
    "https://a.test/c b",
    "https://a.test/cb\x7f",
    "https://a.test/cb\x01",
    "https://\342\200\252a.test/cb",
    "https://a\xe3\x80\x82test/cb",
    "https://a.test/cb\xff",
    "https://a.test/<script>",
    "https://a.test/cb\"",
    "https://a.test/cb^",
    "https://a.test/cb`",
    "https://a.test/{cb}",
    "https://a.test/cb|",
    "https://a.test/%",
    "https://a.test/%2",
    "https://a.test/%zz",
    // fragments, the empty one too
    "https://a.test/cb#",
    "https://a.test/cb#x",
    "https://a.test#/cb",
    "https://evil.test#@a.test/cb",
    "https://evil.test?@a.test/cb",
    "https://evil.test/https://a.test/cb",
    "https://evil.test?https://a.test/cb",
    // encoded as a whole once more
    "https%3A%2F%2Fa.test%2Fcb",
    "https%3a//a.test/cb",
    "https:%2f%2fa.test/cb",
    // IP look-alikes
    "https://[a.test]/cb",
    "https://[::1/cb",
    "https://[::1]a.test/cb",
    "https://2130706433/cb",
};

// Matches below https://a.test/ by the rules: '@' in a path is a plain character there.
static bool is_plain_path(const char *payload)
{
    return strcmp(payload, "https://a.test/cb@evil.test") == 0;
}

static void test_payloads(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(payloads); i++) {
        struct str sent = guard_str(str_of(payloads[i]));
        bool cb = redirect_matches(STR("https://a.test/cb"), sent),
             root = redirect_matches(STR("https://a.test/"), sent);
        if (cb || root != is_plain_path(payloads[i])) print_error("%s\n", payloads[i]);
        assert_false(cb);
        assert_int_equal(root, is_plain_path(payloads[i]));
    }
    assert_false(redirect_matches(STR("https://a.test/cb"), str_make("https://a.test/cb\0", 18)));
    assert_false(redirect_matches(STR("https://a.test/"), str_make("https://a.test/\0x", 17)));
}

// The rows m01 and on of the contract's vectors: what was sent stands in their request, form-encoded.
static bool check_vector(struct str line, struct arena *arena)
{
    struct str rest = line, decoded;
    struct str id = str_cut(&rest, '\t'), kind = str_cut(&rest, '\t'), setup = str_cut(&rest, '\t');
    struct str request = str_cut(&rest, '\t'), status = str_cut(&rest, '\t');
    struct str urls = STR("urls:APP="), parameter = STR("redirect_uri=");
    if (!str_eq(kind, STR("match"))) return false;
    assert_true(str_starts(setup, urls));
    size_t at = str_find_str(request, parameter);
    assert_true(at < request.n);
    assert_int_equal(form_decode(str_from(request, at + parameter.n), true, arena, &decoded), OK);
    bool match = redirect_matches(str_from(setup, urls.n), decoded);
    if (match != str_eq(status, STR("302"))) print_error("%.*s\n", STR_FMT(id));
    assert_int_equal(match, str_eq(status, STR("302")));
    return true;
}

static void test_vectors(void **state)
{
    char line[4096];
    struct arena arena;
    size_t n = 0;
    FILE *f = shared_open("vectors.tsv");
    (void)state;
    if (!f) skip();
    arena_init(&arena, 1 << 20);
    while (fgets(line, sizeof line, f)) n += check_vector(str_of(line), &arena);
    fclose(f);
    arena_release(&arena);
    assert_int_equal(n, 19);
}

static void test_length(void **state)
{
    char text[LIMIT_REDIRECT_URI + 1];
    (void)state;
    memset(text, 'x', sizeof text);
    memcpy(text, "https://a.test/cb/", 18);
    assert_true(redirect_matches(STR("https://a.test/cb"), guard_str(str_make(text, LIMIT_REDIRECT_URI))));
    assert_false(redirect_matches(STR("https://a.test/cb"), guard_str(str_make(text, LIMIT_REDIRECT_URI + 1))));
    assert_null(redirect_config_problem(str_make(text, LIMIT_REDIRECT_URI), false, HTTP_REDIRECTS_OFF));
    assert_non_null(redirect_config_problem(str_make(text, LIMIT_REDIRECT_URI + 1), false, HTTP_REDIRECTS_OFF));
}

static void test_lines(void **state)
{
    const struct str lines = STR("https://a.test/cb\nhttps://b.test/x\nmyapp://auth");
    (void)state;
    check_str(redirect_first(lines), STR("https://a.test/cb"));
    check_str(redirect_first(STR("")), STR(""));
    check_str(redirect_find(guard_str(lines), STR("https://b.test/x/y")), STR("https://b.test/x"));
    check_str(redirect_find(lines, STR("myapp://auth")), STR("myapp://auth"));
    assert_null(redirect_find(lines, STR("https://c.test/")).p);
    assert_null(redirect_find(STR(""), STR("https://a.test/cb")).p);
    assert_null(redirect_find(lines, lines).p);
}

// May it be configured? For PKCE off and on, under allow_http_redirects off, loopback, on.
static const struct {
    const char *url;
    bool without[3], with[3];
} configs[] = {
    {"https://a.test/cb", {true, true, true}, {true, true, true}},
    {"https://localhost:3000/cb", {true, true, true}, {true, true, true}},
    {"http://a.test/cb", {false, false, true}, {false, false, true}},
    {"http://localhost/cb", {false, true, true}, {true, true, true}},
    {"http://LOCALHOST:3000/cb", {false, true, true}, {true, true, true}},
    {"http://127.0.0.1:3000/cb", {false, true, true}, {false, true, true}},
    {"http://127.9.8.7/cb", {false, true, true}, {false, true, true}},
    {"http://[::1]:3000/cb", {false, true, true}, {false, true, true}},
    {"http://128.0.0.1/cb", {false, false, true}, {false, false, true}},
    {"http://127.0.0.1.evil.test/cb", {false, false, true}, {false, false, true}},
    {"http://127.1/cb", {false, false, false}, {false, false, false}},
    {"http://0177.0.0.1/cb", {false, false, false}, {false, false, false}},
    {"http://localhost.evil.test/cb", {false, false, true}, {false, false, true}},
    {"http://localhostx/cb", {false, false, true}, {false, false, true}},
    {"http://[::2]/cb", {false, false, true}, {false, false, true}},
    {"myapp://auth", {false, false, false}, {true, true, true}},
    {"com.example.app:/cb", {false, false, false}, {true, true, true}},
    {"javascript:alert(1)", {false, false, false}, {false, false, false}},
    {"DATA:text/html,x", {false, false, false}, {false, false, false}},
    {"file:///etc/passwd", {false, false, false}, {false, false, false}},
    {"://asdf", {false, false, false}, {false, false, false}},
    {"", {false, false, false}, {false, false, false}},
    {"a.test/cb", {false, false, false}, {false, false, false}},
    {"https://a.test/cb#x", {false, false, false}, {false, false, false}},
    {"https://a.test/cb#", {false, false, false}, {false, false, false}},
    {"https://u@a.test/cb", {false, false, false}, {false, false, false}},
    {"https://a.test/cb/../x", {false, false, false}, {false, false, false}},
    {"https://a.test/cb x", {false, false, false}, {false, false, false}},
    {"https://a.test/cb\nhttps://b.test/", {false, false, false}, {false, false, false}},
    {"https://a.test:0/cb", {false, false, false}, {false, false, false}},
    {"https:///cb", {false, false, false}, {false, false, false}},
    // Hosts that URL parsers do not read alike.
    {"https://a%2etest/cb", {false, false, false}, {false, false, false}},
    {"https://2130706433/cb", {false, false, false}, {false, false, false}},
    {"https://0x7f.1/cb", {false, false, false}, {false, false, false}},
    {"https://0x/cb", {false, false, false}, {false, false, false}},
    {"https://1.2.3.4./cb", {false, false, false}, {false, false, false}},
    {"https://1.2.3/cb", {false, false, false}, {false, false, false}},
    {"https://256.1.1.1/cb", {false, false, false}, {false, false, false}},
    {"https://a.test.1/cb", {false, false, false}, {false, false, false}},
    {"https://a,b.test/cb", {false, false, false}, {false, false, false}},
    {"https://*.a.test/cb", {false, false, false}, {false, false, false}},
    {"https://a..test/cb", {false, false, false}, {false, false, false}},
    {"https://./cb", {false, false, false}, {false, false, false}},
    {"https://1.2.3.4/cb", {true, true, true}, {true, true, true}},
    {"https://1.a.test/cb", {true, true, true}, {true, true, true}},
    {"https://0x7g.test.0xg/cb", {true, true, true}, {true, true, true}},
    {"https://a_b.test./cb", {true, true, true}, {true, true, true}},
    {"https://[2001:db8::1]/cb", {true, true, true}, {true, true, true}},
};

static void test_config(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(configs); i++)
        for (unsigned http = 0; http < 3; http++) {
            struct str url = guard_str(str_of(configs[i].url));
            if (!redirect_config_problem(url, false, http) != configs[i].without[http])
                print_error("%s\n", configs[i].url);
            assert_int_equal(!redirect_config_problem(url, false, http), configs[i].without[http]);
            assert_int_equal(!redirect_config_problem(url, true, http), configs[i].with[http]);
        }
}

static const struct {
    const char *url;
    bool custom, desktop, desktop_pkce;
} desktops[] = {
    {"https://a.test/cb", false, false, false},
    {"http://a.test/cb", false, false, false},
    {"http://localhost:3000/cb", false, false, true},
    {"http://127.0.0.1:3000/cb", false, false, true},
    {"http://[::1]/cb", false, false, true},
    {"http://localhost.evil.test/", false, false, false},
    {"myapp://auth", true, true, true},
    {"com.example.app:/cb", true, true, true},
    {"nonsense", false, false, false},
};

static void test_desktop(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(desktops); i++) {
        struct str url = guard_str(str_of(desktops[i].url));
        assert_int_equal(redirect_is_custom_scheme(url), desktops[i].custom);
        assert_int_equal(redirect_is_desktop(url, false), desktops[i].desktop);
        assert_int_equal(redirect_is_desktop(url, true), desktops[i].desktop_pkce);
    }
}

#define F "https://a.test/cb"
#define G "https://b.test/cb"
#define S "https://a.test/cb/below"
#define X "https://evil.test/"

// The truth table of oauth.v2.access.md 5.1. used: the callback's URL; first: it is the first configured one.
static const struct {
    bool sent_there;
    const char *used;
    bool first;
    const char *sent;
    bool strict, lenient;
} exchanges[] = {
    {false, F, true, "", true, true},
    {false, F, true, F, true, true},
    {false, F, true, G, false, false},
    {false, F, true, S, false, false},
    {false, F, true, X, false, false},
    {true, F, true, "", false, true},
    {true, F, true, F, true, true},
    {true, F, true, G, false, false},
    {true, F, true, S, false, false},
    {true, F, true, X, false, false},
    {true, G, false, "", false, false},
    {true, G, false, G, true, true},
    {true, G, false, F, false, false},
    {true, G, false, S, false, false},
    {true, G, false, X, false, false},
    {true, S, false, "", false, false},
    {true, S, false, S, true, true},
    {true, S, false, F, false, false},
    {true, S, false, G, false, false},
    {true, S, false, X, false, false},
    // Byte for byte: nothing is normalized.
    {true, F, true, "https://a.test/cb/", false, false},
    {true, F, true, "https://A.test/cb", false, false},
    {true, F, true, "https://a.test:443/cb", false, false},
};

static void test_exchange(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 16);
    for (size_t i = 0; i < ARRAY_LEN(exchanges); i++)
        for (unsigned lenient = 0; lenient < 2; lenient++) {
            struct why why = {0};
            bool good = lenient ? exchanges[i].lenient : exchanges[i].strict;
            struct code code = {.redirect_uri = str_of(exchanges[i].used),
                                .redirect_sent = exchanges[i].sent_there,
                                .redirect_first = exchanges[i].first};
            struct str sent = guard_str(str_of(exchanges[i].sent));
            assert_int_equal(redirect_exchange_ok(&code, sent, lenient, &arena, &why), good);
            enum cause cause = sent.n ? CAUSE_REDIRECT_DIFFERS : CAUSE_REDIRECT_OMITTED;
            assert_int_equal(why.cause, good ? CAUSE_NONE : cause);
        }
    arena_release(&arena);
}

static void test_target(void **state)
{
    static const struct {
        const char *uri, *target;
    } rows[] = {
        {"https://a.test/cb?x=1", "https://a.test"},   {"https://a.test:8443/cb", "https://a.test:8443"},
        {"https://a.test", "https://a.test"},          {"https://a.test?x=/", "https://a.test"},
        {"http://[::1]:3000/cb", "http://[::1]:3000"}, {"myapp://auth/x", "myapp:"},
        {"com.example.app:/cb", "com.example.app:"},   {"nothing", ""},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        check_str(redirect_target(guard_str(str_of(rows[i].uri))), str_of(rows[i].target));
}

static void test_exchange_hints(void **state)
{
    struct arena arena;
    struct why omitted = {0}, differs = {0};
    struct code code = {.redirect_uri = STR(F), .redirect_sent = true};
    (void)state;
    arena_init(&arena, 4096);
    redirect_exchange_ok(&code, STR(""), false, &arena, &omitted);
    check_str(omitted.detail, STR("redirect_uri: authorize used \"https://a.test/cb\", this call sent none"));
    redirect_exchange_ok(&code, STR("https://a.test/cb/"), false, &arena, &differs);
    check_str(differs.detail, STR("redirect_uri: authorize used \"https://a.test/cb\", this call sent "
                                  "\"https://a.test/cb/\"; they differ at byte 17"));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_match),   cmocka_unit_test(test_payloads), cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_length),  cmocka_unit_test(test_lines),    cmocka_unit_test(test_config),
        cmocka_unit_test(test_desktop), cmocka_unit_test(test_exchange), cmocka_unit_test(test_exchange_hints),
        cmocka_unit_test(test_target),
    };
    return cmocka_run_group_tests_name("oauth/redirect", tests, NULL, NULL);
}
