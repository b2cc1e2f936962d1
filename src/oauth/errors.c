// SPDX-License-Identifier: Apache-2.0
#include "oauth/errors.h"

static const struct wire_row rows[W_COUNT] = {
    [W_OK] = {.http = 200},
#define X(id, wire, http_status, wire_kind, text)                                                                      \
    [W_##id] = {.name = STR_INIT(wire), .http = http_status, .kind = wire_kind, .doc = text},
#include "oauth/errors.def"
#undef X
};

const struct wire_row *wire_row(enum wire_err e)
{
    assert(e < W_COUNT);
    return &rows[e];
}

enum wire_err wire_find(struct str name)
{
    for (unsigned e = W_OK + 1; e < W_COUNT; e++)
        if (str_eq(rows[e].name, name)) return (enum wire_err)e;
    return W_OK;
}

int wire_page_status(enum wire_err e)
{
    switch (e) {
    case W_INVALID_TEAM_FOR_NON_DISTRIBUTED_APP:
    case W_UNAPPROVED_SCOPE:
    case W_USER_IS_RESTRICTED: return 403;
    default: return 400;
    }
}
