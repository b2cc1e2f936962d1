// SPDX-License-Identifier: Apache-2.0
// What clients read before they start: discovery documents, the keys of id tokens, and the images that those name.
#pragma once

#include "world/world.h"

// GET /.well-known/openid-configuration (openid.md 5)
void metadata_openid(struct world *w, struct http_request *req);
// GET /.well-known/oauth-authorization-server (other-methods.md 12): of the pages and methods for users
void metadata_oauth(struct world *w, struct http_request *req);
// GET /openid/connect/keys (openid.md 6)
void metadata_keys(struct world *w, struct http_request *req);
// GET /avatars/ID-SIZE.svg: what openid.md 3 and 4 call picture, user_image and team_image
void metadata_avatar(struct world *w, struct http_request *req);
