// SPDX-License-Identifier: Apache-2.0
#include "crypto/rsa.h"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "check.h"
#include "codec/base64.h"
#include "guard.h"

// One key for all: making it is the slow part.
static int make_key(void **state)
{
    *state = rsa_generate();
    return 0;
}

static int free_key(void **state)
{
    rsa_free(*state);
    return 0;
}

static EVP_PKEY *vendor_key(const struct rsa_key *k)
{
    struct buf pem;
    buf_init(&pem, 4096);
    rsa_write_pem(k, &pem);
    BIO *in = BIO_new_mem_buf(pem.p, (int)pem.n);
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey(in, NULL, NULL, NULL);
    assert_non_null(pkey);
    BIO_free(in);
    buf_wipe(&pem);
    buf_release(&pem);
    return pkey;
}

// As whoever got the text would verify it.
static bool verifies(const struct rsa_key *k, struct str text, const uint8_t signature[RSA_SIGNATURE_SIZE])
{
    EVP_PKEY *pkey = vendor_key(k);
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestVerifyInit(c, NULL, EVP_sha256(), NULL, pkey), 1);
    bool good = EVP_DigestVerify(c, signature, RSA_SIGNATURE_SIZE, (const uint8_t *)text.p, text.n) == 1;
    EVP_MD_CTX_free(c);
    EVP_PKEY_free(pkey);
    return good;
}

// RFC 7638 3.1: the key and the thumbprint of the example.
static void test_thumbprint(void **state)
{
    static const char n[] =
        "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWK"
        "RXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMic"
        "AtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3"
        "XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    char out[JWK_THUMBPRINT_SIZE];
    (void)state;
    jwk_thumbprint(guard_str(STR("AQAB")), guard_str(str_of(n)), out);
    check_str(str_make(out, sizeof out), STR("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
}

static void test_public_half(void **state)
{
    const struct rsa_key *k = *state;
    check_str(rsa_e(k), STR("AQAB")); // 65537
    assert_int_equal(rsa_n(k).n, RSA_N_SIZE);
    for (size_t i = 0; i < rsa_n(k).n; i++)
        assert_true(ascii_alnum(rsa_n(k).p[i]) || rsa_n(k).p[i] == '-' || rsa_n(k).p[i] == '_');
}

static void test_sign_and_verify(void **state)
{
    const struct rsa_key *k = *state;
    struct rsa_key *other = rsa_generate();
    uint8_t signature[RSA_SIGNATURE_SIZE], again[RSA_SIGNATURE_SIZE];
    struct str text = guard_str(STR("header.payload"));
    rsa_sign(k, text, signature);
    rsa_sign(k, text, again);
    assert_memory_equal(signature, again, sizeof again); // PKCS #1 v1.5 draws nothing
    assert_true(verifies(k, text, signature));
    assert_false(verifies(k, STR("header.payloae"), signature));
    assert_false(verifies(other, text, signature));
    signature[RSA_SIGNATURE_SIZE - 1] ^= 1;
    assert_false(verifies(k, text, signature));
    rsa_free(other);
}

static void test_pem_there_and_back(void **state)
{
    const struct rsa_key *k = *state;
    struct rsa_key *back;
    struct buf pem, second;
    uint8_t signature[RSA_SIGNATURE_SIZE];
    buf_init(&pem, 4096);
    buf_init(&second, 4096);
    rsa_write_pem(k, &pem);
    assert_false(pem.failed);
    assert_true(str_starts(buf_view(&pem), STR("-----BEGIN PRIVATE KEY-----\n")));
    assert_int_equal(rsa_read_pem(guard_str(buf_view(&pem)), &back), OK);
    check_str(rsa_n(back), rsa_n(k));
    rsa_sign(back, STR("x"), signature);
    assert_true(verifies(k, STR("x"), signature));
    rsa_write_pem(back, &second);
    check_str(buf_view(&second), buf_view(&pem));
    buf_wipe(&pem);
    buf_release(&pem);
    buf_wipe(&second);
    buf_release(&second);
    rsa_free(back);
}

// Cut anywhere it is none.
static void test_not_a_key(void **state)
{
    static const struct str rows[] = {STR_INIT(""), STR_INIT("x"), STR_INIT("-----BEGIN PRIVATE KEY-----\n"),
                                      STR_INIT("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")};
    struct rsa_key *out = NULL;
    struct buf pem;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) assert_int_equal(rsa_read_pem(guard_str(rows[i]), &out), E_INVALID);
    buf_init(&pem, 4096);
    rsa_write_pem(*state, &pem);
    for (size_t n = 0; n < pem.n - 2; n += 61)
        assert_int_equal(rsa_read_pem(guard_str(str_upto(buf_view(&pem), n)), &out), E_INVALID);
    assert_null(out);
    buf_wipe(&pem);
    buf_release(&pem);
}

// Good keys that are not ours: another size, another kind.
static void test_other_keys(void **state)
{
    EVP_PKEY *others[] = {EVP_RSA_gen(1024), EVP_EC_gen("P-256")};
    struct rsa_key *out = NULL;
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        char *text = NULL;
        BIO *mem = BIO_new(BIO_s_mem());
        assert_int_equal(PEM_write_bio_PKCS8PrivateKey(mem, others[i], NULL, NULL, 0, NULL, NULL), 1);
        long n = BIO_get_mem_data(mem, &text);
        assert_int_equal(rsa_read_pem(str_make(text, (size_t)n), &out), E_INVALID);
        BIO_free(mem);
        EVP_PKEY_free(others[i]);
    }
    assert_null(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thumbprint),      cmocka_unit_test(test_public_half),
        cmocka_unit_test(test_sign_and_verify), cmocka_unit_test(test_pem_there_and_back),
        cmocka_unit_test(test_not_a_key),       cmocka_unit_test(test_other_keys),
    };
    return cmocka_run_group_tests(tests, make_key, free_key);
}
