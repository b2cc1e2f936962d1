// SPDX-License-Identifier: Apache-2.0
// App manifests (contract manifest.md 1 to 3): what of them decides how an app installs, checked, and the whole of it
// as JSON text.
#pragma once

#include "world/fields.h"

// Reads the manifest at `at` into what it decides of the app: name, bot_name, redirect URLs, scope lists, the flags
// APP_PKCE, APP_ROTATION and APP_ORG_DEPLOY, and the text. When the app has a manifest already, the new one is merged
// into it (RFC 7396: null removes a key, lists are replaced). app->flags tells whether the app is a classic one.
MUST_USE enum status manifest_read(const struct field_reader *r, const struct place *at, struct app *app);
// Writes a stored manifest as a JSON value. Scratch memory comes from the arena.
void manifest_write(struct str text, struct arena *arena, struct json *j, const char *key);

// manifest_text.c
// `patch` merged into the stored manifest, as a tree; the patch itself when nothing is stored. E_LIMIT: arena full.
MUST_USE enum status manifest_merge(struct str stored, const struct node *patch, struct arena *arena,
                                    const struct node **out);
// The tree as compact JSON. E_LIMIT: it is too large.
MUST_USE enum status manifest_text(const struct node *n, struct arena *arena, struct str *out);
