// SPDX-License-Identifier: Apache-2.0
// The scope catalogue (scopes.tsv) and the rules for lists of scopes (authorize.md 2.1). Pure.
#pragma once

#include "base/arena.h"
#include "oauth/errors.h"
#include "oauth/why.h"

enum scope_type {
    SCOPE_BOT = 1,
    SCOPE_USER = 2,
    SCOPE_LEGACY_BOT = 4,
    SCOPE_APP = 8,
    SCOPE_CONFIG = 16,
    SCOPE_WORKSPACE = 32
};
enum scope_flag {
    SF_IDENTITY = 1 << 0,
    SF_OIDC = 1 << 1,
    SF_CLASSIC = 1 << 2,
    SF_NOREQUEST = 1 << 3,
    SF_NOORG = 1 << 4,
    SF_ADMIN = 1 << 5,
    SF_ENTERPRISE = 1 << 6,
    SF_APP = 1 << 7,
    SF_CONFIG = 1 << 8,
    SF_LEGACY = 1 << 9,
    SF_INTERNAL = 1 << 10
};

struct scope_row {
    struct str name;
    unsigned types; // enum scope_type
    unsigned flags; // enum scope_flag
    const char *text;
};

// NULL when unknown. Static.
const struct scope_row *scope_find(struct str name);
const struct scope_row *scope_rows(size_t *n);
// The known scope nearest to a misspelt one, NULL when none is near (edit distance 2 or less).
const struct scope_row *scope_nearest(struct str name);

// Splits on ',' ' ' and '+', drops empty items and repeats, keeps order; answers the items joined with ','.
struct str scopes_normalize(struct str list, struct arena *arena);
// What stands between two names: ',', ' ' or '+'.
bool scopes_separator(char c);
// Iterates a comma list: `struct str rest = list, s; while (scopes_next(&rest, &s))`.
bool scopes_next(struct str *rest, struct str *item);
bool scopes_has(struct str list, struct str name);
size_t scopes_count(struct str list);
// Items of `add` that are not in `have`, in order, joined with ','.
struct str scopes_missing(struct str have, struct str add, struct arena *arena);
// have, then what is new in add; repeats in `have` are dropped too (rows.h: struct install).
struct str scopes_union(struct str have, struct str add, struct arena *arena);
// Items of `list` without those of `drop`.
struct str scopes_without(struct str list, struct str drop, struct arena *arena);
// Turns a list with one entry a line (struct app) into a comma list, and looks an entry up there.
bool lines_has(struct str lines, struct str entry);
