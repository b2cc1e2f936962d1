// SPDX-License-Identifier: Apache-2.0
// multipart/form-data (RFC 7578, RFC 2046 5.1). Pure.
#pragma once

#include "base/status.h"
#include "codec/args.h"

// Adds the parts of `body` as ARG_BODY. `boundary` is the parameter of the Content-Type, 1 to 70 bytes without the
// leading "--". A part with a file name gets file = true. E_INVALID when the boundary is bad, a part has no name,
// cannot be parsed, or the closing delimiter is missing; E_LIMIT when the arena is full. Names and values point into
// `body`; backslashes in a quoted name stay.
MUST_USE enum status multipart_parse(struct str body, struct str boundary, struct arena *arena, struct args *a);
