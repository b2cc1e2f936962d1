// SPDX-License-Identifier: Apache-2.0
#include "world/known.h"

#include <stdatomic.h>

#include "base/mem.h"
#include "base/siphash.h"
#include "crypto/rng.h"

enum { SLOTS = 1 << 14, PROBES = 4, KEY_MAX = 512 };

struct known {
    struct sip_key key;
    _Atomic unsigned turn;
    _Atomic uint64_t tag[SLOTS]; // 0 = free
};

struct known *known_new(struct rng *rng)
{
    struct known *k = mem_alloc(sizeof *k);
    rng_fill(rng, &k->key, sizeof k->key);
    return k;
}

void known_free(struct known *k)
{
    mem_free(k);
}

static uint64_t tag_of(const struct known *k, struct str account, struct str address)
{
    char text[KEY_MAX];
    size_t n = 0;
    account = str_upto(account, KEY_MAX / 2 - 1);
    address = str_upto(address, KEY_MAX / 2);
    if (account.n) memcpy(text, account.p, account.n);
    n = account.n;
    text[n++] = '\0';
    if (address.n) memcpy(text + n, address.p, address.n);
    uint64_t tag = siphash(&k->key, str_make(text, n + address.n));
    return tag ? tag : 1;
}

bool known_has(const struct known *k, struct str account, struct str address)
{
    uint64_t tag = tag_of(k, account, address);
    for (unsigned i = 0; i < PROBES; i++)
        if (atomic_load(&k->tag[(tag + i) % SLOTS]) == tag) return true;
    return false;
}

void known_add(struct known *k, struct str account, struct str address)
{
    uint64_t tag = tag_of(k, account, address);
    if (known_has(k, account, address)) return;
    for (unsigned i = 0; i < PROBES; i++) {
        uint64_t none = 0;
        if (atomic_compare_exchange_strong(&k->tag[(tag + i) % SLOTS], &none, tag)) return;
    }
    atomic_store(&k->tag[(tag + atomic_fetch_add(&k->turn, 1) % PROBES) % SLOTS], tag);
}
