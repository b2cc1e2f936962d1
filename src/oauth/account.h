// SPDX-License-Identifier: Apache-2.0
// Whether a presented token is good (envelope.md 5.3: lookup, expired, revoked, account, type, scope). Pure.
#pragma once

#include "oauth/credential.h"
#include "oauth/errors.h"
#include "oauth/why.h"

struct token_view {
    const struct token *token;     // NULL: unknown
    const struct install *install; // its authorization
    const struct app *app;
    const struct workspace *workspace;   // owner; NULL for org tokens
    const struct enterprise *enterprise; // of the workspace, or the owner itself
    const struct user *user;             // of a user token
};

// W_OK or W_INVALID_AUTH, W_TOKEN_EXPIRED, W_TOKEN_REVOKED, W_ACCOUNT_INACTIVE, W_TEAM_ADDED_TO_ORG, W_ACCESSLIMITED.
// peer: the caller's address as text, for allowed_ips.
enum wire_err token_decide(const struct credential *given, const struct token_view *view, struct str peer, int64_t now,
                           struct arena *arena, struct why *why);
// The person has gone, or the account is closed, or it was closed since the code or token with that locator was issued.
bool user_closed(const struct user *user, int64_t id);
// Whether the person may install where apps_need_approval is set, and decide on what others ask for there.
bool user_is_approver(const struct user *user);
// An address against a list of addresses and CIDR ranges, one a line; an empty list allows all.
bool ip_allowed(struct str ranges, struct str address);
