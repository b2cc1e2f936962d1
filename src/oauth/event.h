// SPDX-License-Identifier: Apache-2.0
// The events that tell an app that authorizations of it have ended (contract other-methods.md 10). Pure: the rows are
// written in the operation that ends them, and delivered afterwards.
#pragma once

#include "base/arena.h"
#include "oauth/rows.h"

enum {
    END_EVENTS_MAX = 2,       // tokens_revoked, app_uninstalled
    EVENT_AUTHS_MAX = 1000,   // ended authorizations that one tokens_revoked names
    EVENT_NAME_SIZE = 2 + 10, // "Ev0" and nine of 0-9A-Z (formats.md 1)
};

// Drawn on the loop thread before the first try, one for each event that may be due.
struct event_mint {
    int64_t id; // locator of the row
    char name[EVENT_NAME_SIZE];
};

struct ended {
    const struct app *app;
    const struct id *owner;              // the workspace, or the org of an org-wide install
    const struct enterprise *enterprise; // the org of the workspace, or the owner itself; NULL: in no org
    const void *const *gone;             // struct install: the authorizations that end, at most EVENT_AUTHS_MAX, as
    size_t ngone;                        // they stand in a struct row_list; the bot's first
    bool uninstalled;                    // nothing of the app is left there
    int64_t now;
};

// Fills out[] with what the app has subscribed to and answers how many: none without a request URL in its manifest.
// Strings live in the arena; when that is full arena->failed is set and the rows are of no use.
size_t events_of_end(const struct ended *e, const struct event_mint mint[END_EVENTS_MAX], struct arena *arena,
                     struct event out[END_EVENTS_MAX]);
