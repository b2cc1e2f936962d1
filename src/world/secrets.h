// SPDX-License-Identifier: Apache-2.0
// dev only: the client secrets and signing secrets of the seed and of apps made at run time, kept readable in memory so
// that they can be shown (interfaces.md, seed file). serve never fills it. Any thread.
#pragma once

#include "base/arena.h"

struct secret_notes *secret_notes_new(void);
void secret_notes_free(struct secret_notes *n);
void secret_notes_clear(struct secret_notes *n);
void secret_notes_set(struct secret_notes *n, struct str app_id, struct str client_secret, struct str signing_secret);
// Copies into the arena; both empty when nothing is known of the app.
void secret_notes_get(struct secret_notes *n, struct str app_id, struct arena *arena, struct str *client_secret,
                      struct str *signing_secret);
