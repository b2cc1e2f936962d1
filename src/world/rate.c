// SPDX-License-Identifier: Apache-2.0
// GCRA (operations.md 9): a bucket is one number, the theoretical arrival time of the next call if all came at the
// sustained rate. A call is allowed while that time is at most the bucket's depth ahead of now.
#include "world/rate.h"

#include <stdatomic.h>

#include "base/mem.h"
#include "base/siphash.h"
#include "crypto/rng.h"

enum { SLOTS = 1 << 16, PROBES = 16, KEY_MAX = 256 };

// A slot belongs to the key whose tag it holds. tat: nanoseconds since 1970; 0 = never used.
struct slot {
    _Atomic uint64_t tag;
    _Atomic int64_t tat;
};

struct rate {
    struct sip_key key;
    struct slot *slots; // zero pages until they are touched
};

struct rate *rate_new(struct rng *rng)
{
    struct rate *r = mem_alloc(sizeof *r);
    rng_fill(rng, &r->key, sizeof r->key);
    r->slots = mem_alloc(SLOTS * sizeof *r->slots);
    return r;
}

void rate_free(struct rate *r)
{
    if (!r) return;
    mem_free(r->slots);
    mem_free(r);
}

void rate_clear(struct rate *r)
{
    // Pages that were never touched stay so.
    for (size_t i = 0; i < SLOTS; i++)
        if (atomic_load(&r->slots[i].tag)) atomic_store(&r->slots[i].tat, 0);
}

static uint64_t tag_of(const struct rate *r, const char *kind, struct str key, struct str key2)
{
    char text[KEY_MAX];
    size_t n = 0;
    const struct str parts[] = {str_of(kind), key, key2};
    for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
        struct str part = str_upto(parts[i], KEY_MAX - 1 - n);
        if (part.n) memcpy(text + n, part.p, part.n);
        n += part.n;
        if (n < KEY_MAX) text[n++] = '\0';
    }
    uint64_t tag = siphash(&r->key, str_make(text, n));
    return tag ? tag : 1;
}

// The key's slot among its neighbours, or the one that is best given up: unused, or full again, or so first.
static struct slot *find_slot(struct rate *r, uint64_t tag, uint64_t *seen, int64_t *tat)
{
    struct slot *best = NULL;
    *tat = INT64_MAX;
    for (size_t i = 0; i < PROBES; i++) {
        struct slot *s = &r->slots[(tag + i) % SLOTS];
        uint64_t holds = atomic_load(&s->tag);
        int64_t until = holds ? atomic_load(&s->tat) : INT64_MIN;
        if (holds == tag || until < *tat) {
            best = s;
            *seen = holds;
            *tat = until;
        }
        if (holds == tag || holds == 0) break;
    }
    return best;
}

// Makes a slot this key's. A number that lies behind us needs no reset: it counts as a full bucket.
static struct slot *claim_slot(struct rate *r, uint64_t tag, int64_t now)
{
    for (;;) {
        uint64_t seen = 0;
        int64_t tat = 0;
        struct slot *s = find_slot(r, tag, &seen, &tat);
        if (seen == tag) return s;
        if (!atomic_compare_exchange_strong(&s->tag, &seen, tag)) continue;
        if (tat > now) atomic_store(&s->tat, 0);
        return s;
    }
}

static unsigned whole_seconds(int64_t ns)
{
    return (unsigned)((ns + 999999999) / 1000000000);
}

unsigned rate_take(struct rate *r, const char *kind, struct str key, struct str key2, struct rate_limit limit,
                   int64_t now_ms)
{
    if (limit.sustained == 0) return 0;
    const int64_t now = now_ms * 1000000, step = INT64_C(60000000000) / limit.sustained;
    const int64_t depth = step * ((int64_t)limit.sustained + limit.burst);
    struct slot *s = claim_slot(r, tag_of(r, kind, key, key2), now);
    int64_t tat = atomic_load(&s->tat), most = now + depth;
    for (;;) {
        // Behind now: a full bucket. Beyond the depth, as after a clock was set back or a limit lowered: an empty one.
        int64_t base = tat < now ? now : tat > most ? most : tat;
        int64_t wait = base + step - most;
        if (wait > 0 && base == tat) return whole_seconds(wait);
        if (atomic_compare_exchange_weak(&s->tat, &tat, wait > 0 ? base : base + step))
            return wait > 0 ? whole_seconds(wait) : 0;
    }
}
