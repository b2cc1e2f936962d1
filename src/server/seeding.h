// SPDX-License-Identifier: Apache-2.0
// The objects a server starts with, read once and kept, so that a reset brings back the very same.
#pragma once

#include "world/objects.h"
#include "world/world.h"

struct seeding {
    struct arena arena;
    struct object *objects;
    size_t n, size;
    bool builtin;
};

// Reads the text of a seed file, or the built-in seed (text.p NULL). E_INVALID with *problem. Release in every case.
MUST_USE enum status seeding_read(struct seeding *s, struct str text, const struct settings *settings, struct rng *rng,
                                  int64_t now, struct object_problem *problem);
void seeding_release(struct seeding *s);
// Puts every object into the store, over what is there; wipe: after everything else was removed. Keeps the secrets of
// apps readable in world->secrets. Waits for the store.
MUST_USE enum status seeding_apply(const struct seeding *s, struct world *w, bool wipe);
// Keeps readable those secrets that are still in force in a store that was filled earlier.
void seeding_note_secrets(const struct seeding *s, struct world *w);
// Whether the store holds a user or workspace with that id. Waits for the store.
bool store_has(struct world *w, enum want_kind kind, struct str id);
// Whether the store holds no app and no user.
bool store_is_empty(struct world *w);
