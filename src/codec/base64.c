// SPDX-License-Identifier: Apache-2.0
#include "codec/base64.h"

static const char standard[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char urlsafe[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(const char *alphabet, const uint8_t *p, size_t n, char *out)
{
    uint32_t bits = 0;
    unsigned have = 0;
    for (size_t i = 0; i < n; i++) {
        bits = bits << 8 | p[i];
        for (have += 8; have >= 6;) {
            have -= 6;
            *out++ = alphabet[bits >> have & 63];
        }
    }
    if (have) *out = alphabet[bits << (6 - have) & 63];
}

void base64_encode(const uint8_t *p, size_t n, char *out)
{
    encode(standard, p, n, out);
}

void base64url_encode(const uint8_t *p, size_t n, char *out)
{
    encode(urlsafe, p, n, out);
}

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    return c == '/' ? 63 : -1;
}

// Cuts the padding. With padding the length is a multiple of four; a single left-over character is never right.
static bool unpad(struct str *s)
{
    size_t n = s->n;
    while (n && s->n - n < 2 && s->p[n - 1] == '=') n--;
    if (n != s->n && s->n % 4 != 0) return false;
    s->n = n;
    return n % 4 != 1;
}

enum status base64_decode(struct str s, struct arena *arena, struct str *out)
{
    if (!unpad(&s)) return E_INVALID;
    char *to = arena_alloc(arena, s.n / 4 * 3 + s.n % 4);
    if (!to) return E_LIMIT;
    uint32_t bits = 0;
    unsigned have = 0;
    size_t n = 0;
    for (size_t i = 0; i < s.n; i++) {
        int v = value_of(s.p[i]);
        if (v < 0) return E_INVALID;
        bits = bits << 6 | (uint32_t)v;
        have += 6;
        if (have < 8) continue;
        have -= 8;
        to[n++] = (char)(bits >> have & 0xff);
    }
    // RFC 4648 3.5: left-over bits other than zero would let two texts mean the same bytes.
    if (bits & ((1u << have) - 1)) return E_INVALID;
    *out = str_make(to, n);
    return OK;
}
