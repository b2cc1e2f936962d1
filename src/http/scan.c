// SPDX-License-Identifier: Apache-2.0
#include "http/scan.h"

#define EACH_BYTE(b) (0x0101010101010101u * (uint64_t)(b))

void scan_init_head(struct scan *s)
{
    s->state = SCAN_FIRST;
}

void scan_init_trailer(struct scan *s)
{
    s->state = SCAN_LINE_START;
}

static bool is_plain(char c)
{
    unsigned char u = (unsigned char)c;
    return u >= 0x20 && u != 0x7F;
}

// Bit 7 of each byte that is below 0x20 or is DEL; bytes above the lowest such byte may be marked wrongly.
static uint64_t control_marks(uint64_t x)
{
    uint64_t del = x ^ EACH_BYTE(0x7F);
    uint64_t below = (x - EACH_BYTE(0x20)) & ~x;
    uint64_t zero = (del - EACH_BYTE(1)) & ~del;
    return (below | zero) & EACH_BYTE(0x80);
}

// How many of the n bytes come before the first control character.
static size_t plain_run(const char *p, size_t n)
{
    size_t i = 0;
    for (; n - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
        uint64_t x;
        memcpy(&x, p + i, sizeof x);
        if (control_marks(x)) break;
    }
    while (i < n && is_plain(p[i])) i++;
    return i;
}

// One byte that is not inside a line. False when it may not stand there.
static bool step(struct scan *s, char c)
{
    switch (s->state) {
    case SCAN_FIRST: s->state = c == '\r' ? SCAN_FIRST_LF : SCAN_LINE; return c == '\r' || (is_plain(c) && c != ' ');
    case SCAN_FIRST_LF: s->state = SCAN_SECOND; return c == '\n';
    case SCAN_SECOND: s->state = SCAN_LINE; return is_plain(c) && c != ' ';
    case SCAN_LINE_START:
        s->state = c == '\r' ? SCAN_LAST_LF : SCAN_LINE;
        return c == '\r' || (is_plain(c) && c != ' ');
    case SCAN_LINE: s->state = c == '\r' ? SCAN_LINE_LF : SCAN_LINE; return c == '\r' || c == '\t';
    case SCAN_LINE_LF: s->state = SCAN_LINE_START; return c == '\n';
    case SCAN_LAST_LF: return c == '\n';
    }
    return false;
}

enum scan_result scan_feed(struct scan *s, const char *p, size_t n, size_t *used)
{
    for (size_t i = 0; i < n; i++) {
        if (s->state == SCAN_LINE) i += plain_run(p + i, n - i);
        if (i == n) break;
        bool last = s->state == SCAN_LAST_LF;
        if (!step(s, p[i])) return SCAN_BAD;
        if (last) {
            *used = i + 1;
            return SCAN_END;
        }
    }
    *used = n;
    return SCAN_MORE;
}
