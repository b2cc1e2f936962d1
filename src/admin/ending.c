// SPDX-License-Identifier: Apache-2.0
#include "admin/ending.h"

#include "base/mem.h"
#include "world/ending.h"

// Authorizations that were listed. A listing cannot write, so they are kept first: what they are of, no more.
struct listed {
    const struct object *of;
    struct install *v;
    size_t n, size;
};

static bool hangs_on(const struct install *i, const struct object *o)
{
    switch (o->kind) {
    case OBJECT_USER: return id_eq(&i->subject, &o->user.id);
    case OBJECT_WORKSPACE: return id_eq(&i->owner, &o->workspace.id);
    case OBJECT_ENTERPRISE: return id_eq(&i->owner, &o->enterprise.id);
    default: return false;
    }
}

static void keep(void *ctx, const void *row)
{
    struct listed *to = ctx;
    const struct install *i = row;
    if (str_empty(i->scopes) || !hangs_on(i, to->of)) return;
    if (to->n == to->size) {
        to->size = to->size ? 2 * to->size : 16;
        to->v = mem_realloc(to->v, to->size * sizeof *to->v);
    }
    to->v[to->n++] = (struct install){.app = i->app, .owner = i->owner, .subject = i->subject};
}

static void want(struct op *op, unsigned round)
{
    ending_want(op->ctx, op, round);
}

static enum wire_err decide(struct op *op)
{
    return ending_decide(op->ctx, op);
}

static enum status end_one(struct admin_call *c, const struct install *like, bool person)
{
    static const struct op_type type = {.name = "admin end", .want = want, .decide = decide};
    struct arena arena;
    struct ending e = {.like = *like, .person = person};
    struct op op = {.type = &type, .arena = &arena, .ctx = &e, .now = c->req->now};
    ending_draw(&e, c->world, op.now);
    arena_init(&arena, LIMIT_ARENA); // not the request's: there may be many of these
    store_run(c->world->store, &op);
    op_release(&op);
    arena_wipe(&arena); // bodies hold verification tokens
    arena_release(&arena);
    return op.outcome == OP_DONE ? OK : op.fault ? op.fault : E_UNKNOWN;
}

enum status ending_pass(struct admin_call *c, const struct object *o, size_t *found)
{
    struct listed listed = {.of = o};
    enum status status = store_list(c->world->store, LIST_INSTALLS, keep, &listed);
    for (size_t i = 0; !status && i < listed.n; i++) status = end_one(c, &listed.v[i], o->kind == OBJECT_USER);
    *found = listed.n;
    mem_free(listed.v);
    return status;
}

enum status ending_all(struct admin_call *c, const struct object *o)
{
    size_t found = 0;
    do {
        TRY(ending_pass(c, o, &found));
    } while (found);
    return OK;
}
