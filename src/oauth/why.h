// SPDX-License-Identifier: Apache-2.0
// Why a call was refused: our finer name for it and one sentence with the values that were compared. The contract's
// error name does not depend on it; it feeds response_metadata.messages, error pages, log and journal (experience.md
// 4).
#pragma once

#include "base/arena.h"

enum cause {
    CAUSE_NONE,
#define X(id, name, level) CAUSE_##id,
#include "oauth/causes.def"
#undef X
    CAUSE_COUNT
};

struct why {
    enum cause cause;
    struct str
        detail; // ASCII, at most 280 bytes, in the arena or static; never a secret, token, code or another app's name
};

// "client_id_missing" and the like; empty for CAUSE_NONE. Static.
struct str cause_name(enum cause c);
// Whether the detail may be told under explain = safe: only what the caller sent itself, after client authentication.
bool cause_is_safe(enum cause c);
// Fills *w once: the first cause stays. Bytes that are not printable ASCII are shown as U+XXXX or \xXX.
void why_set(struct why *w, struct arena *arena, enum cause c, const char *fmt, ...) PRINTF_LIKE(4, 5);
