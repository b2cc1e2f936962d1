// SPDX-License-Identifier: Apache-2.0
#include "oauth/locator.h"

#include "crypto/digest.h"

// formats.md 3.1: 41 bits of milliseconds, 10 of shard, 5 of node, 7 of sequence.
enum { SEQUENCE_BITS = 7, NODE_BITS = 5, SHARD_BITS = 10 };
enum { NODE_SHIFT = SEQUENCE_BITS, SHARD_SHIFT = NODE_SHIFT + NODE_BITS, MS_SHIFT = SHARD_SHIFT + SHARD_BITS };
enum { NODE_MAX = (1 << NODE_BITS) - 1, SEQUENCE_MASK = (1 << SEQUENCE_BITS) - 1 };

static const int64_t epoch_ms = 1577836800000; // 2020-01-01T00:00:00Z
static const int64_t first_ms = 1;             // so that no locator is 0
// A clock beyond this (an administrator's) counts on from here; what is left of the 41 bits is room for that.
static const int64_t last_ms = (INT64_C(1) << 41) - (INT64_C(1) << 30);
static const uint64_t group = 10000000000;  // 10^10
static const uint64_t hi_base = 1000000000; // makes the first group ten digits, the first of them a 1

void locators_init(struct locators *g, unsigned node, int64_t last)
{
    assert(node <= NODE_MAX && last >= 0);
    g->node = node;
    atomic_store(&g->floor_ms, last ? (last >> MS_SHIFT) + 1 : first_ms);
    for (unsigned i = 0; i < LOCATOR_SHARDS; i++) atomic_store(&g->last[i], 0);
}

// The millisecond to count in. The floor rises with the clock, so a clock that steps back moves no shard back.
static uint64_t raise_floor(struct locators *g, int64_t now)
{
    int64_t ms = now - epoch_ms;
    if (ms > last_ms) ms = last_ms;
    int64_t floor = atomic_load(&g->floor_ms);
    while (ms > floor)
        if (atomic_compare_exchange_weak(&g->floor_ms, &floor, ms)) return (uint64_t)ms;
    return (uint64_t)floor;
}

int64_t locator_next(struct locators *g, unsigned shard, int64_t now)
{
    assert(shard < LOCATOR_SHARDS);
    uint64_t want = raise_floor(g, now) << SEQUENCE_BITS;
    uint64_t last = atomic_load(&g->last[shard]), next;
    do {
        // A full sequence carries into the millisecond: the shard runs ahead of the clock until that catches up.
        next = want > last ? want : last + 1;
    } while (!atomic_compare_exchange_weak(&g->last[shard], &last, next));
    assert(next >> SEQUENCE_BITS < UINT64_C(1) << 41);
    return (int64_t)(next >> SEQUENCE_BITS << MS_SHIFT | (uint64_t)shard << SHARD_SHIFT |
                     (uint64_t)g->node << NODE_SHIFT | (next & SEQUENCE_MASK));
}

unsigned locator_shard(struct str id)
{
    uint8_t digest[SHA256_SIZE];
    sha256_one(id, digest);
    return (unsigned)digest[0] << 2 | (unsigned)digest[1] >> 6;
}

unsigned locator_shard_of(int64_t id)
{
    return (unsigned)(id >> SHARD_SHIFT) & (LOCATOR_SHARDS - 1);
}

int64_t locator_ms(int64_t id)
{
    return (id >> MS_SHIFT) + epoch_ms;
}

static void put_digits(uint64_t v, unsigned base, char *out, size_t n)
{
    static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    while (n) {
        out[--n] = digits[v % base];
        v /= base;
    }
}

void locator_format(int64_t id, char hi[LOCATOR_HI_DIGITS], char lo[LOCATOR_LO_DIGITS])
{
    put_digits(hi_base + (uint64_t)id / group, 10, hi, LOCATOR_HI_DIGITS);
    put_digits((uint64_t)id % group, 10, lo, LOCATOR_LO_DIGITS);
}

static bool in_range(uint64_t v, int64_t *out)
{
    if (v == 0 || v > INT64_MAX) return false;
    *out = (int64_t)v;
    return true;
}

bool locator_parse(struct str hi, struct str lo, int64_t *out)
{
    uint64_t h, l;
    if (hi.n != LOCATOR_HI_DIGITS || lo.n != LOCATOR_LO_DIGITS || hi.p[0] != '1') return false;
    if (!str_u64(hi, UINT64_MAX, &h) || !str_u64(lo, UINT64_MAX, &l)) return false;
    // At most 999999999 * 10^10 + 9999999999, which 64 bits hold.
    return in_range((h - hi_base) * group + l, out);
}

void locator_format_b36(int64_t id, char out[LOCATOR_B36_SIZE])
{
    put_digits((uint64_t)id, 36, out, LOCATOR_B36_SIZE);
}

static int b36_value(char c)
{
    if (ascii_digit(c)) return c - '0';
    return c >= 'A' && c <= 'Z' ? c - 'A' + 10 : -1;
}

bool locator_parse_b36(struct str s, int64_t *out)
{
    uint64_t v = 0;
    if (s.n != LOCATOR_B36_SIZE) return false;
    for (size_t i = 0; i < s.n; i++) {
        int digit = b36_value(s.p[i]);
        if (digit < 0 || v > (uint64_t)INT64_MAX / 36) return false;
        v = v * 36 + (uint64_t)digit;
    }
    return in_range(v, out);
}
