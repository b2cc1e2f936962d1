// SPDX-License-Identifier: Apache-2.0
// Proof Key for Code Exchange (RFC 7636, S256 only; authorize.md 5, oauth.v2.access.md 5.2). Pure.
#pragma once

#include "oauth/errors.h"
#include "oauth/rows.h"
#include "oauth/why.h"

enum { PKCE_CHALLENGE_SIZE = 43, PKCE_VERIFIER_MAX = 128 };

bool pkce_challenge_valid(struct str challenge);
// 1 to 128 characters of the RFC 7636 alphabet.
bool pkce_verifier_valid(struct str verifier);
// BASE64URL(SHA256(verifier)), no NUL.
void pkce_challenge_of(struct str verifier, char out[PKCE_CHALLENGE_SIZE]);
// Step 12: W_OK, W_PKCE_NOT_ALLOWED, W_INVALID_CODE_VERIFIER, or W_INTERNAL_ERROR when verifier and secret must not
// come together (pkce_strict = on, and a secret came).
enum wire_err pkce_decide(const struct code *code, bool app_pkce, struct str verifier, bool secret_forbids,
                          struct arena *arena, struct why *why);
