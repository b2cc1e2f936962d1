// SPDX-License-Identifier: Apache-2.0
// The four authorize endpoints: read the parameters and who decides, let oauth/authorize.h decide, show or redirect.
#pragma once

#include "http/message.h"
#include "web/visit.h"

// path: of the page, without the base path; static.
void authorize_handle(struct world *w, struct http_request *req, struct str path, enum code_endpoint endpoint);

// Asks again, about the request of a form that came back and is still good; gone: what to say of the answer. The rows
// of the visit are given back.
void authorize_again(struct visit *v, const char *gone);

// What follows a decision, whether a browser took it or the consent header. Internal to web/.
struct issue {
    struct code code;
    struct str text; // the code as it is handed over
    struct approval approval;
};
// Draws what may be issued, before the operation's first try. shard: of the workspace or org.
void issue_draw(struct visit *v, unsigned shard, struct issue *out);
// Adds the writes that AUTH_ISSUE or AUTH_REQUEST asks for. In a decision: pure.
void issue_write(const struct visit *v, struct op *op, struct issue *out);
// Answers the browser when the code is durable, or the request to the admins is; or with the denial.
void issue_answer(struct visit *v, const struct issue *i, enum authorize_outcome outcome);
