// SPDX-License-Identifier: Apache-2.0
// The only place that reads clocks. Any thread.
#pragma once

#include <stdint.h>

// ms since 1970.
int64_t time_wall(void);
// Monotonic.
uint64_t time_ns(void);
// dev --seed: a clock that stood at 2026-01-01T00:00:00Z when it was last wound back, and has run since.
int64_t time_seeded(void);
void time_seeded_wind_back(void);
