// SPDX-License-Identifier: Apache-2.0
#include "base/limits.h"
#include "check.h"
#include "guard.h"
#include "oauth/redirect.h"

// An empty source: no form may end there.
static const struct {
    const char *uri, *source;
} sources[] = {
    {"https://a.test/cb", "https://a.test"},
    {"https://a.test", "https://a.test"},
    {"https://a.test/cb?x=1&y=a;b,c'", "https://a.test"},
    {"https://a.test:443/cb", "https://a.test"},
    {"https://a.test:000443/cb", "https://a.test"},
    {"https://a.test:8443/cb", "https://a.test:8443"},
    {"https://a.test:08443/cb", "https://a.test:8443"},
    {"https://a.test:80/cb", "https://a.test:80"},
    {"http://a.test:80/cb", "http://a.test"},
    {"http://a.test:443/cb", "http://a.test:443"},
    {"HTTPS://A.Test/cb", "https://a.test"},
    {"http://localhost:3000/cb", "http://localhost:3000"},
    {"https://xn--bcher-kva.test/cb", "https://xn--bcher-kva.test"},
    {"https://1.a.test/cb", "https://1.a.test"},
    // Addresses: CSP names 127.0.0.1 alone, and a browser knows the others by names of its own.
    {"http://127.0.0.1:3000/cb", "http://127.0.0.1:3000"},
    {"http://127.0.0.2:3000/cb", "http:"},
    {"http://10.0.0.1/cb", "http:"},
    {"http://[::1]:3000/cb", "http:"},
    {"https://[2001:db8::1]/cb", "https:"},
    {"https://[::ffff:127.0.0.1]:8443/cb", "https:"},
    // Names that the grammar of a host-source has no room for.
    {"https://a_b.test/cb", "https:"},
    {"https://a.test./cb", "https:"},
    // Custom schemes
    {"myapp://auth", "myapp:"},
    {"MyApp://auth", "myapp:"},
    {"myapp:", "myapp:"},
    {"myapp:/;script-src,*'", "myapp:"},
    {"myapp://a.test;x:80/cb", "myapp:"},
    {"com.example.app+x-1:/cb", "com.example.app+x-1:"},
    {"self:x", "self:"},
    // Nothing that may be redirected to.
    {"", ""},
    {"*", ""},
    {"'self'", ""},
    {"a.test", ""},
    {"://a.test", ""},
    {"my;app://auth", ""},
    {"my,app://auth", ""},
    {"my app://auth", ""},
    {"'self':x", ""},
    {"*:x", ""},
    {"https://127.1/cb", ""},
    {"https://0x7f.0.0.0x1/cb", ""},
    {"https://*/cb", ""},
    {"https://*.test/cb", ""},
    {"https://a%2etest/cb", ""},
    {"https://a.test%3bscript-src%20*/cb", ""},
    {"https://a.test;script-src/cb", ""},
    {"https://a.test,b.test/cb", ""},
    {"https://'none'/cb", ""},
    {"https://'unsafe-inline'/cb", ""},
    {"https://a!$&'()*+,;=~b/cb", ""},
    {"https://", ""},
    {"https:///cb", ""},
    {"https://a.test/cb#", ""},
    {"https://u@a.test/cb", ""},
    {"https://a.test b.test/cb", ""},
    {"https://a.test\tb/cb", ""},
    {"https://a.test\r\nX: y/cb", ""},
    {"https://a.test\"/cb", ""},
    {"https://a.test\\b/cb", ""},
    {"https://b\xc3\xbc"
     "cher.test/cb",
     ""},
    {"https://[::1%25lo]/cb", ""},
    {"https://[::1;x]/cb", ""},
    {"https://a.test:0/cb", ""},
    {"https://a.test:/cb", ""},
    {"https://a.test:65536/cb", ""},
    {"https://a.test:80;x/cb", ""},
    {"https://a.test:*/cb", ""},
    {"javascript:alert(1)", ""},
    {"JavaScript://a.test/%0aalert(1)", ""},
    {"data:text/html,x", ""},
    {"vbscript:x", ""},
    {"blob:https://a.test/x", ""},
    {"file:///etc/passwd", ""},
};

static void test_sources(void **state)
{
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
        struct str got = redirect_csp_source(guard_str(str_of(sources[i].uri)), &arena);
        if (!str_eq(got, str_of(sources[i].source))) print_error("%s\n", sources[i].uri);
        check_str(got, str_of(sources[i].source));
        assert_int_equal(got.p != NULL, sources[i].source[0] != '\0');
    }
    assert_null(redirect_csp_source(str_make("https://a.test\0x/", 17), &arena).p);
    arena_release(&arena);
}

// Every byte at every place of a URI: what comes out holds no byte that a source has no use for, and says what
// redirect_csp_source() is told to say or nothing at all.
static void test_every_byte(void **state)
{
    static const char uri[] = "https://a.test:8443/cb";
    struct arena arena;
    (void)state;
    arena_init(&arena, 1 << 20);
    for (size_t at = 0; at < sizeof uri - 1; at++)
        for (int byte = 0; byte < 256; byte++) {
            char text[sizeof uri];
            memcpy(text, uri, sizeof uri);
            text[at] = (char)byte;
            struct str got = redirect_csp_source(str_make(text, sizeof uri - 1), &arena);
            assert_true(str_all_in(got, "abcdefghijklmnopqrstuvwxyz0123456789+-.:/"));
            assert_true(!got.p || str_ends(got, STR(":")) || str_find_str(got, STR("://")) < got.n);
            arena_wipe(&arena);
        }
    arena_release(&arena);
}

// A long name is never cut, which would make it another one; a full arena answers nothing.
static void test_length(void **state)
{
    char text[LIMIT_REDIRECT_URI + 1];
    struct arena arena, small;
    (void)state;
    arena_init(&arena, 1 << 20);
    arena_init(&small, 16);
    memset(text, 'x', sizeof text);
    memcpy(text, "https://", 8);
    struct str uri = str_make(text, LIMIT_REDIRECT_URI);
    check_str(redirect_csp_source(guard_str(uri), &arena), uri);
    assert_null(redirect_csp_source(str_make(text, LIMIT_REDIRECT_URI + 1), &arena).p);
    assert_null(redirect_csp_source(STR("https://a.test:8443/cb"), &small).p);
    arena_release(&small);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_sources), cmocka_unit_test(test_every_byte),
                                       cmocka_unit_test(test_length)};
    return cmocka_run_group_tests_name("oauth/redirect_csp", tests, NULL, NULL);
}
