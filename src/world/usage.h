// SPDX-License-Identifier: Apache-2.0
// When authorizations were last used, by day: people look at it before they revoke one (experience.md 3, "Your apps").
// Once a day for each, by an operation that nobody waits for. Any thread.
#pragma once

#include "world/world.h"

struct usage;

struct usage *usage_new(struct rng *rng);
void usage_free(struct usage *u);
// A token of that authorization was good for a call just now.
void usage_note(struct world *w, const struct install *install, int64_t now);
