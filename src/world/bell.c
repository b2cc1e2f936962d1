// SPDX-License-Identifier: Apache-2.0
#include "world/bell.h"

#include <pthread.h>
#include <time.h>

#include "base/mem.h"

struct bell {
    pthread_mutex_t lock;
    pthread_cond_t rung;
    uint64_t rings;
};

struct bell *bell_new(void)
{
    struct bell *b = mem_alloc(sizeof *b);
    pthread_condattr_t monotonic; // the machine's clock may be set while somebody waits
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&b->lock, NULL);
    pthread_cond_init(&b->rung, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return b;
}

void bell_free(struct bell *b)
{
    if (!b) return;
    pthread_cond_destroy(&b->rung);
    pthread_mutex_destroy(&b->lock);
    mem_free(b);
}

void bell_ring(struct bell *b)
{
    pthread_mutex_lock(&b->lock);
    b->rings++;
    pthread_cond_broadcast(&b->rung);
    pthread_mutex_unlock(&b->lock);
}

uint64_t bell_rings(struct bell *b)
{
    pthread_mutex_lock(&b->lock);
    uint64_t rings = b->rings;
    pthread_mutex_unlock(&b->lock);
    return rings;
}

static struct timespec from_now(int64_t ms)
{
    enum { NS = 1000000000 };
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    t.tv_sec += ms / 1000;
    t.tv_nsec += ms % 1000 * 1000000;
    if (t.tv_nsec >= NS) {
        t.tv_sec++;
        t.tv_nsec -= NS;
    }
    return t;
}

void bell_wait(struct bell *b, uint64_t seen, int64_t ms)
{
    struct timespec until = from_now(ms < 0 ? 0 : ms);
    int late = 0;
    pthread_mutex_lock(&b->lock);
    while (b->rings <= seen && !late)
        late = ms < 0 ? pthread_cond_wait(&b->rung, &b->lock) : pthread_cond_timedwait(&b->rung, &b->lock, &until);
    pthread_mutex_unlock(&b->lock);
}
