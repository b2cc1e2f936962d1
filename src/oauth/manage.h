// SPDX-License-Identifier: Apache-2.0
// Who may change an app, and where one may make a new one (contract manifest.md 4). Pure.
#pragma once

#include "oauth/errors.h"
#include "oauth/rows.h"
#include "oauth/why.h"

// The grammar of ids of apps and workspaces (formats.md 1).
bool app_id_valid(struct str s);
bool team_id_valid(struct str s);
// Who made the app, and owners and admins of its workspace. W_OK, W_APP_NOT_FOUND (app NULL or deleted) or
// W_NO_PERMISSION.
enum wire_err manage_app(const struct app *app, const struct user *user, struct arena *arena, struct why *why);
// W_OK, W_INVALID_TEAM_ID (team NULL) or W_NOT_IN_TEAM.
enum wire_err manage_team(const struct workspace *team, const struct user *user, struct arena *arena, struct why *why);
// Whether the lists of scopes differ: permissions_updated.
bool manage_scopes_differ(const struct app *before, const struct app *after);
