// SPDX-License-Identifier: Apache-2.0
// Base64 (RFC 4648 4) and base64url (RFC 4648 5). Pure.
#pragma once

#include "base/arena.h"
#include "base/status.h"

// Encoded length without padding.
static inline size_t base64_size(size_t n)
{
    return (n * 4 + 2) / 3;
}

// Writes base64_size(n) characters without padding and no NUL.
void base64_encode(const uint8_t *p, size_t n, char *out);
void base64url_encode(const uint8_t *p, size_t n, char *out);
// Standard alphabet, padding optional but right if there. E_INVALID for anything else, also non-zero left-over bits;
// E_LIMIT when the arena is full.
MUST_USE enum status base64_decode(struct str s, struct arena *arena, struct str *out);
