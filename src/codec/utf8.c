// SPDX-License-Identifier: Apache-2.0
#include "codec/utf8.h"

// What may follow a lead byte: the number of continuation bytes and the range of the first of them (RFC 3629 4). The
// narrowed ranges are what keeps out overlong forms, surrogates and values above U+10FFFF.
struct lead {
    unsigned char from, to;
    unsigned char more;
    unsigned char low, high;
    unsigned char bits; // of the lead byte that belong to the code point
};

static const struct lead leads[] = {
    {0xc2, 0xdf, 1, 0x80, 0xbf, 0x1f}, {0xe0, 0xe0, 2, 0xa0, 0xbf, 0x0f}, {0xe1, 0xec, 2, 0x80, 0xbf, 0x0f},
    {0xed, 0xed, 2, 0x80, 0x9f, 0x0f}, {0xee, 0xef, 2, 0x80, 0xbf, 0x0f}, {0xf0, 0xf0, 3, 0x90, 0xbf, 0x07},
    {0xf1, 0xf3, 3, 0x80, 0xbf, 0x07}, {0xf4, 0xf4, 3, 0x80, 0x8f, 0x07},
};

static const struct lead *lead_of(unsigned char c)
{
    for (size_t i = 0; i < ARRAY_LEN(leads); i++)
        if (c >= leads[i].from && c <= leads[i].to) return &leads[i];
    return NULL;
}

size_t utf8_next(struct str s, uint32_t *cp)
{
    const unsigned char *p = (const unsigned char *)s.p;
    if (s.n == 0) return 0;
    if (p[0] < 0x80) {
        *cp = p[0];
        return 1;
    }
    const struct lead *lead = lead_of(p[0]);
    if (!lead || s.n <= lead->more || p[1] < lead->low || p[1] > lead->high) return 0;
    uint32_t v = p[0] & lead->bits;
    for (size_t i = 1; i <= lead->more; i++) {
        if ((p[i] & 0xc0) != 0x80) return 0;
        v = v << 6 | (p[i] & 0x3fu);
    }
    *cp = v;
    return (size_t)lead->more + 1;
}

// Most text is ASCII: eight bytes at a time.
static size_t ascii_run(struct str s)
{
    size_t n = 0;
    for (uint64_t word; n + sizeof word <= s.n; n += sizeof word) {
        memcpy(&word, s.p + n, sizeof word);
        if (word & 0x8080808080808080u) break;
    }
    while (n < s.n && (unsigned char)s.p[n] < 0x80) n++;
    return n;
}

bool utf8_valid(struct str s)
{
    uint32_t cp;
    for (s = str_from(s, ascii_run(s)); s.n; s = str_from(s, ascii_run(s))) {
        size_t n = utf8_next(s, &cp);
        if (n == 0) return false;
        s = str_from(s, n);
    }
    return true;
}

struct str utf8_from_latin1(struct str s, struct arena *arena)
{
    size_t high = 0;
    for (size_t i = 0; i < s.n; i++) high += (unsigned char)s.p[i] >= 0x80;
    if (high == 0) return s;
    char *out = arena_alloc(arena, s.n + high);
    if (!out) return (struct str){NULL, 0};
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        if (c >= 0x80) out[n++] = (char)(0xc0 | c >> 6);
        out[n++] = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
    }
    return (struct str){out, n};
}
