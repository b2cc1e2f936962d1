// SPDX-License-Identifier: Apache-2.0
#include "world/usage.h"

#include "base/mem.h"
#include "base/siphash.h"
#include "crypto/rng.h"

enum { SLOTS = 1 << 12, DAY_MS = 24 * 3600 * 1000, KEY_MAX = 3 * LIMIT_ID + 24 };

// What was handed to the store lately, so that a burst of calls makes one operation and not one each. What is pushed
// out is written twice, which changes nothing.
struct usage {
    struct sip_key key;
    _Atomic uint64_t tag[SLOTS];
};

struct usage *usage_new(struct rng *rng)
{
    struct usage *u = mem_alloc(sizeof *u);
    rng_fill(rng, &u->key, sizeof u->key);
    return u;
}

void usage_free(struct usage *u)
{
    mem_free(u);
}

// false: it was handed over already.
static bool claim(struct usage *u, const struct install *i, int64_t day)
{
    char text[KEY_MAX];
    int n = snprintf(text, sizeof text, "%s %s %s %llx", i->app.s, i->owner.s, i->subject.s,
                     (unsigned long long)(i->epoch ^ day));
    uint64_t tag = siphash(&u->key, str_make(text, (size_t)n));
    return atomic_exchange(&u->tag[tag % SLOTS], tag) != tag;
}

// On its own: the request that it came from does not wait.
struct noted {
    struct op op;
    struct arena arena;
    struct install install;
    int64_t day;
};

static enum wire_err decide(struct op *op)
{
    struct noted *n = op->ctx;
    struct write *w = op_write(op, USE_INSTALL);
    w->row = &n->install;
    w->at = n->day;
    return W_OK;
}

static const struct op_type op_use = {.name = "use_install", .decide = decide};

static void done(struct op *op)
{
    struct noted *n = op->ctx;
    arena_release(&n->arena);
    mem_free(n);
}

void usage_note(struct world *w, const struct install *install, int64_t now)
{
    int64_t day = now - now % DAY_MS;
    if (!w->usage || install->used >= day || !claim(w->usage, install, day)) return;
    struct noted *n = mem_alloc(sizeof *n);
    *n = (struct noted){.install = *install, .day = day};
    n->install.scopes = (struct str){NULL, 0}; // borrowed, and not needed
    arena_init(&n->arena, LIMIT_CREDENTIAL);
    n->op = (struct op){.type = &op_use, .arena = &n->arena, .ctx = n, .now = now, .done = done};
    if (!store_submit(w->store, &n->op)) done(&n->op); // too much to do: the next day's first use tells
}
