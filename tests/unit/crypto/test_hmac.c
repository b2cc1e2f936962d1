// SPDX-License-Identifier: Apache-2.0
#include "crypto/hmac.h"

#include "check.h"
#include "guard.h"

// n times the byte c.
static struct str filled(int c, size_t n, char *room)
{
    memset(room, c, n);
    return guard_str(str_make(room, n));
}

static void check_mac(struct str key, struct str text, const char *wanted)
{
    uint8_t mac[SHA256_SIZE];
    char hex[2 * SHA256_SIZE + 1];
    hmac_sha256(key, text, mac);
    for (size_t i = 0; i < SHA256_SIZE; i++) snprintf(hex + 2 * i, 3, "%02x", mac[i]);
    assert_string_equal(hex, wanted);
}

// RFC 4231 4.2 to 4.8; 4.6 is about truncation, which nothing here does.
static void test_vectors(void **state)
{
    char room[256], more[256];
    (void)state;
    check_mac(filled(0x0b, 20, room), STR("Hi There"),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    check_mac(STR("Jefe"), STR("what do ya want for nothing?"),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    check_mac(filled(0xaa, 20, room), filled(0xdd, 50, more),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    for (size_t i = 0; i < 25; i++) room[i] = (char)(i + 1);
    check_mac(guard_str(str_make(room, 25)), filled(0xcd, 50, more),
              "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
    check_mac(filled(0xaa, 131, room), STR("Test Using Larger Than Block-Size Key - Hash Key First"),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    check_mac(filled(0xaa, 131, room),
              STR("This is a test using a larger than block-size key and a larger than block-size data. The key needs "
                  "to be hashed before being used by the HMAC algorithm."),
              "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

// The library takes a NULL key for the one before; ours must not.
static void test_an_empty_key_is_a_key(void **state)
{
    static const char empty[] = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
    (void)state;
    check_mac(STR("Jefe"), STR("x"), "30c1a252726d9f629121f7efb69852b3d25b3accb5410de2dfdd3b069eb51745");
    check_mac((struct str){NULL, 0}, STR(""), empty);
    check_mac(STR(""), (struct str){NULL, 0}, empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_an_empty_key_is_a_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
