// SPDX-License-Identifier: Apache-2.0
// "Your apps": what a person, and the workspace or org they are in, has granted; and taking it back. Internal to web/.
#pragma once

#include "http/message.h"
#include "world/world.h"

// GET and POST /apps
void apps_handle(struct world *w, struct http_request *req);
// GET and POST /approvals: the requests of members, for those who decide on them
void approvals_handle(struct world *w, struct http_request *req);
// POST /redirects (dev): adds the URL that an error page complained about, then starts over
void redirects_handle(struct world *w, struct http_request *req);
