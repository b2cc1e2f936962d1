// SPDX-License-Identifier: Apache-2.0
// Members that several answers have in common (oauth.v2.access.md 7).
#pragma once

#include "api/call.h"
#include "codec/json.h"
#include "oauth/exchange.h"

// "name": {"name":..., "id":...}; without the name when it is NULL.
void member_named(struct json *j, const char *key, struct str name, const struct id *id);
// expires_in and refresh_token, where the token rotates.
void member_expiry(struct json *j, const struct granted *g);
// team, enterprise; team is null for an org-wide install. bare: the id of the workspace only.
void member_owners(struct json *j, const struct workspace *team, const struct enterprise *enterprise, bool bare);
// The same and is_enterprise_install.
void member_places(struct json *j, const struct workspace *team, const struct enterprise *enterprise, bool bare);
// "https://harborlights.example.test/": where people of the workspace, or (NULL) of the org, are at home.
struct str member_place_url(const struct api_call *c, const struct workspace *team, const struct enterprise *org);
// image_24 to image_512 of a person; image_34 to image_230 and image_default of a workspace or org.
void member_user_images(const struct api_call *c, struct json *j, const struct id *user);
void member_team_images(const struct api_call *c, struct json *j, const struct id *team);
