// SPDX-License-Identifier: Apache-2.0
// From which addresses somebody has signed in lately: whoever guesses passwords from elsewhere uses up the tries of
// everybody but them (security.md S44). A fixed table, keyed hash, in memory only; what is pushed out or lost at a
// restart is learnt again. Any thread.
#pragma once

#include "base/str.h"

struct known;
struct rng;

struct known *known_new(struct rng *rng);
void known_free(struct known *k);
void known_add(struct known *k, struct str account, struct str address);
bool known_has(const struct known *k, struct str account, struct str address);
