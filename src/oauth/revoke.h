// SPDX-License-Identifier: Apache-2.0
// What auth.revoke and apps.uninstall end (contract other-methods.md 2 and 3, token-rotation.md 7). Pure. Whether the
// bearer is good was decided before, by token_decide() on the same rows.
#pragma once

#include "oauth/account.h"
#include "oauth/client.h"
#include "oauth/event.h"

// A refresh token that comes as the bearer of auth.revoke, as token_decide() looks at tokens. One that was used and
// whose grace is over counts as revoked (token-rotation.md 4).
void token_of_refresh(const struct refresh *r, const struct settings *settings, int64_t now, struct token *out);

enum revoke_what {
    REVOKE_NONE,          // a dry run
    REVOKE_STRING,        // the access token alone, for it rotates
    REVOKE_REFRESH_ALONE, // the refresh token alone
    REVOKE_AUTHORIZATION, // all strings of the authorization: the token never expires
};

// given: the kind of the bearer.
enum revoke_what revoke_decide(enum cred_kind given, bool test);
// Whether nothing of the app is left once that authorization has ended. live: those that have not, two at least if
// there are two.
bool revoke_is_last(const struct install *ending, const struct row_list *live);

struct uninstall_view {
    struct client_check *client;
    const struct token_view *bearer;
    const struct row_list *live; // what the app has where the token belongs; EVENT_AUTHS_MAX of them at most
};

// W_OK, W_INVALID_CLIENT_ID, W_BAD_CLIENT_SECRET, W_CLIENT_ID_TOKEN_MISMATCH or W_NO_PERMISSION, looked for in this
// order.
enum wire_err uninstall_decide(const struct uninstall_view *v, struct arena *arena, struct why *why);
