// SPDX-License-Identifier: Apache-2.0
// What is signed as an id token: header and payload (openid.md 3, OpenID Connect Core 2). Pure; the signature is the
// caller's, who has the key.
#pragma once

#include "oauth/identity.h"

enum { IDTOKEN_LIFE_S = 300 };

struct idtoken {
    struct identity who;
    struct str issuer, client_id, kid;
    struct str nonce;        // as sent to the authorize page; empty: none
    struct str access_token; // that it came with
    int64_t now, auth_time;  // ms: this moment; when the person consented
};

// "BASE64URL(header).BASE64URL(payload)" in the arena; {NULL,0} when that is full.
struct str idtoken_text(const struct idtoken *t, struct arena *arena);
