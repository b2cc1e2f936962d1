// SPDX-License-Identifier: Apache-2.0
// The pages: the authorize endpoints and their errors; and the documents that clients read.
#pragma once

#include "http/message.h"
#include "world/world.h"

// Answers when the path (repeated slashes at its start collapsed) is one of ours; false: it is not. world_begin() was
// called.
bool web_handle(struct world *w, struct http_request *req);
