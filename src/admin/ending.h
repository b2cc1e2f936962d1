// SPDX-License-Identifier: Apache-2.0
// Authorizations end with the person or the place that they are of, and the apps are told (contract other-methods.md
// 10). What has ended stays so: neither a person who is active again nor an id that is given again revives a token.
// Everything here waits for the store. Internal to admin/.
#pragma once

#include "admin/call.h"
#include "world/objects.h"

// Ends what there is now of a user in any place, or of any app in a workspace or org; with an app nothing ends here,
// for its own are written with its row. Each authorization of a person, and those of one app in a place, end in one
// operation with their events. *found: how many were there.
MUST_USE enum status ending_pass(struct admin_call *c, const struct object *o, size_t *found);
// The same until there is none. Only when its row allows no new one, or it might not return.
MUST_USE enum status ending_all(struct admin_call *c, const struct object *o);
