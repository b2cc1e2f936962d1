// SPDX-License-Identifier: Apache-2.0
// security.md S43: where calls may go. Each block at its first and last address, and its neighbours.
#include "deliver/place.h"

#include <arpa/inet.h>

#include "check.h"

static const struct {
    const char *address;
    bool is_public;
} rows[] = {
    {"0.0.0.0", false},
    {"0.255.255.255", false},
    {"1.0.0.0", true},
    {"9.255.255.255", true},
    {"10.0.0.0", false},
    {"10.255.255.255", false},
    {"11.0.0.0", true},
    {"100.63.255.255", true},
    {"100.64.0.0", false},
    {"100.127.255.255", false},
    {"100.128.0.0", true},
    {"126.255.255.255", true},
    {"127.0.0.1", false},
    {"127.255.255.255", false},
    {"128.0.0.0", true},
    {"169.253.255.255", true},
    {"169.254.169.254", false},
    {"169.255.0.0", true},
    {"172.15.255.255", true},
    {"172.16.0.0", false},
    {"172.31.255.255", false},
    {"172.32.0.0", true},
    {"192.0.0.8", false},
    {"192.0.1.0", true},
    {"192.0.2.1", false},
    {"192.88.99.1", false},
    {"192.167.255.255", true},
    {"192.168.0.0", false},
    {"192.168.255.255", false},
    {"192.169.0.0", true},
    {"198.17.255.255", true},
    {"198.18.0.0", false},
    {"198.19.255.255", false},
    {"198.20.0.0", true},
    {"198.51.100.7", false},
    {"203.0.113.7", false},
    {"223.255.255.255", true},
    {"224.0.0.1", false},
    {"239.255.255.255", false},
    {"240.0.0.1", false},
    {"255.255.255.255", false},
    {"8.8.8.8", true},

    {"::", false},
    {"::1", false},
    {"::ffff:8.8.8.8", true},
    {"::ffff:127.0.0.1", false},
    {"::ffff:169.254.169.254", false},
    {"::8.8.8.8", false}, // the deprecated form
    {"64:ff9b::8.8.8.8", true},
    {"64:ff9b::10.0.0.1", false},
    {"64:ff9b:1::1", false},
    {"100::1", false},
    {"1fff:ffff::1", false},
    {"2000::1", true},
    {"2001::1", false}, // Teredo
    {"2001:1ff::1", false},
    {"2001:200::1", true},
    {"2001:db8::1", false},
    {"2001:4860:4860::8888", true},
    {"2002:7f00:1::1", false}, // 6to4 of 127.0.0.1
    {"2003::1", true},
    {"3fff:fff::1", false},
    {"3fff:1000::1", true},
    {"4000::1", false},
    {"fc00::1", false},
    {"fd12:3456::1", false},
    {"fe80::1", false},
    {"fec0::1", false},
    {"ff02::1", false},
};

static void test_addresses(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct sockaddr_in v4 = {.sin_family = AF_INET};
        struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
        bool four = inet_pton(AF_INET, rows[i].address, &v4.sin_addr) == 1;
        if (!four) assert_int_equal(inet_pton(AF_INET6, rows[i].address, &v6.sin6_addr), 1);
        bool got = place_is_public(four ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6);
        if (got != rows[i].is_public) print_error("%s\n", rows[i].address);
        assert_int_equal(got, rows[i].is_public);
    }
}

static void test_other_families_are_not_public(void **state)
{
    struct sockaddr a = {.sa_family = AF_UNIX};
    (void)state;
    assert_false(place_is_public(&a));
}

static void test_numbers_are_found_without_a_resolver(void **state)
{
    const char *why = NULL;
    (void)state;
    struct addrinfo *found = place_find("127.0.0.1", "80", &why);
    assert_non_null(found);
    assert_int_equal(found->ai_family, AF_INET);
    freeaddrinfo(found);
    assert_null(place_find("127.0.0.1", "http", &why)); // ports are numbers
    assert_true(why && why[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_other_families_are_not_public),
        cmocka_unit_test(test_numbers_are_found_without_a_resolver),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
