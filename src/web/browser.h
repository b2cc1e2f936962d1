// SPDX-License-Identifier: Apache-2.0
// The browser behind a request: the cookie of its session, the forms that were handed to it, and what it says about
// where a form comes from (security.md S26, S29).
#pragma once

#include "http/message.h"
#include "oauth/session.h"
#include "world/world.h"

// The session that the request's cookie names; false: no cookie of ours came along.
MUST_USE bool browser_cookie(const struct world *w, const struct http_request *req, struct credential *out);
// Sets the cookie of a session.
void browser_cookie_set(const struct world *w, struct http_request *req, struct str text);
// What the browser says itself: the form that it sends was on a page of this host. The token decides; this is the
// second layer, and tells a page of somebody else before anything is read.
MUST_USE bool browser_same_site(const struct http_request *req);

// A page with forms on its way out: the row behind them, and a session for a browser that has none. Lives in the arena
// of the request. To be filled first: form but for id, hash, session, epoch and times; session.
struct handout {
    struct world *world;
    const struct session *session; // of the browser, held to be good; NULL: it gets one
    struct form form;
    struct session fresh;
    struct str token, cookie; // token is for the page
    struct op op;
};
// Draws ids and secrets, stores, then calls resume(req) on the request's loop thread, possibly before it returns;
// h->op.outcome tells: OP_FAULT with E_BUSY also when too many browsers without a session come from one address. Sets
// the cookie of a new session.
void handout_run(struct handout *h, struct http_request *req, void (*resume)(struct http_request *req));

// A new secret for the session of a cookie, drawn before an operation that renews it: sign-in, switch, sign-out.
struct renewal {
    struct session row; // id and hash are filled; the operation fills the rest from the stored row
    struct str cookie;
};
void renewal_draw(struct world *w, struct http_request *req, const struct credential *cookie, struct renewal *out);
// The row to be written by RENEW_SESSION: `old` with the new secret, the next epoch and these people.
void renewal_fill(struct renewal *r, const struct session *old, struct str people, int64_t now);
