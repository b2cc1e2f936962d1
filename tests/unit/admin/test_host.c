// SPDX-License-Identifier: Apache-2.0
#include "admin/host.h"

#include "check.h"

#define LOOP "127.0.0.1:4481"
#define OPEN "0.0.0.0:4481"

static const struct {
    const char *host, *listen;
    bool good;
} cases[] = {
    {"127.0.0.1:4481", LOOP, true},
    {"127.0.0.1", LOOP, true},
    {"127.8.9.1:80", LOOP, true},
    {"localhost", LOOP, true},
    {"LocalHost:4481", LOOP, true},
    {"[::1]:4481", LOOP, true},
    {"[::1]", LOOP, true},
    {"", LOOP, false},
    {":4481", LOOP, false},
    {"evil.example", LOOP, false},
    {"evil.example:4481", LOOP, false},
    {"localhost.evil.example", LOOP, false},
    {"evil.localhost", LOOP, false},
    {"127.0.0.1.evil.example", LOOP, false},
    {"127.1", LOOP, false}, // no literal of inet_pton's
    {"0x7f000001", LOOP, false},
    {"192.0.2.7:4481", LOOP, false},
    {"0.0.0.0:4481", LOOP, false},
    {"[fe80::1]:4481", LOOP, false},
    {"[::1", LOOP, true}, // http refuses it anyhow; the name is no other one
    {"[evil.example]", LOOP, false},
    {"192.0.2.7:4481", OPEN, true},
    {"[2001:db8::7]:4481", OPEN, true},
    {"192.0.2.7", "*:4481", true},
    {"192.0.2.7", "[::]:4481", true},
    {"evil.example", OPEN, false},
    {"hallpass", OPEN, false},
    {"192.0.2.7", "192.0.2.7:4481", true},
    {"192.0.2.8", "192.0.2.7:4481", true}, // an address in front of a container's
};

static void test_hosts(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++)
        if (admin_host_good(str_of(cases[i].host), str_of(cases[i].listen)) != cases[i].good)
            fail_msg("\"%s\" at %s", cases[i].host, cases[i].listen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_hosts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
