// SPDX-License-Identifier: Apache-2.0
// What Sign in with Slack tells of a person, in an id token and in openid.connect.userInfo (openid.md 3, 4): the same
// claims by the same rules, in two orders. Pure.
#pragma once

#include "base/arena.h"
#include "codec/json.h"
#include "oauth/rows.h"

struct identity {
    const struct user *user;
    const struct workspace *workspace;   // where they signed in; NULL: the grant is an org's
    const struct enterprise *enterprise; // of that workspace, or the org itself; NULL: in none
    struct str scopes;                   // granted, comma separated
    struct str public_url;               // where the images are: no slash at the end
};

// Writes the members behind the technical claims of an id token.
void identity_token_claims(const struct identity *who, struct json *j, struct arena *arena);
// Writes the members of openid.connect.userInfo behind "ok".
void identity_user_info(const struct identity *who, struct json *j, struct arena *arena);
// The image of a person or workspace: "https://HOST/avatars/U04R7GH2S1M-48.svg".
struct str identity_image(const struct identity *who, const struct id *of, unsigned size, struct arena *arena);
