// SPDX-License-Identifier: Apache-2.0
// The pages: the authorize endpoints and their errors.
#pragma once

#include "http/message.h"
#include "world/world.h"

// Answers when the path (repeated slashes at its start collapsed) is one of ours; false: it is not. world_begin() was
// called.
bool web_handle(struct world *w, struct http_request *req);
