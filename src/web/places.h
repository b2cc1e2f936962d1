// SPDX-License-Identifier: Apache-2.0
// The switcher: where somebody at this browser can act. Internal to web/.
#pragma once

#include "oauth/place.h"
#include "web/views.h"

// The workspaces of those who are signed in and, where the app may be installed in a whole org, the orgs that one of
// them administers. now: the present place is marked. Answers how many.
size_t places_list(const struct place_view *v, const struct place_choice *now, const struct app *app,
                   struct arena *arena, const struct account_view **out);
// A person as the sign-in page lists them. workspace: NULL: gone.
struct account_view places_person(const struct user *u, const struct workspace *workspace, struct arena *arena);
