// SPDX-License-Identifier: Apache-2.0
// The objects of a seed file, which the admin API speaks too (interfaces.md): maps to rows and rows to JSON. Each
// kind's keys are rows of a table; an unknown key is an error with its line and the nearest valid key.
#pragma once

#include "codec/json.h"
#include "codec/yaml.h"
#include "oauth/rows.h"
#include "oauth/settings.h"

struct rng;
struct secret_notes;

enum object_kind { OBJECT_ENTERPRISE, OBJECT_WORKSPACE, OBJECT_USER, OBJECT_APP, OBJECT_KINDS };

struct object_problem {
    unsigned line, column; // 0 when it is not about one place
    char key[96];          // "apps[2].manifest.oauth_config.redirect_urls[0]"
    char text[200];        // what is wrong
    char nearest[64];      // the nearest valid key or value, may be empty
};

// A parsed object. Strings live in the arena that was given.
struct object {
    enum object_kind kind;
    union {
        struct enterprise enterprise;
        struct workspace workspace;
        struct user user;
        struct app app;
    };
    const struct channel *channels; // workspace: those named; NULL when the key is absent
    size_t nchannels;
    struct str client_secret, signing_secret; // app: as given, or made at random when they were absent; empty after a
                                              // patch that does not name them
};

struct object_context {
    struct arena *arena;
    struct rng *rng;          // makes ids and secrets that are absent
    enum http_redirects http; // which redirect URLs may be configured
    int64_t now;              // ms, for created
    const char *where;        // prefix of problem.key, "apps[2]"; may be NULL
};

// Reads a map into *o. base: the object to patch (absent keys keep its values), NULL for a new one. E_INVALID with
// *problem filled.
MUST_USE enum status object_read(enum object_kind kind, const struct node *map, const struct object *base,
                                 const struct object_context *ctx, struct object *o, struct object_problem *problem);
// Draws an id of that kind when there is none: letter, 0, nine characters (contract formats.md 1).
void object_new_id(struct rng *rng, char letter, struct id *id);
// Gives a new app what it lacks: id, client id, client secret, signing secret, verification token, and the hashes.
void object_new_app(const struct object_context *ctx, struct object *o);
// Writes the object as in the seed file. notes: adds readable secrets of an app when it has them, may be NULL.
void object_write(const struct object *o, struct secret_notes *notes, struct arena *arena, struct json *j,
                  const char *key);

// A whole seed file: calls `each` per object in an order that can be inserted; checks references (a user's workspace,
// an app's owner) and repeated ids. E_INVALID with *problem.
struct seed_sink {
    enum status (*each)(void *ctx, const struct object *o);
    void *ctx;
};
MUST_USE enum status seed_read(struct str text, const struct object_context *ctx, const struct seed_sink *sink,
                               struct object_problem *problem);
// The seed of a dev server without a seed file: the contract's people and places and the app "demo". Static text.
struct str seed_builtin(void);
