// SPDX-License-Identifier: Apache-2.0
#include "codec/url.h"

#include "check.h"
#include "guard.h"

// Parts that are not there are written as NULL views, by leaving them out.
static const struct {
    struct str text;
    struct url url;
    unsigned port;
} good[] = {
    {STR_INIT("https://example.com"),
     {.scheme = STR_INIT("https"), .host = STR_INIT("example.com"), .has_authority = true},
     443},
    {STR_INIT("HTTP://a.test:8080/cb?x=1&y=%2F#frag"),
     {.scheme = STR_INIT("HTTP"),
      .host = STR_INIT("a.test"),
      .port = STR_INIT("8080"),
      .path = STR_INIT("/cb"),
      .query = STR_INIT("x=1&y=%2F"),
      .fragment = STR_INIT("frag"),
      .has_authority = true,
      .has_port = true,
      .has_query = true,
      .has_fragment = true},
     8080},
    {STR_INIT("http://localhost/a//b/../c"),
     {.scheme = STR_INIT("http"), .host = STR_INIT("localhost"), .path = STR_INIT("/a//b/../c"), .has_authority = true},
     80},
    {STR_INIT("https://u:p@a.test/"),
     {.scheme = STR_INIT("https"),
      .userinfo = STR_INIT("u:p"),
      .host = STR_INIT("a.test"),
      .path = STR_INIT("/"),
      .has_authority = true,
      .has_userinfo = true},
     443},
    {STR_INIT("https://@a.test"),
     {.scheme = STR_INIT("https"), .host = STR_INIT("a.test"), .has_authority = true, .has_userinfo = true},
     443},
    {STR_INIT("https://a.test?"),
     {.scheme = STR_INIT("https"), .host = STR_INIT("a.test"), .has_authority = true, .has_query = true},
     443},
    {STR_INIT("https://a.test#"),
     {.scheme = STR_INIT("https"), .host = STR_INIT("a.test"), .has_authority = true, .has_fragment = true},
     443},
    {STR_INIT("https://a.test#?/@"),
     {.scheme = STR_INIT("https"),
      .host = STR_INIT("a.test"),
      .fragment = STR_INIT("?/@"),
      .has_authority = true,
      .has_fragment = true},
     443},
    {STR_INIT("https://a.test?a[]=/:@?"),
     {.scheme = STR_INIT("https"),
      .host = STR_INIT("a.test"),
      .query = STR_INIT("a[]=/:@?"),
      .has_authority = true,
      .has_query = true},
     443},
    {STR_INIT("http://[::1]:65535/"),
     {.scheme = STR_INIT("http"),
      .host = STR_INIT("[::1]"),
      .port = STR_INIT("65535"),
      .path = STR_INIT("/"),
      .has_authority = true,
      .has_port = true},
     65535},
    {STR_INIT("http://[2001:db8::192.0.2.1]"),
     {.scheme = STR_INIT("http"), .host = STR_INIT("[2001:db8::192.0.2.1]"), .has_authority = true},
     80},
    {STR_INIT("myapp://auth"), {.scheme = STR_INIT("myapp"), .host = STR_INIT("auth"), .has_authority = true}, 0},
    {STR_INIT("myapp:///cb"), {.scheme = STR_INIT("myapp"), .path = STR_INIT("/cb"), .has_authority = true}, 0},
    {STR_INIT("com.example.app+x-1:/cb"), {.scheme = STR_INIT("com.example.app+x-1"), .path = STR_INIT("/cb")}, 0},
    {STR_INIT("urn:a:b"), {.scheme = STR_INIT("urn"), .path = STR_INIT("a:b")}, 0},
    {STR_INIT("x:"), {.scheme = STR_INIT("x")}, 0},
};

static void test_good(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(good); i++) {
        const struct url *w = &good[i].url;
        struct url u;
        if (url_parse(guard_str(good[i].text), &u)) fail_msg("row %zu was refused", i);
        check_str(u.scheme, w->scheme);
        check_str(u.userinfo, w->userinfo);
        check_str(u.host, w->host);
        check_str(u.port, w->port);
        check_str(u.path, w->path);
        check_str(u.query, w->query);
        check_str(u.fragment, w->fragment);
        assert_int_equal(u.has_authority, w->has_authority);
        assert_int_equal(u.has_userinfo, w->has_userinfo);
        assert_int_equal(u.has_port, w->has_port);
        assert_int_equal(u.has_query, w->has_query);
        assert_int_equal(u.has_fragment, w->has_fragment);
        assert_int_equal(url_port(&u), good[i].port);
    }
}

static const struct str bad[] = {
    STR_INIT(""),
    STR_INIT("example.com"),
    STR_INIT("//example.com"),
    STR_INIT("/cb"),
    STR_INIT("://a"),
    STR_INIT("1http://a"),
    STR_INIT("+http://a"),
    STR_INIT("ht_tp://a"),
    STR_INIT("ht%74p://a"),
    STR_INIT("http:"),
    STR_INIT("https:a.test"),
    STR_INIT("https:/a.test"),
    STR_INIT("https://"),
    STR_INIT("https:///cb"),
    STR_INIT("https://?x"),
    STR_INIT("https://:80"),
    STR_INIT("https://u@"),
    STR_INIT("https://a.test:"),
    STR_INIT("https://a.test:0"),
    STR_INIT("https://a.test:65536"),
    STR_INIT("https://a.test:8x"),
    STR_INIT("https://a.test:-1"),
    STR_INIT("https://a.test:80:80"),
    STR_INIT("https://a@b@c"),
    STR_INIT("https://[@a.test"),
    STR_INIT("https://[::1]@a.test"),
    STR_INIT("https://good.test\\@evil.test"),
    STR_INIT("https://a.test\\cb"),
    STR_INIT("https://[::1"),
    STR_INIT("https://::1]"),
    STR_INIT("https://[::1]x"),
    STR_INIT("https://[::1]:"),
    STR_INIT("https://[]"),
    STR_INIT("https://[a.test]"),
    STR_INIT("https://[::g]"),
    STR_INIT("https://[fe80::1%25eth0]"),
    STR_INIT("https://[v1.a]"),
    STR_INIT("https://[1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa]"),
    STR_INIT("https://a[b]"),
    STR_INIT("https://a.test/%"),
    STR_INIT("https://a.test/%4"),
    STR_INIT("https://a.test/%g0"),
    STR_INIT("https://a.test/ "),
    STR_INIT(" https://a.test/"),
    STR_INIT("https://a.test/\r\nX: y"),
    STR_INIT("https://a.test/\t"),
    STR_INIT("https://a.test/\0"),
    STR_INIT("https://a.test/\x7f"),
    STR_INIT("https://a.test/\xc3\xa9"),
    STR_INIT("https://a.test/\""),
    STR_INIT("https://a.test/<"),
    STR_INIT("https://a.test/>"),
    STR_INIT("https://a.test/^"),
    STR_INIT("https://a.test/`"),
    STR_INIT("https://a.test/{id}"),
    STR_INIT("https://a.test/|"),
};

static void test_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct url u = {.scheme = STR("untouched")};
        if (url_parse(guard_str(bad[i]), &u) != E_INVALID) fail_msg("row %zu was taken: %s", i, bad[i].p);
        check_str(u.scheme, STR("untouched"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_good),
        cmocka_unit_test(test_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
