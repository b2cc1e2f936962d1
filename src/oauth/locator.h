// SPDX-License-Identifier: Apache-2.0
// Time-ordered 63-bit ids (contract formats.md 3.1): milliseconds since 2020, shard, node, sequence.
#pragma once

#include <stdatomic.h>

#include "base/str.h"

enum { LOCATOR_SHARDS = 1024, LOCATOR_HI_DIGITS = 10, LOCATOR_LO_DIGITS = 10, LOCATOR_B36_SIZE = 13 };

struct locators {
    unsigned node;                         // 0 to 31
    _Atomic int64_t floor_ms;              // never below this millisecond (of 2020)
    _Atomic uint64_t last[LOCATOR_SHARDS]; // milliseconds << 7 | sequence
};

// Starts behind `last`, the greatest locator known (0 = none).
void locators_init(struct locators *g, unsigned node, int64_t last);
// The next id of that shard; never goes back, never repeats. now: ms since 1970. Any thread.
int64_t locator_next(struct locators *g, unsigned shard, int64_t now);
// Home of a workspace, org or app: the first ten bits of SHA-256 of its id.
unsigned locator_shard(struct str id);
unsigned locator_shard_of(int64_t id);
int64_t locator_ms(int64_t id); // ms since 1970 at which it was made

// Decimal text: two groups of ten digits, the first starts with 1. Writes 10 digits each, no NUL.
void locator_format(int64_t id, char hi[LOCATOR_HI_DIGITS], char lo[LOCATOR_LO_DIGITS]);
MUST_USE bool locator_parse(struct str hi, struct str lo, int64_t *out);
// Base 36, 13 characters 0-9A-Z (webhooks).
void locator_format_b36(int64_t id, char out[LOCATOR_B36_SIZE]);
MUST_USE bool locator_parse_b36(struct str s, int64_t *out);
