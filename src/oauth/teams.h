// SPDX-License-Identifier: Apache-2.0
// Workspaces that a token may ask for (contract other-methods.md 4 and 5). Pure.
#pragma once

#include "oauth/account.h"

// A page of auth.teams.list.
struct teams_page {
    unsigned limit;
    struct id after; // the last id of the page before, empty: from the start
};

// W_OK, W_INVALID_LIMIT or W_INVALID_CURSOR. Empty arguments are absent.
enum wire_err teams_page_parse(struct str limit, struct str cursor, struct arena *arena, struct teams_page *out,
                               struct why *why);
// The cursor of the page behind the one that ends with `last`; {NULL,0} when the arena is full.
struct str teams_cursor(const struct id *last, struct arena *arena);

struct team_query {
    struct str team, domain;       // as sent, empty: absent; team beats domain
    const struct token_view *from; // a good token
    const struct workspace *found; // by team, else by domain; NULL: none
};

// What team.info answers about: a workspace, or (NULL) the org of an org-wide token itself. W_OK, W_TEAM_NOT_FOUND,
// W_TEAM_NOT_ON_ENTERPRISE or W_TEAM_ACCESS_NOT_GRANTED.
enum wire_err team_query_decide(const struct team_query *q, struct arena *arena, const struct workspace **out,
                                struct why *why);
