// SPDX-License-Identifier: Apache-2.0
#include "oauth/why.h"

#include <stdarg.h>

#include "codec/utf8.h"

// experience.md 4: a message has at most 300 bytes, "[ERROR] " among them.
enum { DETAIL_MAX = 280, RAW_MAX = 1024, ESCAPE_MAX = 12 };

static const struct cause_row {
    struct str name;
    bool safe;
} rows[CAUSE_COUNT] = {
#define SAFE                   true
#define FULL                   false
#define X(id, cause_id, level) [CAUSE_##id] = {STR_INIT(cause_id), level},
#include "oauth/causes.def"
#undef X
#undef SAFE
#undef FULL
};

struct str cause_name(enum cause c)
{
    assert(c < CAUSE_COUNT);
    return rows[c].name;
}

bool cause_is_safe(enum cause c)
{
    assert(c < CAUSE_COUNT);
    return rows[c].safe;
}

// Writes the first character of *s visibly into out, cuts it off *s, answers the bytes written.
static size_t show_one(struct str *s, char out[ESCAPE_MAX])
{
    uint32_t cp;
    int n;
    size_t size = utf8_next(*s, &cp);
    if (size == 0)
        n = snprintf(out, ESCAPE_MAX, "\\x%02X", (unsigned)(unsigned char)s->p[0]);
    else if (cp >= ' ' && cp <= '~')
        n = snprintf(out, ESCAPE_MAX, "%c", (char)cp);
    else
        n = snprintf(out, ESCAPE_MAX, "U+%04X", (unsigned)cp);
    *s = str_from(*s, size ? size : 1);
    return (size_t)n;
}

// Cut at a whole character, so that an escape never ends half-way.
static size_t show(struct str s, char out[DETAIL_MAX])
{
    char one[ESCAPE_MAX];
    size_t n = 0;
    while (s.n) {
        size_t len = show_one(&s, one);
        if (len > DETAIL_MAX - n) break;
        memcpy(out + n, one, len);
        n += len;
    }
    return n;
}

void why_set(struct why *w, struct arena *arena, enum cause c, const char *fmt, ...)
{
    char raw[RAW_MAX], shown[DETAIL_MAX];
    if (w->cause != CAUSE_NONE) return;
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(raw, sizeof raw, fmt, args);
    va_end(args);
    size_t len = n < 0 ? 0 : (size_t)n < sizeof raw ? (size_t)n : sizeof raw - 1;
    w->cause = c;
    w->detail = arena_str(arena, str_make(shown, show(str_make(raw, len), shown)));
}
