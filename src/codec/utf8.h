// SPDX-License-Identifier: Apache-2.0
// UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF. Pure.
#pragma once

#include "base/arena.h"

bool utf8_valid(struct str s);
// Bytes of the first code point, its value in *cp; 0 when s starts with a bad sequence or is empty.
size_t utf8_next(struct str s, uint32_t *cp);
// ISO-8859-1 to UTF-8 (contract envelope.md 3). Points to s when there is nothing to change.
struct str utf8_from_latin1(struct str s, struct arena *arena);
