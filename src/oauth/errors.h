// SPDX-License-Identifier: Apache-2.0
// The contract's refusals as values. Faults of ours are enum status; the two never mix.
#pragma once

#include "base/str.h"

enum wire_err {
    W_OK,
#define X(id, wire, http, kind, doc) W_##id,
#include "oauth/errors.def"
#undef X
    W_COUNT
};

// Where a name appears: in API answers, only on browser pages, or as a warning.
enum wire_kind { K_API, K_PAGE, K_WARNING };

struct wire_row {
    struct str name;
    int http; // status on /api/
    enum wire_kind kind;
    const char *doc;
};

// The row of an error; W_OK has an empty name. Any thread, static.
const struct wire_row *wire_row(enum wire_err e);
// The error with that name, or W_OK when the contract has none.
enum wire_err wire_find(struct str name);
// HTTP status of the error page (authorize.md 7.3): 403 for what the person may not do, else 400.
int wire_page_status(enum wire_err e);
