// SPDX-License-Identifier: Apache-2.0
#include "admin/ending.h"

#include "base/mem.h"
#include "oauth/event.h"
#include "oauth/revoke.h"

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

// One operation.
struct ending {
    const struct install *like;                         // which
    bool person;                                        // that one alone; else all that the app has where it is
    unsigned app, workspace, enterprise, install, live; // indexes of the rows
    struct event_mint mint[END_EVENTS_MAX];
    struct event event[END_EVENTS_MAX];
    struct install end;
};

// The org of the workspace, or the owner itself.
static void want_enterprise(struct op *op, struct ending *e)
{
    const struct str none = {NULL, 0};
    const struct workspace *w = op_row(op, e->workspace);
    e->enterprise = op_want(op, WANT_ENTERPRISE, id_str(w ? &w->enterprise : &e->like->owner), none, none);
}

static void want(struct op *op, unsigned round)
{
    const struct str none = {NULL, 0};
    struct ending *e = op->ctx;
    struct str app = id_str(&e->like->app), owner = id_str(&e->like->owner);
    if (round == 1) want_enterprise(op, e);
    if (round > 0) return;
    e->app = op_want(op, WANT_APP, app, none, none);
    e->workspace = op_want(op, WANT_WORKSPACE, owner, none, none);
    e->install = op_want(op, WANT_INSTALL, app, owner, id_str(&e->like->subject));
    e->live = op_want(op, WANT_INSTALLS_OF, app, owner, none);
    op->want[e->live].id = e->person ? 2 : EVENT_AUTHS_MAX; // of a person it matters only whether there is another
}

static void write_events(struct op *op, const void *const *gone, size_t ngone, bool uninstalled)
{
    struct ending *e = op->ctx;
    const struct ended ended = {.app = op_row(op, e->app),
                                .owner = &e->like->owner,
                                .enterprise = op_row(op, e->enterprise),
                                .gone = gone,
                                .ngone = ngone,
                                .uninstalled = uninstalled,
                                .now = op->now};
    if (!ended.app || (ended.app->flags & APP_DELETED)) return; // nobody is there to be told
    size_t n = events_of_end(&ended, e->mint, op->arena, e->event);
    for (size_t i = 0; i < n; i++) op_write(op, ADD_EVENT)->row = &e->event[i];
}

static enum wire_err decide(struct op *op)
{
    struct ending *e = op->ctx;
    const struct install *install = op_row(op, e->install);
    const struct row_list *live = op_row(op, e->live);
    assert(live); // a list is a row, if an empty one
    if (e->person && install && !str_empty(install->scopes)) {
        const void *gone = install;
        e->end = *install;
        op_write(op, END_INSTALL)->row = &e->end;
        write_events(op, &gone, 1, revoke_is_last(install, live));
    } else if (!e->person && live->n) {
        e->end = *e->like;
        op_write(op, END_INSTALLS)->row = &e->end;
        write_events(op, live->v, live->n, true);
    } // else somebody else has ended it by now
    return op->arena->failed ? W_INTERNAL_ERROR : W_OK;
}

static enum status end_one(struct admin_call *c, const struct install *like, bool person)
{
    static const struct op_type type = {.name = "admin end", .want = want, .decide = decide};
    struct arena arena;
    struct ending e = {.like = like, .person = person};
    struct op op = {.type = &type, .arena = &arena, .ctx = &e, .now = c->req->now};
    for (size_t i = 0; i < END_EVENTS_MAX; i++) world_event(c->world, &like->owner, op.now, &e.mint[i]);
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
