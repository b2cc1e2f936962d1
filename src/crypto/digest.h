// SPDX-License-Identifier: Apache-2.0
// SHA-256 with a prefetched algorithm and one reusable context per thread. Any thread.
#pragma once

#include "base/str.h"

enum { SHA256_SIZE = 32 };

// SHA-256 of the parts one after the other. Never fails: a crypto library without SHA-256 ends the process at init.
void sha256(const struct str *parts, size_t n, uint8_t out[SHA256_SIZE]);
static inline void sha256_one(struct str s, uint8_t out[SHA256_SIZE])
{
    sha256(&s, 1, out);
}
