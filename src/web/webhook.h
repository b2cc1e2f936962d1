// SPDX-License-Identifier: Apache-2.0
// POST /services/T.../B.../SECRET: an app posts a message to the webhook that its install has made (contract formats.md
// 5). The message goes nowhere: there are no channels to read here. What was posted is told by the journal, without
// the secret and without the text.
#pragma once

#include "http/message.h"
#include "world/world.h"

// req->path starts with "/services/".
void webhook_handle(struct world *w, struct http_request *req);
