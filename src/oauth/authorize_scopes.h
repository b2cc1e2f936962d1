// SPDX-License-Identifier: Apache-2.0
// Which scopes an authorize page takes (authorize.md 2.1, scopes.tsv flags). Pure; only authorize.c and
// authorize_scopes.c know it.
#pragma once

#include "oauth/authorize.h"

// Checks the lists of *args and fills bot_scopes, user_scopes and the optional ones of *plan, whose redirect_uri is
// known. W_BLANK_SCOPE, W_INVALID_SCOPE, W_UNAPPROVED_SCOPE or W_OK.
enum wire_err authorize_scopes(const struct authorize_args *args, const struct app *app, struct arena *arena,
                               struct authorize_plan *plan, struct why *why);
// The first scope asked for that cannot be part of an org-wide install; NULL when there is none.
const struct scope_row *authorize_noorg(const struct authorize_plan *plan);
// Whether what was granted comes with a webhook, so that a channel matters.
bool authorize_webhook(const struct authorize_plan *plan);
