// SPDX-License-Identifier: Apache-2.0
// RFC 9457 problem documents. What never changes about a problem is a row of problems.def.
#pragma once

#include "base/str.h"

struct admin_call;

enum problem_id {
#define X(id, status, cause, why, try) P_##id,
#include "admin/problems.def"
#undef X
};

// The place in a body or query that a problem is about.
struct problem_at {
    const char *key;     // "manifest.oauth_config"
    const char *nearest; // the nearest valid key or value; NULL or empty: none
};

// Writes the document as the call's answer, with `detail` as told, and gives its status.
int problem(struct admin_call *c, enum problem_id id, const char *fmt, ...) PRINTF_LIKE(3, 4);
int problem_at(struct admin_call *c, enum problem_id id, const struct problem_at *at, const char *fmt, ...)
    PRINTF_LIKE(4, 5);
