// SPDX-License-Identifier: Apache-2.0
#include "admin/rows.h"

#include "base/mem.h"

// Where the row of a kind stands in an object, and how it is read, listed, written and removed.
static const struct {
    enum want_kind want;
    enum list_kind list;
    enum write_kind put, drop;
    size_t offset, size;
} kinds[OBJECT_KINDS] = {
#define MEMBER(m) offsetof(struct object, m), sizeof(struct m)
    [OBJECT_ENTERPRISE] = {WANT_ENTERPRISE, LIST_ENTERPRISES, PUT_ENTERPRISE, DROP_ENTERPRISE, MEMBER(enterprise)},
    [OBJECT_WORKSPACE] = {WANT_WORKSPACE, LIST_WORKSPACES, PUT_WORKSPACE, DROP_WORKSPACE, MEMBER(workspace)},
    [OBJECT_USER] = {WANT_USER, LIST_USERS, PUT_USER, DROP_USER, MEMBER(user)},
    [OBJECT_APP] = {WANT_APP, LIST_APPS, PUT_APP, PUT_APP, MEMBER(app)},
#undef MEMBER
};

static void want_all(struct op *op, unsigned round)
{
    const struct lookup *l = op->ctx;
    for (unsigned i = 0; round == 0 && i < l->n; i++)
        op_want(op, l->asks[i].kind, l->asks[i].key, str_of(NULL), str_of(NULL));
}

void lookup_add(struct lookup *l, enum want_kind kind, struct str key)
{
    assert(l->n < ASKS_MAX);
    l->asks[l->n].kind = kind;
    l->asks[l->n++].key = key;
}

int lookup_run(struct admin_call *c, struct lookup *l)
{
    static const struct op_type type = {.name = "admin read", .want = want_all};
    l->op = (struct op){.type = &type, .arena = c->req->arena, .ctx = l, .now = c->req->now};
    store_run(c->world->store, &l->op);
    if (l->op.outcome == OP_DONE) return 0;
    return problem(c, P_STORE, "the read failed: %s", status_name(l->op.fault));
}

enum want_kind rows_want(enum object_kind kind)
{
    return kinds[kind].want;
}

bool rows_object(enum object_kind kind, const void *row, struct object *o)
{
    if (!row) return false;
    struct object found = {.kind = kind};
    memcpy((char *)&found + kinds[kind].offset, row, kinds[kind].size);
    if (kind == OBJECT_APP && (found.app.flags & APP_DELETED)) return false;
    *o = found;
    return true;
}

// Channels that are being collected. workspace NULL: of all.
struct channels {
    struct arena *arena;
    const struct id *workspace;
    struct channel *v;
    size_t n, size;
};

static void grow(struct channels *to)
{
    size_t size = to->size ? 2 * to->size : 16;
    struct channel *v = arena_alloc(to->arena, size * sizeof *v);
    if (v && to->n) memcpy(v, to->v, to->n * sizeof *v);
    to->v = v;
    to->size = v ? size : 0;
}

static void keep_channel(void *ctx, const void *row)
{
    struct channels *to = ctx;
    const struct channel *from = row;
    if (to->workspace && !id_eq(&from->workspace, to->workspace)) return;
    if (to->n == to->size) grow(to);
    if (!to->v) return; // the arena has failed, which is looked at in the end
    to->v[to->n] = *from;
    to->v[to->n++].name = arena_str(to->arena, from->name);
}

static enum status collect(struct admin_call *c, struct channels *to)
{
    to->arena = c->req->arena;
    grow(to);
    TRY(store_list(c->world->store, LIST_CHANNELS, keep_channel, to));
    return to->arena->failed ? E_LIMIT : OK;
}

enum status rows_channels(struct admin_call *c, struct object *o)
{
    struct channels found = {.workspace = &o->workspace.id};
    TRY(collect(c, &found));
    o->channels = found.v;
    o->nchannels = found.n;
    return OK;
}

struct listing {
    struct admin_call *call;
    enum object_kind kind;
    struct channels channels; // of all workspaces
    void (*each)(struct admin_call *c, const struct object *o);
};

