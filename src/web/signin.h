// SPDX-License-Identifier: Apache-2.0
// Signing in, and what a browser may do with those who are: switch between them, sign out. Internal to web/.
#pragma once

#include "web/visit.h"

// The sign-in page in place of an authorize page that has nobody to ask.
void signin_for_visit(struct visit *v);
// The same in place of one of our own pages; path: behind the base path. session: of the browser; NULL: none.
void signin_for_page(struct world *w, struct http_request *req, const struct session *session, struct str path);
// GET and POST /signin
void signin_handle(struct world *w, struct http_request *req);
// POST /switch: another account, or one more
void switch_handle(struct world *w, struct http_request *req);
// POST /signout: everybody at this browser
void signout_handle(struct world *w, struct http_request *req);

// The sign-in page for a form that is good, about the same request. p: the form; answer: the status of the page.
struct post;
void signin_for_post(struct post *p);
