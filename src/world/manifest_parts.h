// SPDX-License-Identifier: Apache-2.0
// What the files of the manifest share: the tables of its keys, and the rules beyond them.
#pragma once

#include "world/manifest.h"

// Everything that is read of a manifest. Texts may live in its tree.
struct manifest_parts {
    struct manifest m;
    struct str event_url, bot_events, user_events, interactivity_url;
    size_t subscriptions;
    bool socket_mode, interactive;
    struct str ignored; // checked, and kept in the text only
    bool ignored_bool;
};

// manifest_fields.c: contract manifest.md 1 and 2, into a struct manifest_parts.
extern const struct fields manifest_keys;

// manifest_rules.c: contract manifest.md 3. Problems of the tables may have been found before. E_LIMIT: enough found.
MUST_USE enum status manifest_rules(const struct field_reader *r, const struct place *at,
                                    const struct manifest_parts *parts);
// What an update may not take back, and what is no problem but worth a warning.
MUST_USE enum status manifest_remarks(const struct field_reader *r, const struct place *at,
                                      const struct manifest_parts *parts);
