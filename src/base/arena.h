// SPDX-License-Identifier: Apache-2.0
// Memory with the life of one request: taken piece by piece, given back all at once, wiped on the way. Capped.
// One thread at a time; a waiting operation lends its arena to the store thread.
#pragma once

#include "base/str.h"

struct arena_block;

struct arena {
    struct arena_block *blocks; // newest first
    size_t used;                // bytes handed out since the last reset
    size_t cap;                 // most bytes that may be handed out
    bool failed;                // sticks until the reset
};

void arena_init(struct arena *a, size_t cap);
// n zeroed bytes, aligned for anything. NULL (and failed) past the cap.
void *arena_alloc(struct arena *a, size_t n);
// A copy that lives in the arena, followed by a NUL byte that is not counted. {NULL,0} past the cap.
struct str arena_str(struct arena *a, struct str s);
// The parts one after the other, and a NUL byte; for paths that are too hot for arena_printf().
struct str arena_join(struct arena *a, const struct str *parts, size_t n);
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);
// Wipes everything that was handed out and keeps one block for the next request.
void arena_wipe(struct arena *a);
// Wipes and frees all blocks.
void arena_release(struct arena *a);
