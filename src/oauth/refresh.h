// SPDX-License-Identifier: Apache-2.0
// The decision of the refresh grant (token-rotation.md 2 to 4) and of tooling.tokens.rotate (6). Pure. Client and
// secret were judged before (client.h).
#pragma once

#include "oauth/exchange.h"

struct refresh_args {
    struct credential token; // parsed; token_ok false: it cannot be one of ours
    bool token_ok;
    bool secret_given;
    bool openid; // openid.connect.token: an id token is to come out
    int64_t now;
    const struct settings *settings;
};

struct refresh_view {
    const struct app *app;               // the authenticated client; NULL: configuration tokens, which have none
    const struct refresh *refresh;       // NULL: unknown
    const struct refresh *parent;        // the refresh token whose use made it; NULL: it came from a code
    const struct install *install;       // the authorization; configuration tokens have none
    const struct workspace *workspace;   // owner; NULL for an org-wide install
    const struct enterprise *enterprise; // of the workspace, or the owner itself
    const struct user *user;             // of a user or configuration token
};

struct refresh_plan {
    struct granted granted; // the new pair; scope holds all that the authorization has by now
    struct id bot_user;     // of a bot token
    bool claim;             // parent->heir is to be set to this token: its siblings end
    int64_t expire;         // token that this first use of a migrated pair ends, 0 = none (section 5)
    bool revoke;            // refused, and the authorization is to be ended (refresh.on_reuse = revoke)
};

// Whether a refresh token is of that app; app NULL: whether it is one of configuration tokens.
bool refresh_is_of(const struct refresh *row, const struct app *app);
// W_OK with *plan complete; else W_INVALID_REFRESH_TOKEN, W_BAD_CLIENT_SECRET or W_TEAM_ADDED_TO_ORG. Strings of the
// plan live in the arena; W_FATAL_ERROR when that is full.
enum wire_err refresh_decide(const struct refresh_args *args, const struct refresh_view *view,
                             const struct pair_mint *mint, struct arena *arena, struct refresh_plan *plan,
                             struct why *why);
