// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"

void clock_init(struct clock *c, int64_t (*wall)(void))
{
    c->wall = wall;
    atomic_init(&c->offset, 0);
    atomic_init(&c->frozen, 0);
}

int64_t clock_now(struct clock *c)
{
    int64_t frozen = atomic_load_explicit(&c->frozen, memory_order_acquire);
    return frozen ? frozen : c->wall() + atomic_load_explicit(&c->offset, memory_order_acquire);
}

void clock_advance(struct clock *c, int64_t ms)
{
    if (atomic_load(&c->frozen))
        atomic_fetch_add(&c->frozen, ms);
    else
        atomic_fetch_add(&c->offset, ms);
}

void clock_set(struct clock *c, int64_t at)
{
    if (atomic_load(&c->frozen))
        atomic_store(&c->frozen, at);
    else
        atomic_store(&c->offset, at - c->wall());
}

void clock_freeze(struct clock *c)
{
    atomic_store(&c->frozen, clock_now(c));
}

void clock_resume(struct clock *c)
{
    int64_t frozen = atomic_load(&c->frozen);
    if (!frozen) return;
    atomic_store(&c->offset, frozen - c->wall());
    atomic_store(&c->frozen, 0);
}

void clock_reset(struct clock *c)
{
    atomic_store(&c->frozen, 0);
    atomic_store(&c->offset, 0);
}

bool clock_is_frozen(struct clock *c)
{
    return atomic_load(&c->frozen) != 0;
}
