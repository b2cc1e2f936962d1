// SPDX-License-Identifier: Apache-2.0
// The rows of oauth/rows.h as columns: name, type and place of each field, so that binding, decoding and the lists of
// names in SQL are one loop each, and a new field is a line here and a line in the schema.
#pragma once

#include "oauth/rows.h"

enum column_type {
    COL_I64,  // int64_t
    COL_U32,  // unsigned or an enum
    COL_BOOL, // bool, stored as 0 or 1
    COL_STR,  // struct str
    COL_ID,   // struct id
    COL_HASH, // struct hash
    COL_GRANT // uint8_t[GRANT_SIZE]
};

enum { GRANT_SIZE = 16 };

struct column {
    const char *name;
    enum column_type type;
    size_t offset; // of the field in its struct
};

struct columns {
    const struct column *at;
    size_t n;
    size_t size; // of the struct
};

// clang-format off
#define COLUMN(type, field, kind) {#field, COL_##kind, offsetof(struct type, field)}
#define COLUMNS(list, type)       {list, ARRAY_LEN(list), sizeof(struct type)}
// clang-format on

extern const struct columns columns_enterprise, columns_workspace, columns_channel, columns_user, columns_app,
    columns_secret, columns_code, columns_token, columns_install, columns_refresh, columns_webhook, columns_event,
    columns_signing_key, columns_session, columns_form, columns_password, columns_approval;
