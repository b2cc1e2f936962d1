// SPDX-License-Identifier: Apache-2.0
// The decision of the refresh grant (token-rotation.md 2 to 4). Pure. Client and secret were judged before (client.h).
#pragma once

#include "oauth/exchange.h"

struct refresh_args {
    struct credential token; // parsed; token_ok false: it cannot be one of ours
    bool token_ok;
    bool secret_given;
    int64_t now;
    const struct settings *settings;
};

struct refresh_view {
    const struct app *app;               // the authenticated client
    const struct refresh *refresh;       // NULL: unknown
    const struct refresh *parent;        // the refresh token whose use made it; NULL: it came from a code
    const struct install *install;       // the authorization
    const struct workspace *workspace;   // owner; NULL for an org-wide install
    const struct enterprise *enterprise; // of the workspace, or the owner itself
    const struct user *user;             // of a user token
};

// Drawn on the loop thread before the first try.
struct refresh_mint {
    int64_t access_id, refresh_id;
    struct secret_text access, refresh;
};

struct refresh_plan {
    struct granted granted; // the new pair; scope holds all that the authorization has by now
    struct id bot_user;     // of a bot token
    bool claim;             // parent->heir is to be set to this token: its siblings end
    bool revoke;            // refused, and the authorization is to be ended (refresh.on_reuse = revoke)
};

// W_OK with *plan complete; else W_INVALID_REFRESH_TOKEN, W_BAD_CLIENT_SECRET or W_TEAM_ADDED_TO_ORG. Strings of the
// plan live in the arena; W_FATAL_ERROR when that is full.
enum wire_err refresh_decide(const struct refresh_args *args, const struct refresh_view *view,
                             const struct refresh_mint *mint, struct arena *arena, struct refresh_plan *plan,
                             struct why *why);