// Copies those of one workspace together, for the writer of objects.
static void pick_channels(const struct channels *all, struct object *o, struct channel *to)
{
    o->nchannels = 0;
    o->channels = to;
    for (size_t i = 0; i < all->n; i++)
        if (id_eq(&all->v[i].workspace, &o->workspace.id)) to[o->nchannels++] = all->v[i];
}

static void list_row(void *ctx, const void *row)
{
    struct object o;
    struct listing *l = ctx;
    struct channel *own = l->kind == OBJECT_WORKSPACE ? mem_alloc((l->channels.n + 1) * sizeof *own) : NULL;
    if (rows_object(l->kind, row, &o)) {
        if (own) pick_channels(&l->channels, &o, own);
        l->each(l->call, &o);
    }
    mem_free(own);
}

enum status rows_list(struct admin_call *c, enum object_kind kind,
                      void (*each)(struct admin_call *c, const struct object *o))
{
    struct listing l = {.call = c, .kind = kind, .each = each};
    if (kind == OBJECT_WORKSPACE) TRY(collect(c, &l.channels));
    return store_list(c->world->store, kinds[kind].list, list_row, &l);
}

// Writes that go into one operation.
struct batch {
    struct admin_call *call;
    struct write writes[OP_WRITES_MAX];
    unsigned n;
};

static enum wire_err write_all(struct op *op)
{
    const struct batch *b = op->ctx;
    for (unsigned i = 0; i < b->n; i++) *op_write(op, b->writes[i].kind) = b->writes[i];
    return W_OK;
}

static enum status flush(struct batch *b)
{
    static const struct op_type type = {.name = "admin write", .decide = write_all};
    if (!b->n) return OK;
    struct op op = {.type = &type, .arena = b->call->req->arena, .ctx = b, .now = b->call->req->now};
    store_run(b->call->world->store, &op);
    op_release(&op);
    b->n = 0;
    return op.outcome == OP_DONE ? OK : op.fault ? op.fault : E_UNKNOWN;
}

static enum status put(struct batch *b, struct write w)
{
    if (b->n == OP_WRITES_MAX) TRY(flush(b));
    b->writes[b->n++] = w;
    return OK;
}

static bool is_named(const struct object *o, const struct id *channel)
{
    for (size_t i = 0; i < o->nchannels; i++)
        if (id_eq(&o->channels[i].id, channel)) return true;
    return false;
}

static enum status put_channels(struct batch *b, const struct object *o)
{
    struct object before = *o;
    TRY(rows_channels(b->call, &before));
    for (size_t i = 0; i < before.nchannels; i++) {
        const struct id *id = &before.channels[i].id;
        if (!is_named(o, id)) TRY(put(b, (struct write){.kind = DROP_CHANNEL, .key = id_str(id)}));
    }
    for (size_t i = 0; i < o->nchannels; i++) TRY(put(b, (struct write){.kind = PUT_CHANNEL, .row = &o->channels[i]}));
    return OK;
}

enum status rows_put(struct admin_call *c, const struct object *o)
{
    struct batch b = {.call = c};
    TRY(put(&b, (struct write){.kind = kinds[o->kind].put, .row = (const char *)o + kinds[o->kind].offset}));
    if (o->kind == OBJECT_WORKSPACE && o->channels) TRY(put_channels(&b, o));
    return flush(&b);
}

enum status rows_drop(struct admin_call *c, const struct object *o)
{
    struct batch b = {.call = c};
    struct object gone = *o;
    const char *row = (const char *)&gone + kinds[o->kind].offset;
    if (o->kind == OBJECT_APP) gone.app.flags |= APP_DELETED;
    // Every row starts with its id.
    TRY(put(&b, (struct write){.kind = kinds[o->kind].drop, .row = row, .key = str_of(((const struct id *)row)->s)}));
    if (o->kind == OBJECT_APP) TRY(put(&b, (struct write){.kind = END_APP, .key = id_str(&gone.app.id)}));
    // Whoever is given this id next is somebody else.
    if (o->kind == OBJECT_USER) TRY(put(&b, (struct write){.kind = DROP_PASSWORD, .key = id_str(&gone.user.id)}));
    return flush(&b);
}
