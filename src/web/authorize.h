// SPDX-License-Identifier: Apache-2.0
// The four authorize endpoints: read the parameters and who decides, let oauth/authorize.h decide, show or redirect.
#pragma once

#include "http/message.h"
#include "oauth/rows.h"
#include "world/world.h"

void authorize_handle(struct world *w, struct http_request *req, enum code_endpoint endpoint);
