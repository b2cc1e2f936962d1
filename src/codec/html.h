// SPDX-License-Identifier: Apache-2.0
// Escaping for HTML text and quoted attribute values. Pure.
#pragma once

#include "base/buf.h"

// & < > " ' as entities; control characters, bad UTF-8 and invisible characters (zero width, bidi marks) made visible
// as [U+202A] or [0x80], so that a page shows what was really sent (experience.md 3).
void html_escape(struct buf *b, struct str s);
