// SPDX-License-Identifier: Apache-2.0
// Passwords that people choose: Argon2id (RFC 9106) in the PHC string form, which carries its own parameters, so that
// the ones here can be raised later (security.md S3). Pure; any thread.
//
// Hashing and verifying take some tens of milliseconds and 19 MiB: never on a loop or a store thread, but through
// world/hasher.h.
#pragma once

#include "base/status.h"
#include "base/str.h"

enum {
    PASSWORD_MEMORY_KIB = 19 * 1024, // OWASP, Password Storage Cheat Sheet: 19 MiB, two passes, one lane
    PASSWORD_PASSES = 2,
    PASSWORD_LANES = 1,
    PASSWORD_SALT_SIZE = 16,
    PASSWORD_TAG_SIZE = 32,
    PASSWORD_PHC_SIZE = 128,    // longest stored form with its NUL
    PASSWORD_LENGTH_LEAST = 10, // characters
};

// The stored form of a password under a salt of random bytes. E_LIMIT: it is longer than LIMIT_PASSWORD, or there is no
// memory now.
MUST_USE enum status password_hash(struct str password, const uint8_t salt[PASSWORD_SALT_SIZE],
                                   char phc[PASSWORD_PHC_SIZE]);
// Whether it is the password of which `phc` is the stored form; the time taken does not tell how near it was. An empty
// phc stands for an account that does not exist or has no password: the same work is done, and the answer is no.
// E_CORRUPT: phc is no stored form, or asks for more work than any that was ever made; E_LIMIT: there is no memory now.
MUST_USE enum status password_verify(struct str phc, struct str password, bool *good);

// Why a password may not be chosen, as a sentence; NULL: it may. known: what everybody knows of the person, such as
// name and e-mail address; empty entries are passed over. The password is UTF-8.
const char *password_problem(struct str password, const struct str *known, size_t nknown);
