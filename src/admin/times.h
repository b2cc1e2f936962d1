// SPDX-License-Identifier: Apache-2.0
// Durations and moments as texts. Pure.
#pragma once

#include "base/buf.h"
#include "base/status.h"

// Numbers with units, one behind the other: "601s", "1h30m", "500ms", "2d"; a '-' in front for the other direction.
// E_INVALID: it is none, or longer than a hundred years.
MUST_USE enum status duration_parse(struct str text, int64_t *ms);
// RFC 3339: "2026-11-23T12:00:00Z", also with a fraction (cut to ms) or an offset such as +02:00; years 1970 to 9999.
MUST_USE enum status moment_parse(struct str text, int64_t *ms);

enum { MOMENT_SIZE = 32 };

// "2026-11-23T12:00:00Z", with three digits behind the seconds where they are not whole; years 1970 to 9999.
void moment_write(int64_t ms, char out[MOMENT_SIZE]);
