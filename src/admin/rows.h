// SPDX-License-Identifier: Apache-2.0
// The store's rows as the objects of a seed file. Everything here waits for the store. Internal to admin/.
#pragma once

#include "admin/call.h"
#include "world/objects.h"

enum { ASKS_MAX = 3 };

// Some rows to be read at once, each by one key.
struct lookup {
    struct op op;
    struct {
        enum want_kind kind;
        struct str key;
    } asks[ASKS_MAX];
    unsigned n;
};

void lookup_add(struct lookup *l, enum want_kind kind, struct str key);
// Reads what was added; the rows are op_row(&l->op, i), valid until op_release(). 0, or the status of a written
// problem.
MUST_USE int lookup_run(struct admin_call *c, struct lookup *l);

// Where an object of a kind is found.
enum want_kind rows_want(enum object_kind kind);
// A row of a kind as an object; false: there is none, or an app that was deleted.
MUST_USE bool rows_object(enum object_kind kind, const void *row, struct object *o);
// The channels of a workspace, into o->channels; copies in the arena.
MUST_USE enum status rows_channels(struct admin_call *c, struct object *o);
// Calls `each` with every object of a kind, in the order in which they were added.
MUST_USE enum status rows_list(struct admin_call *c, enum object_kind kind,
                               void (*each)(struct admin_call *c, const struct object *o));
// Stores the object; a workspace's channels take the place of those that it has, unless they are NULL.
MUST_USE enum status rows_put(struct admin_call *c, const struct object *o);
// Removes it. A deleted app stays as a row, so that what hangs on it is refused by name; its authorizations end.
MUST_USE enum status rows_drop(struct admin_call *c, const struct object *o);
