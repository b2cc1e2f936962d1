// SPDX-License-Identifier: Apache-2.0
// RSA keys that sign id tokens: RS256 (RFC 7518 3.3), their public half as a JWK (RFC 7517) and its name (RFC 7638).
#pragma once

#include "base/buf.h"
#include "base/status.h"

enum {
    RSA_BITS = 2048, // openid.md 6
    RSA_SIGNATURE_SIZE = RSA_BITS / 8,
    RSA_N_SIZE = 342, // a modulus of that size as base64url
    JWK_THUMBPRINT_SIZE = 43,
};

struct rsa_key; // opaque, immutable: any number of threads may sign with it

// A new key with exponent 65537. Takes a good part of a second: never on a thread that serves others. Not reproducible,
// also under --seed. A crypto library that cannot do it ends the process.
struct rsa_key *rsa_generate(void);
// A private key in PEM (PKCS #8, not encrypted). E_INVALID: it is none, or no RSA key of RSA_BITS.
MUST_USE enum status rsa_read_pem(struct str pem, struct rsa_key **out);
// Appends the private key as PEM (PKCS #8). The buffer holds a secret then: buf_wipe() it.
void rsa_write_pem(const struct rsa_key *k, struct buf *out);
void rsa_free(struct rsa_key *k);
// The public half as base64url without padding; both live as long as the key.
struct str rsa_n(const struct rsa_key *k);
struct str rsa_e(const struct rsa_key *k);
// RSASSA-PKCS1-v1_5 with SHA-256 over a text. Takes a few tenths of a millisecond.
void rsa_sign(const struct rsa_key *k, struct str text, uint8_t out[RSA_SIGNATURE_SIZE]);
// RFC 7638 3: the thumbprint of an RSA key by its members e and n, base64url, no NUL. Pure.
void jwk_thumbprint(struct str e, struct str n, char out[JWK_THUMBPRINT_SIZE]);
