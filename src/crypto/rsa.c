// SPDX-License-Identifier: Apache-2.0
#include "crypto/rsa.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "base/mem.h"
#include "codec/base64.h"
#include "crypto/digest.h"

enum { E_SIZE = 4 }; // exponents of more than three bytes are not ours

struct rsa_key {
    EVP_PKEY *pkey;
    char n[RSA_N_SIZE], e[E_SIZE];
    size_t e_size;
};

// What stays is a library without RSA, or no memory: nothing that a caller could do anything about.
static void stop(const char *what)
{
    fprintf(stderr, "hallpass: the crypto library cannot %s\n", what);
    abort();
}

// A number of the public key as base64url; how many characters, 0 when it is not there or longer than that.
static size_t put_number(const EVP_PKEY *pkey, const char *name, char *out, size_t size)
{
    uint8_t bytes[RSA_SIGNATURE_SIZE];
    BIGNUM *number = NULL;
    size_t n = 0;
    if (!EVP_PKEY_get_bn_param(pkey, name, &number)) return 0;
    size_t len = (size_t)BN_num_bytes(number);
    if (len <= sizeof bytes && base64_size(len) <= size) {
        BN_bn2bin(number, bytes);
        base64url_encode(bytes, len, out);
        n = base64_size(len);
    }
    BN_free(number);
    return n;
}

// Takes the key over. NULL, and it is freed, when it is of another kind or size.
static struct rsa_key *key_of(EVP_PKEY *pkey)
{
    struct rsa_key *k = mem_alloc(sizeof *k);
    k->pkey = pkey;
    if (EVP_PKEY_is_a(pkey, "RSA") && EVP_PKEY_get_bits(pkey) == RSA_BITS) {
        k->e_size = put_number(pkey, OSSL_PKEY_PARAM_RSA_E, k->e, sizeof k->e);
        if (k->e_size && put_number(pkey, OSSL_PKEY_PARAM_RSA_N, k->n, sizeof k->n) == sizeof k->n) return k;
    }
    rsa_free(k);
    return NULL;
}

struct rsa_key *rsa_generate(void)
{
    EVP_PKEY *pkey = EVP_RSA_gen(RSA_BITS);
    struct rsa_key *k = pkey ? key_of(pkey) : NULL;
    if (!k) stop("make an RSA key");
    return k;
}

// Nobody is asked for a passphrase: an encrypted key is none of ours.
static int no_passphrase(char *out, int size, int writing, void *ctx)
{
    (void)out, (void)size, (void)writing, (void)ctx;
    return -1;
}

enum status rsa_read_pem(struct str pem, struct rsa_key **out)
{
    BIO *in = BIO_new_mem_buf(pem.n ? pem.p : "", (int)pem.n);
    if (!in) stop("read memory");
    EVP_PKEY *pkey = PEM_read_bio_PrivateKey_ex(in, NULL, no_passphrase, NULL, NULL, NULL);
    BIO_free(in);
    struct rsa_key *k = pkey ? key_of(pkey) : NULL;
    if (!k) return E_INVALID;
    *out = k;
    return OK;
}

void rsa_write_pem(const struct rsa_key *k, struct buf *out)
{
    char *bytes = NULL;
    BIO *mem = BIO_new(BIO_s_secmem()); // wipes what it frees
    if (!mem || !PEM_write_bio_PKCS8PrivateKey(mem, k->pkey, NULL, NULL, 0, NULL, NULL)) stop("write a key");
    long n = BIO_get_mem_data(mem, &bytes);
    buf_bytes(out, bytes, (size_t)n);
    BIO_free(mem);
}

void rsa_free(struct rsa_key *k)
{
    if (!k) return;
    EVP_PKEY_free(k->pkey);
    mem_free(k);
}

struct str rsa_n(const struct rsa_key *k)
{
    return str_make(k->n, sizeof k->n);
}

struct str rsa_e(const struct rsa_key *k)
{
    return str_make(k->e, k->e_size);
}

void rsa_sign(const struct rsa_key *k, struct str text, uint8_t out[RSA_SIGNATURE_SIZE])
{
    size_t n = RSA_SIGNATURE_SIZE;
    EVP_MD_CTX *c = EVP_MD_CTX_new();
    if (!c || EVP_DigestSignInit_ex(c, NULL, "SHA256", NULL, NULL, k->pkey, NULL) != 1 ||
        EVP_DigestSign(c, out, &n, (const uint8_t *)text.p, text.n) != 1 || n != RSA_SIGNATURE_SIZE)
        stop("sign with an RSA key");
    EVP_MD_CTX_free(c);
}

void jwk_thumbprint(struct str e, struct str n, char out[JWK_THUMBPRINT_SIZE])
{
    // The required members in the order of their names, without blanks.
    const struct str parts[] = {STR("{\"e\":\""), e, STR("\",\"kty\":\"RSA\",\"n\":\""), n, STR("\"}")};
    uint8_t digest[SHA256_SIZE];
    sha256(parts, ARRAY_LEN(parts), digest);
    base64url_encode(digest, sizeof digest, out);
}
