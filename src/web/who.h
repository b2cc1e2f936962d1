// SPDX-License-Identifier: Apache-2.0
// Who is signed in at the browser that a request came from: the session of its cookie, the people of that session whose
// sign-in still counts, where they are at home. Read in steps by the operation of whatever page it is, each of which
// may look at what the one before has found. Internal to web/.
#pragma once

#include "oauth/place.h"
#include "web/browser.h"

struct who {
    struct credential cookie;
    bool has_cookie;
    const struct session *session;                 // NULL: none that holds
    struct place_view in;                          // people, their workspaces and orgs
    int session_at, people_at, places_at, orgs_at; // indexes of wants, -1 = not asked
};

void who_init(struct who *who, const struct world *w, const struct http_request *req);
// At the start of each reading.
void who_forget(struct who *who);
// Each adds what it needs, if anything, having taken what the step before has read.
void who_want_session(struct who *who, struct op *op);
void who_want_people(struct who *who, struct op *op);
// first: of those who are signed in, whom to put in front; NULL: they stand as they are.
void who_want_places(struct who *who, struct op *op, const struct id *first);
// more: one more org to read; NULL: none.
void who_want_orgs(struct who *who, struct op *op, const struct id *more);
// Takes the last of it.
void who_take(struct who *who, const struct op *op);
// The people of the session, as who_want_places takes them.
void who_take_people(struct who *who, const struct op *op, const struct id *first);

// The name people know somebody by.
static inline struct str user_name(const struct user *u)
{
    return u->real_name.n ? u->real_name : u->name;
}
