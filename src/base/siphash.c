// SPDX-License-Identifier: Apache-2.0
// After the definition by Aumasson and Bernstein, "SipHash: a fast short-input PRF", section 2.
#include "base/siphash.h"

struct state {
    uint64_t v0, v1, v2, v3;
};

static uint64_t rotl(uint64_t x, unsigned n)
{
    return x << n | x >> (64 - n);
}

static void rounds(struct state *s, unsigned n)
{
    while (n--) {
        s->v0 += s->v1;
        s->v1 = rotl(s->v1, 13) ^ s->v0;
        s->v0 = rotl(s->v0, 32);
        s->v2 += s->v3;
        s->v3 = rotl(s->v3, 16) ^ s->v2;
        s->v0 += s->v3;
        s->v3 = rotl(s->v3, 21) ^ s->v0;
        s->v2 += s->v1;
        s->v1 = rotl(s->v1, 17) ^ s->v2;
        s->v2 = rotl(s->v2, 32);
    }
}

// n bytes, little end first.
static uint64_t word(const char *p, size_t n)
{
    uint64_t w = 0;
    for (size_t i = 0; i < n; i++) w |= (uint64_t)(unsigned char)p[i] << (8 * i);
    return w;
}

static void mix(struct state *s, uint64_t m)
{
    s->v3 ^= m;
    rounds(s, 2);
    s->v0 ^= m;
}

uint64_t siphash(const struct sip_key *key, struct str s)
{
    struct state h = {key->k0 ^ UINT64_C(0x736f6d6570736575), key->k1 ^ UINT64_C(0x646f72616e646f6d),
                      key->k0 ^ UINT64_C(0x6c7967656e657261), key->k1 ^ UINT64_C(0x7465646279746573)};
    size_t whole = s.n / 8 * 8;
    for (size_t i = 0; i < whole; i += 8) mix(&h, word(s.p + i, 8));
    mix(&h, (uint64_t)s.n << 56 | word(s.n > whole ? s.p + whole : "", s.n - whole));
    h.v2 ^= 0xff;
    rounds(&h, 4);
    return h.v0 ^ h.v1 ^ h.v2 ^ h.v3;
}
