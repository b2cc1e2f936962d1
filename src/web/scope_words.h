// SPDX-License-Identifier: Apache-2.0
// Scopes in words, for people: by what they let an app see or change, in groups. Internal to web/.
#pragma once

#include "base/arena.h"
#include "web/views.h"

// One list of a request: comma separated.
struct scope_lists {
    struct str asked, optional, before; // optional: those with a tick box; before: granted by an earlier install
    bool answered;                      // the boxes were there before: only those in `ticked` still are
    struct str ticked;
};

// Fills SCOPE_GROUPS of each from n lists; a scope that stands in two of them is shown once, and can be unticked only
// if it is optional in both.
void scope_words(const struct scope_lists *lists, size_t n, struct arena *arena, struct scope_group_view *see,
                 struct scope_group_view *change);
