// SPDX-License-Identifier: Apache-2.0
#include "server/clocks.h"

#include <stdatomic.h>
#include <time.h>

#define SEEDED_START INT64_C(1767225600000)

// struct clock reads its wall through a plain function, so the moment of the winding back has to stand here.
static _Atomic uint64_t wound_back_ns;

int64_t time_wall(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

uint64_t time_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

int64_t time_seeded(void)
{
    return SEEDED_START + (int64_t)((time_ns() - atomic_load(&wound_back_ns)) / 1000000);
}

void time_seeded_wind_back(void)
{
    atomic_store(&wound_back_ns, time_ns());
}
