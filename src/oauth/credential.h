// SPDX-License-Identifier: Apache-2.0
// Codes, tokens, webhook paths, client secrets: their grammar, their hashes (contract formats.md 3). Pure.
#pragma once

#include "base/arena.h"
#include "oauth/rows.h"
#include "oauth/settings.h"

enum cred_kind {
    CRED_CODE,
    CRED_BOT,
    CRED_USER,
    CRED_ROT_BOT,
    CRED_ROT_USER,
    CRED_REFRESH,
    CRED_APP_LEVEL,
    CRED_WEBHOOK,
    CRED_SESSION, // cookie of a browser
    CRED_FORM     // hidden field of a page
};

// What a presented string turned out to be: enough to find the row and to compare. The string itself is not kept.
struct credential {
    enum cred_kind kind;
    int64_t id;
    struct hash hash;
};

// Random characters of each kind, made where the random source is; mint() takes what its kind needs.
struct secret_text {
    char hex[64]; // lower-case
    char b62[24];
};

// What else stands in a credential; all public.
struct mint_names {
    struct str client_id; // empty for configuration tokens
    struct str team;      // webhook: workspace id
    struct str app;       // app-level: app id
    struct str stem;      // token_prefix in force, "xox"
};

// Parses a code; false: it cannot be one of ours (invalid_code without a look-up).
MUST_USE bool credential_parse_code(struct str s, struct credential *out);
// Parses an access, refresh or app-level token with any of the stems in force.
MUST_USE bool credential_parse_token(struct str s, const struct settings *settings, struct credential *out);
// Parses the path of a webhook URL, from "/services/" on.
MUST_USE bool credential_parse_webhook(struct str path, struct credential *out);
// Parses a session's cookie or a form's token.
MUST_USE bool credential_parse_session(struct str s, struct credential *out);
MUST_USE bool credential_parse_form(struct str s, struct credential *out);
// Makes the string in the arena ({NULL,0} when that is full) and its hash. For a webhook: the path.
struct str credential_mint(enum cred_kind kind, int64_t id, const struct mint_names *names,
                           const struct secret_text *secret, struct arena *arena, struct hash *hash);
// "bot 1087118042-8902412305": how a credential is named in logs and hints.
struct str credential_label(const char *kind, int64_t id, struct arena *arena);

// Hash of a client secret: over client id, ':', secret.
void client_secret_hash(struct str client_id, struct str secret, struct hash *out);
void signing_secret_hash(struct str secret, struct hash *out);
// Constant time; a NULL stored hash is compared with fixed bytes, so that an absent row takes as long.
bool hash_equal(const struct hash *stored, const struct hash *given);

// The bot user and bot of an app in a workspace or org: stable, made from the ids (oauth.v2.access.md 9.2).
struct id bot_user_id(const struct id *app, const struct id *owner);
struct id bot_id(const struct id *app, const struct id *owner);
