// SPDX-License-Identifier: Apache-2.0
// The decision of oauth.v2.exchange (token-rotation.md 5): a token that never expires is swapped for a rotating pair.
// Pure. Client and secret were judged before (client.h).
#pragma once

#include "oauth/exchange.h"

struct swap_args {
    struct credential token; // parsed; token_ok false: it cannot be one of ours
    bool token_ok;
    int64_t now;
    const struct settings *settings;
};

struct swap_view {
    const struct app *app;               // the authenticated client
    const struct token *token;           // NULL: unknown
    const struct install *install;       // the authorization behind it
    const struct workspace *workspace;   // owner; NULL for an org-wide install
    const struct enterprise *enterprise; // of the workspace, or the owner itself
    const struct user *user;             // of a user token
};

struct swap_plan {
    struct granted granted; // the pair; granted.refresh.migrated is the old token
    struct id bot_user;     // of a bot token
};

// W_OK with *plan complete; else W_TOKEN_ROTATION_NOT_ENABLED, W_INVALID_TOKEN, W_AUTHORIZATION_NOT_FOUND or
// W_TOKEN_ALREADY_EXCHANGED. Strings of the plan live in the arena; W_FATAL_ERROR when that is full.
enum wire_err swap_decide(const struct swap_args *args, const struct swap_view *view, const struct pair_mint *mint,
                          struct arena *arena, struct swap_plan *plan, struct why *why);
