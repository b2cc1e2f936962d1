// SPDX-License-Identifier: Apache-2.0
// Members that several answers have in common (oauth.v2.access.md 7).
#pragma once

#include "codec/json.h"
#include "oauth/exchange.h"

// "name": {"name":..., "id":...}; without the name when it is NULL.
void member_named(struct json *j, const char *key, struct str name, const struct id *id);
// expires_in and refresh_token, where the token rotates.
void member_expiry(struct json *j, const struct granted *g);
// team, enterprise, is_enterprise_install; team is null for an org-wide install. bare: the id of the workspace only.
void member_places(struct json *j, const struct workspace *team, const struct enterprise *enterprise, bool bare);
