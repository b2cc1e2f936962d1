// SPDX-License-Identifier: Apache-2.0
// The operation that ends authorizations from outside the Web API: an administrator's, or a person's on "Your apps".
// The app is told by events in the same transaction (contract other-methods.md 10).
#pragma once

#include "oauth/event.h"
#include "world/world.h"

struct ending {
    struct install like;                                // which: app, owner, subject
    bool person;                                        // that one alone; else all that the app has where it is
    bool nothing;                                       // of the last decision: there was nothing left to end
    unsigned app, workspace, enterprise, install, live; // indexes of the rows
    struct event_mint mint[END_EVENTS_MAX];
    struct event event[END_EVENTS_MAX];
    struct install end;
};

// Before the operation's first try.
void ending_draw(struct ending *e, struct world *w, int64_t now);
// The steps, for an operation that does more than this. round: 0 for its first; two in all. Pure.
void ending_want(struct ending *e, struct op *op, unsigned round);
// Adds the writes, the guard first. W_INTERNAL_ERROR: the arena is full.
enum wire_err ending_decide(struct ending *e, struct op *op);
