// SPDX-License-Identifier: Apache-2.0
// How one thread is told that something has changed which it may be waiting for: events were added, the admin clock was
// moved. Rings are counted, so that one that comes between looking and waiting is not lost. Any thread.
#pragma once

#include "base/base.h"

struct bell;

struct bell *bell_new(void);
void bell_free(struct bell *b);
void bell_ring(struct bell *b);
// How often it was rung so far.
uint64_t bell_rings(struct bell *b);
// Waits until it has been rung more often than `seen` times, for at most ms milliseconds of real time; ms < 0: without
// end.
void bell_wait(struct bell *b, uint64_t seen, int64_t ms);
