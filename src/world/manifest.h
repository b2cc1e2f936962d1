// SPDX-License-Identifier: Apache-2.0
// App manifests (contract manifest.md 1 to 3): what of them decides how an app installs, checked, and the whole of it
// as JSON text. One validator finds every problem with its JSON pointer; who asks decides which of them bind.
#pragma once

#include "world/fields.h"

// What a manifest decides of an app. Lists have one entry a line.
struct manifest {
    struct str name, bot_name; // bot_name empty: made of the name
    struct str redirect_urls, bot, user, bot_optional, user_optional;
    struct str ip_ranges; // p NULL: the manifest has none
    bool pkce, rotation, org_deploy;
    struct str text; // compact JSON, members in order
};

// What a problem is about, and so whom it binds.
enum manifest_rule {
    RULE_ALWAYS,
    RULE_KIND,          // lists of scopes for one kind of token: not for classic apps, whose lists are mixed
    RULE_GRANT,         // what could never be granted: binds apps.manifest.*; a seed may describe what is there
    RULE_KEEP_PKCE,     // binds an app that has it on
    RULE_KEEP_ROTATION, // the same
    RULE_WARN_BOT_USER, // from here on: warnings, which bind nobody
    RULE_WARN_BOT_NAME,
    RULE_WARN_REDIRECT,
    RULE_WARN_MCP,
};

struct manifest_check {
    struct manifest manifest;
    struct field_problems problems; // and warnings
};

// Reads and checks a manifest in JSON or, where it does not start with '{', in YAML, as apps.manifest.* do. Everything
// found lives in the arena; what is too much for it is a problem too.
void manifest_check(struct str text, enum http_redirects http, struct arena *arena, struct manifest_check *out);
// The first problem from `p` on that binds an app of those flags (enum app_flag; 0: a new one); NULL when none does.
const struct field_problem *manifest_binding(const struct field_problem *p, unsigned flags);
// The first warning from `p` on, and its code.
const struct field_problem *manifest_warning(const struct field_problem *p, const char **code);
// Makes the app the one that the manifest describes. A name for its bot may be made in the arena.
void manifest_apply(const struct manifest *m, struct arena *arena, struct app *app);

// The seed's way: reads the manifest at `at` into the app. When the app has a manifest already, the new one is merged
// into it (RFC 7396: null removes a key, lists are replaced). app->flags tells whether the app is a classic one. The
// first problem is told.
MUST_USE enum status manifest_read(const struct field_reader *r, const struct place *at, struct app *app);

// Adds a redirect URL to the app and its manifest. E_CONFLICT: it is there already; E_INVALID: the manifest may not
// have it, *why says why; E_LIMIT: the arena is full.
MUST_USE enum status manifest_add_redirect(struct app *app, struct str url, enum http_redirects http,
                                           struct arena *arena, const char **why);

// manifest_text.c
// A manifest as a tree. E_INVALID with *problem; E_LIMIT: arena full.
MUST_USE enum status manifest_tree(struct str text, struct arena *arena, const struct node **out,
                                   struct yaml_problem *problem);
// `patch` merged into the stored manifest, as a tree; the patch itself when nothing is stored. E_LIMIT: arena full.
MUST_USE enum status manifest_merge(struct str stored, const struct node *patch, struct arena *arena,
                                    const struct node **out);
// The tree as compact JSON. E_LIMIT: it is too large.
MUST_USE enum status manifest_text(const struct node *n, struct arena *arena, struct str *out);
// Writes a stored manifest as a JSON value.
void manifest_write(struct str text, struct json *j, const char *key);
