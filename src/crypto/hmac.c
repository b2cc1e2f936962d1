// SPDX-License-Identifier: Apache-2.0
#include "crypto/hmac.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

void hmac_sha256(struct str key, struct str text, uint8_t out[SHA256_SIZE])
{
    unsigned n = SHA256_SIZE;
    // The library takes a NULL key for "the key of the last call".
    const void *k = key.n ? key.p : "";
    if (HMAC(EVP_sha256(), k, (int)key.n, (const unsigned char *)text.p, text.n, out, &n) && n == SHA256_SIZE) return;
    fputs("hallpass: the crypto library has no working HMAC\n", stderr);
    abort();
}
