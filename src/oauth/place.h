// SPDX-License-Identifier: Apache-2.0
// Of those who are signed in at a browser, whom an authorize request is for, and in which workspace or org
// (authorize.md 4). Pure.
#pragma once

#include "oauth/session.h"

struct place_view {
    const struct app *app;
    unsigned npeople;
    const struct user *people[SESSION_PEOPLE]; // signed in, the present one first
    const struct row_list *workspaces;         // struct workspace: theirs; NULL: none
    const struct row_list *enterprises;        // struct enterprise: of those; NULL: none
    const struct workspace *asked;             // what `team` or the host names; NULL: nothing, or unknown
    const struct enterprise *asked_org;        // likewise
};

struct place_choice {
    const struct user *user;             // NULL: somebody has to sign in
    const struct workspace *home;        // that person's own workspace
    const struct workspace *workspace;   // NULL: an org-wide install
    const struct enterprise *enterprise; // of the workspace, if the person is of it too; or the org itself
};

// An asked place where somebody is signed in; without one, the app's own workspace if it may not leave it, else where
// the present person is. Where an asked place is known and nobody is signed in there, nobody is chosen: sign-in asks.
void place_choose(const struct place_view *v, struct place_choice *out);
// The rows of lists by their id; NULL: not among them.
const struct workspace *place_workspace(const struct place_view *v, const struct id *id);
const struct enterprise *place_enterprise(const struct place_view *v, const struct id *id);
