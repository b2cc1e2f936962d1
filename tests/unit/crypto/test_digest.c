// SPDX-License-Identifier: Apache-2.0
#include "crypto/digest.h"

#include <pthread.h>

#include "check.h"
#include "codec/base64.h"
#include "guard.h"

static void check_hex(const uint8_t digest[SHA256_SIZE], const char *wanted)
{
    char hex[2 * SHA256_SIZE + 1];
    for (size_t i = 0; i < SHA256_SIZE; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(hex, wanted);
}

// RFC 6234 8.5, tests 1 and 2, and the empty message.
static void test_vectors(void **state)
{
    static const struct {
        struct str text;
        const char *digest;
    } rows[] = {
        {STR_INIT("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {STR_INIT("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {STR_INIT(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    };
    uint8_t digest[SHA256_SIZE];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        sha256_one(guard_str(rows[i].text), digest);
        check_hex(digest, rows[i].digest);
    }
}

static void test_a_million_letters(void **state)
{
    static char letters[1000000];
    uint8_t digest[SHA256_SIZE];
    (void)state;
    memset(letters, 'a', sizeof letters);
    sha256_one(str_make(letters, sizeof letters), digest);
    check_hex(digest, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void test_parts_are_one_message(void **state)
{
    const struct str parts[] = {STR("a"), STR(""), {NULL, 0}, STR("bc")};
    uint8_t digest[SHA256_SIZE];
    (void)state;
    sha256(parts, ARRAY_LEN(parts), digest);
    check_hex(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    sha256(NULL, 0, digest);
    check_hex(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// contract authorize.md 5: BASE64URL(SHA256(verifier)), the example of the official guide.
static void test_pkce_challenge(void **state)
{
    uint8_t digest[SHA256_SIZE];
    char text[43];
    (void)state;
    assert_int_equal(base64_size(SHA256_SIZE), sizeof text);
    sha256_one(STR("secretpassword"), digest);
    base64url_encode(digest, sizeof digest, text);
    check_str(str_make(text, sizeof text), STR("ldMBaaWcQYtSATMV_IG8mf3wp7A6EW80arYoSW80ntU"));
}

static void *hash_often(void *seed)
{
    uint8_t first[SHA256_SIZE], again[SHA256_SIZE];
    sha256_one(str_make(seed, 1), first);
    for (int i = 0; i < 2000; i++) {
        sha256_one(str_make(seed, 1), again);
        if (memcmp(first, again, sizeof first) != 0) return NULL;
    }
    return seed;
}

static void test_threads_do_not_meet(void **state)
{
    char seeds[] = "abcd";
    pthread_t threads[4];
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, hash_often, &seeds[i]), 0);
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        void *result;
        pthread_join(threads[i], &result);
        assert_ptr_equal(result, &seeds[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_a_million_letters),
        cmocka_unit_test(test_parts_are_one_message),
        cmocka_unit_test(test_pkce_challenge),
        cmocka_unit_test(test_threads_do_not_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
