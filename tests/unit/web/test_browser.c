// SPDX-License-Identifier: Apache-2.0
#include "web/browser.h"

#include "check.h"

#define COOKIE "s1087118042.8902412305.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static struct http_request with(const struct http_field *fields, size_t n)
{
    return (struct http_request){.fields = fields, .nfields = n};
}

static void test_cookie(void **state)
{
    static const struct {
        const char *url, *cookie;
        bool good;
    } rows[] = {
        {"http://127.0.0.1:4480", "hallpass=" COOKIE, true},
        {"http://127.0.0.1:4480", "a=b; hallpass=" COOKIE "; c=d", true},
        {"http://127.0.0.1:4480", "a=b;hallpass=" COOKIE, true},
        {"http://127.0.0.1:4480", "__Host-hallpass=" COOKIE, false},
        {"https://login.example.test", "__Host-hallpass=" COOKIE, true},
        {"https://login.example.test", "hallpass=" COOKIE, false}, // one that a sub-domain could have set
        {"http://127.0.0.1:4480", "Hallpass=" COOKIE, false},
        {"http://127.0.0.1:4480", "xhallpass=" COOKIE, false},
        {"http://127.0.0.1:4480", "hallpass=" COOKIE "0", false},
        {"http://127.0.0.1:4480", "hallpass=\"" COOKIE "\"", false},
        {"http://127.0.0.1:4480", "hallpass", false},
        {"http://127.0.0.1:4480", "hallpass=", false},
        {"http://127.0.0.1:4480", "", false},
        {"http://127.0.0.1:4480", ";;;=;", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct world w = {.public_url = str_of(rows[i].url)};
        const struct http_field fields[] = {{STR("Host"), STR("x")}, {STR("cookie"), str_of(rows[i].cookie)}};
        struct http_request req = with(fields, 2);
        struct credential c;
        if (browser_cookie(&w, &req, &c) != rows[i].good) fail_msg("%s: %s", rows[i].url, rows[i].cookie);
    }
}

static void test_same_site(void **state)
{
    static const struct {
        const char *origin, *fetch; // NULL: not sent
        bool good;
    } rows[] = {
        {NULL, NULL, true}, // an old browser: the token decides
        {"null", "same-origin", true},
        {"null", NULL, true},
        {"http://login.test:4480", "same-origin", true},
        {"http://LOGIN.test:4480", NULL, true},
        {"https://login.test:4480", NULL, true}, // the proxy in front speaks TLS
        {NULL, "none", true},                    // the person's own doing
        {"null", "cross-site", false},
        {"null", "same-site", false},
        {"http://login.test:4480", "cross-site", false},
        {"http://login.test", "same-origin", false},
        {"http://login.test:4480.evil.test", NULL, false},
        {"http://evil.test", "same-origin", false},
        {"http://evil.test/login.test:4480", NULL, false},
        {"login.test:4480", NULL, false},
        {"", NULL, false},
        {NULL, "", false},
        {NULL, "Same-Origin", false},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_field fields[3] = {{STR("Host"), STR("login.test:4480")}};
        size_t n = 1;
        if (rows[i].origin) fields[n++] = (struct http_field){STR("Origin"), str_of(rows[i].origin)};
        if (rows[i].fetch) fields[n++] = (struct http_field){STR("Sec-Fetch-Site"), str_of(rows[i].fetch)};
        struct http_request req = with(fields, n);
        if (browser_same_site(&req) != rows[i].good)
            fail_msg("origin %s, fetch %s", rows[i].origin ? rows[i].origin : "-", rows[i].fetch ? rows[i].fetch : "-");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cookie), cmocka_unit_test(test_same_site)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
