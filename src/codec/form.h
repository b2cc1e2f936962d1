// SPDX-License-Identifier: Apache-2.0
// application/x-www-form-urlencoded and query strings. Pure.
#pragma once

#include "base/buf.h"
#include "base/status.h"
#include "codec/args.h"

// Adds the pairs of `text` to `a`. '+' is a space, %XX a byte; values may come out with NUL or bad UTF-8, which the
// caller judges. E_INVALID for a '%' without two hex digits, E_LIMIT when the arena is full. Names and values without
// escapes point into `text`.
MUST_USE enum status form_parse(struct str text, enum arg_source source, struct arena *arena, struct args *a);
// One percent-decoding; plus: '+' is a space. E_INVALID as above.
MUST_USE enum status form_decode(struct str s, bool plus, struct arena *arena, struct str *out);
// Form encoding: RFC 3986 unreserved bytes stay, space as '+', all else as %XX with capitals.
void form_encode(struct buf *b, struct str s);
