// SPDX-License-Identifier: Apache-2.0
// Token buckets (envelope.md 8) as GCRA: one 64-bit theoretical arrival time a key, fixed table, keyed hash, no locks,
// no timers. Any thread.
#pragma once

#include "base/str.h"

struct rng;
struct rate;

struct rate_limit {
    unsigned sustained; // a minute; 0 = unlimited
    unsigned burst;     // more at once
};

struct rate *rate_new(struct rng *rng);
void rate_free(struct rate *r);
// Takes one from the bucket `kind` + `key` (+ `key2`). 0: allowed; else whole seconds until one is there, at least 1,
// and none was taken.
unsigned rate_take(struct rate *r, const char *kind, struct str key, struct str key2, struct rate_limit limit,
                   int64_t now_ms);
// Forgets everything (reset, a clock set back).
void rate_clear(struct rate *r);
