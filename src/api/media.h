// SPDX-License-Identifier: Apache-2.0
// The Content-Type of a POST (contract envelope.md 3). Pure.
#pragma once

#include "base/arena.h"

enum media_type { MEDIA_NONE, MEDIA_FORM, MEDIA_MULTIPART, MEDIA_JSON, MEDIA_TEXT, MEDIA_OTHER };
enum media_charset { CHARSET_NONE, CHARSET_UTF8, CHARSET_LATIN1, CHARSET_OTHER };

struct media {
    enum media_type type; // MEDIA_NONE: no Content-Type
    enum media_charset charset;
    struct str name;     // the type as sent, parameters cut
    struct str boundary; // p NULL: none
};

// p NULL in: no header. Parameters in quotes are unquoted into the arena.
void media_parse(struct str header, struct arena *arena, struct media *out);
