// SPDX-License-Identifier: Apache-2.0
// The settings by their contract names: one row each in settings.def feeds parser, admin API, check and help.
#pragma once

#include "base/buf.h"
#include "base/status.h"
#include "oauth/settings.h"

struct settings_box;

// Built-in defaults; dev: those of development mode (explain on, http loopback redirects); strict: no hints.
void settings_defaults(struct settings *s, bool dev, bool strict);
// Sets one by name from text ("on", "600", "600/min+0", "hpt xox"); NULL value: back to *defaults. E_NOTFOUND: no such
// setting (*problem holds the nearest name, if any); E_INVALID: the value is not allowed (*problem says what is).
MUST_USE enum status settings_set(struct settings *s, struct str name, const struct str *value,
                                  const struct settings *defaults, char problem[160]);
// Writes all as a JSON object {"redirect_uri_lenient":"off", ...}.
void settings_write(const struct settings *s, struct buf *out);

// Holds the snapshot in force and the older ones that requests may still read.
struct settings_box *settings_box_new(const struct settings *defaults);
void settings_box_free(struct settings_box *b);
const struct settings *settings_now(struct settings_box *b); // any thread
const struct settings *settings_initial(struct settings_box *b);
void settings_replace(struct settings_box *b, const struct settings *s); // any thread
