// SPDX-License-Identifier: Apache-2.0
// Finds the end of a block of header lines in bytes that come in any pieces, and refuses what no line may hold. llhttp
// is lenient about line ends and folds (8.1: bare LF, obs-fold), so nothing reaches it that this has not seen.
#pragma once

#include "base/base.h"

enum scan_state { SCAN_FIRST, SCAN_FIRST_LF, SCAN_SECOND, SCAN_LINE_START, SCAN_LINE, SCAN_LINE_LF, SCAN_LAST_LF };
enum scan_result { SCAN_MORE, SCAN_END, SCAN_BAD };

struct scan {
    enum scan_state state;
};

// Before a request head; one empty line in front of it is allowed (RFC 9112 2.2).
void scan_init_head(struct scan *s);
// Before a trailer section, which may be just the empty line.
void scan_init_trailer(struct scan *s);
// Looks at the next n bytes. SCAN_END: the block ends with the *used-th of them; SCAN_MORE: all were looked at;
// SCAN_BAD: a bare CR or LF, a control character, or a line that begins with a blank (obs-fold, RFC 9112 5.2).
enum scan_result scan_feed(struct scan *s, const char *p, size_t n, size_t *used);
