// SPDX-License-Identifier: Apache-2.0
// Configuration tokens (token-rotation.md 6, manifest.md 4): they belong to a person and a workspace, not to an app. A
// line begins here and goes on by refresh_decide(). Pure.
#pragma once

#include "oauth/exchange.h"

// What each of them may do, as a scope list.
#define CONFIG_SCOPES "app_configurations:read,app_configurations:write"

struct config_args {
    struct id workspace, user;
    int64_t now;
    const struct settings *settings;
};

// The first pair of a line: out->token and out->refresh are to be inserted; there is no authorization.
// Strings live in the arena; when that is full arena->failed is set.
void config_mint(const struct config_args *args, const struct pair_mint *mint, struct arena *arena,
                 struct granted *out);
