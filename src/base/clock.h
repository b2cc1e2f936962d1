// SPDX-License-Identifier: Apache-2.0
// The time that expiry, issue dates and rate limits see: the wall clock plus what an administrator added, or a frozen
// moment. Socket timeouts never use it. The wall clock is read through a function that server/ provides, so everything
// else stays testable. Milliseconds since 1970-01-01T00:00:00Z.
#pragma once

#include <stdatomic.h>

#include "base/base.h"

struct clock {
    int64_t (*wall)(void);  // given at init, any thread may call it
    _Atomic int64_t offset; // added to the wall clock
    _Atomic int64_t frozen; // when not 0: the answer
};

void clock_init(struct clock *c, int64_t (*wall)(void));
// Any thread.
int64_t clock_now(struct clock *c);
// Moves the clock by ms (also a frozen one). Any thread; concurrent moves add up.
void clock_advance(struct clock *c, int64_t ms);
// Makes `at` the present moment; a frozen clock stays frozen there.
void clock_set(struct clock *c, int64_t at);
void clock_freeze(struct clock *c);
// A frozen clock runs on from the moment it stood at.
void clock_resume(struct clock *c);
// Back to the wall clock.
void clock_reset(struct clock *c);
bool clock_is_frozen(struct clock *c);
