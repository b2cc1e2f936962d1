// SPDX-License-Identifier: Apache-2.0
#include "codec/html.h"

#include "codec/utf8.h"

static const char *entity(uint32_t cp)
{
    switch (cp) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\'': return "&#39;";
    }
    return NULL;
}

// Code points that a browser draws as nothing, or that change what stands around them (Unicode 15: controls, default
// ignorables, bidi marks, fillers, tags). Variation selectors are left alone: they only choose between two pictures.
static const struct {
    uint32_t from, to;
} unseen[] = {
    {0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad}, {0x034f, 0x034f},   {0x061c, 0x061c},   {0x115f, 0x1160},
    {0x17b4, 0x17b5}, {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},
    {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

static bool is_unseen(uint32_t cp)
{
    for (size_t i = 0; i < ARRAY_LEN(unseen); i++)
        if (cp >= unseen[i].from && cp <= unseen[i].to) return true;
    return false;
}

static bool is_plain(char c)
{
    return c >= 0x20 && c < 0x7f && !entity((unsigned char)c);
}

static size_t plain_run(struct str s)
{
    size_t n = 0;
    while (n < s.n && is_plain(s.p[n])) n++;
    return n;
}

// Writes what stands for the first code point of s, answers its size in bytes.
static size_t put_one(struct buf *b, struct str s)
{
    uint32_t cp;
    size_t n = utf8_next(s, &cp);
    if (n == 0) {
        buf_printf(b, "[0x%02X]", (unsigned)(unsigned char)s.p[0]);
        return 1;
    }
    const char *z = entity(cp);
    if (z)
        buf_z(b, z);
    else if (is_unseen(cp))
        buf_printf(b, "[U+%04X]", (unsigned)cp);
    else
        buf_bytes(b, s.p, n);
    return n;
}

void html_escape(struct buf *b, struct str s)
{
    while (s.n) {
        size_t run = plain_run(s);
        buf_str(b, str_upto(s, run));
        s = str_from(s, run);
        if (s.n) s = str_from(s, put_one(b, s));
    }
}
