// SPDX-License-Identifier: Apache-2.0
// The Web API: everything under /api/. One entry point for the router.
#pragma once

#include "http/message.h"
#include "world/world.h"

// Answers a request whose path starts with the API prefix; `name` is the rest of the path, undecoded. world_begin() was
// called. Loop thread; the answer may come later.
void api_handle(struct world *w, struct http_request *req, struct str name);
