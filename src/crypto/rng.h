// SPDX-License-Identifier: Apache-2.0
// Random bytes as a value that is handed around: from the system's CSPRNG, or (dev --seed, tests) a reproducible
// stream. Any thread.
#pragma once

#include "base/str.h"

struct rng; // opaque

// From OpenSSL's CSPRNG, seeded by the kernel. A failure to get random bytes ends the process: there is no fallback
// (security.md S1).
struct rng *rng_new_system(void);
// SHA-256 in counter mode over a key made from `seed`. Never for production.
struct rng *rng_new_seeded(uint64_t seed);
void rng_free(struct rng *r);
void rng_fill(struct rng *r, void *p, size_t n);
// n characters drawn evenly from an alphabet of 2 to 64 characters (rejection sampling), no NUL added.
void rng_text(struct rng *r, const char *alphabet, char *out, size_t n);
// 2n lower-case hex digits of n random bytes.
void rng_hex(struct rng *r, char *out, size_t n);
