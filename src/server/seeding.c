// SPDX-License-Identifier: Apache-2.0
#include "server/seeding.h"

#include "base/mem.h"
#include "oauth/credential.h"
#include "world/secrets.h"

static enum status keep(void *ctx, const struct object *o)
{
    struct seeding *s = ctx;
    if (s->n == s->size) {
        s->size = s->size ? 2 * s->size : 16;
        s->objects = mem_realloc(s->objects, s->size * sizeof *s->objects);
    }
    s->objects[s->n++] = *o;
    return OK;
}

enum status seeding_read(struct seeding *s, struct str text, const struct settings *settings, struct rng *rng,
                         int64_t now, struct object_problem *problem)
{
    enum { TREE_FACTOR = 32 }; // a node for each few bytes of the text
    struct object_context ctx = {.arena = &s->arena, .rng = rng, .http = settings->allow_http_redirects, .now = now};
    struct seed_sink sink = {keep, s};
    *s = (struct seeding){.builtin = !text.p};
    arena_init(&s->arena, (size_t)TREE_FACTOR * LIMIT_SEED_FILE);
    return seed_read(text.p ? text : seed_builtin(), &ctx, &sink, problem);
}

void seeding_release(struct seeding *s)
{
    mem_free(s->objects);
    arena_release(&s->arena);
}

// Writes that go into one operation.
struct batch {
    struct write writes[OP_WRITES_MAX];
    unsigned n;
    struct world *world;
};

static enum wire_err put_batch(struct op *op)
{
    const struct batch *b = op->ctx;
    for (unsigned i = 0; i < b->n; i++) *op_write(op, b->writes[i].kind) = b->writes[i];
    return W_OK;
}

static enum status run(struct world *w, struct op *op)
{
    op->now = clock_now(&w->clock);
    store_run(w->store, op);
    return op->outcome == OP_DONE ? OK : op->fault ? op->fault : E_IO;
}

static enum status flush(struct batch *b)
{
    static const struct op_type type = {.name = "seed", .decide = put_batch};
    struct arena arena;
    if (!b->n) return OK;
    arena_init(&arena, LIMIT_ARENA);
    struct op op = {.type = &type, .arena = &arena, .ctx = b};
    enum status status = run(b->world, &op);
    arena_release(&arena);
    b->n = 0;
    return status;
}

static enum status put(struct batch *b, enum write_kind kind, const void *row)
{
    if (b->n == OP_WRITES_MAX) TRY(flush(b));
    b->writes[b->n++] = (struct write){.kind = kind, .row = row};
    return OK;
}

static enum status put_object(struct batch *b, const struct object *o)
{
    switch (o->kind) {
    case OBJECT_ENTERPRISE: return put(b, PUT_ENTERPRISE, &o->enterprise);
    case OBJECT_USER: return put(b, PUT_USER, &o->user);
    case OBJECT_APP: return put(b, PUT_APP, &o->app);
    default: break;
    }
    TRY(put(b, PUT_WORKSPACE, &o->workspace));
    for (size_t i = 0; i < o->nchannels; i++) TRY(put(b, PUT_CHANNEL, &o->channels[i]));
    return OK;
}

static void note(struct world *w, const struct object *o)
{
    if (w->dev) secret_notes_set(w->secrets, id_str(&o->app.id), o->client_secret, o->signing_secret);
}

enum status seeding_apply(const struct seeding *s, struct world *w, bool wipe)
{
    struct batch b = {.world = w};
    if (wipe) {
        TRY(put(&b, WIPE_ALL, NULL));
        secret_notes_clear(w->secrets);
    }
    for (size_t i = 0; i < s->n; i++) {
        TRY(put_object(&b, &s->objects[i]));
        if (s->objects[i].kind == OBJECT_APP) note(w, &s->objects[i]);
    }
    return flush(&b);
}

static void want_app(struct op *op, unsigned round)
{
    const struct object *o = op->ctx;
    if (round == 0) op_want(op, WANT_APP, id_str(&o->app.id), str_of(NULL), str_of(NULL));
}

// The secrets of the object are those that the stored app has now.
static bool still_in_force(const struct app *stored, const struct app *seeded)
{
    bool found = false;
    for (unsigned i = 0; stored && i < stored->nsecrets; i++)
        found = found || hash_equal(&stored->secrets[i].hash, &seeded->secrets[0].hash);
    return found;
}

void seeding_note_secrets(const struct seeding *s, struct world *w)
{
    static const struct op_type type = {.name = "seed app", .want = want_app};
    for (size_t i = 0; i < s->n; i++) {
        struct arena arena;
        if (s->objects[i].kind != OBJECT_APP) continue;
        arena_init(&arena, LIMIT_ARENA);
        struct op op = {.type = &type, .arena = &arena, .ctx = &s->objects[i]};
        if (!run(w, &op) && still_in_force(op_row(&op, 0), &s->objects[i].app)) note(w, &s->objects[i]);
        op_release(&op);
        arena_release(&arena);
    }
}

static void want_first(struct op *op, unsigned round)
{
    if (round) return;
    op_want(op, WANT_FIRST_APP, str_of(NULL), str_of(NULL), str_of(NULL));
    op_want(op, WANT_FIRST_USER, str_of(NULL), str_of(NULL), str_of(NULL));
}

bool store_is_empty(struct world *w)
{
    static const struct op_type type = {.name = "first rows", .want = want_first};
    struct arena arena;
    arena_init(&arena, LIMIT_ARENA);
    struct op op = {.type = &type, .arena = &arena};
    bool empty = !run(w, &op) && !op_row(&op, 0) && !op_row(&op, 1);
    op_release(&op);
    arena_release(&arena);
    return empty;
}

struct lookup {
    enum want_kind kind;
    struct str id;
};

static void want_one(struct op *op, unsigned round)
{
    const struct lookup *l = op->ctx;
    if (round == 0) op_want(op, l->kind, l->id, str_of(NULL), str_of(NULL));
}

bool store_has(struct world *w, enum want_kind kind, struct str id)
{
    static const struct op_type type = {.name = "one row", .want = want_one};
    struct lookup lookup = {kind, id};
    struct arena arena;
    arena_init(&arena, LIMIT_ARENA);
    struct op op = {.type = &type, .arena = &arena, .ctx = &lookup};
    bool found = !run(w, &op) && op_row(&op, 0);
    op_release(&op);
    arena_release(&arena);
    return found;
}
