// SPDX-License-Identifier: Apache-2.0
#include "world/ending.h"

#include "oauth/revoke.h"

void ending_draw(struct ending *e, struct world *w, int64_t now)
{
    for (size_t i = 0; i < END_EVENTS_MAX; i++) world_event(w, &e->like.owner, now, &e->mint[i]);
}

// The org of the workspace, or the owner itself.
static void want_enterprise(struct op *op, struct ending *e)
{
    const struct str none = {NULL, 0};
    const struct workspace *w = op_row(op, e->workspace);
    e->enterprise = op_want(op, WANT_ENTERPRISE, id_str(w ? &w->enterprise : &e->like.owner), none, none);
}

void ending_want(struct ending *e, struct op *op, unsigned round)
{
    const struct str none = {NULL, 0};
    struct str app = id_str(&e->like.app), owner = id_str(&e->like.owner);
    if (round == 1) want_enterprise(op, e);
    if (round > 0) return;
    e->app = op_want(op, WANT_APP, app, none, none);
    e->workspace = op_want(op, WANT_WORKSPACE, owner, none, none);
    e->install = op_want(op, WANT_INSTALL, app, owner, id_str(&e->like.subject));
    // Of a person it matters only whether there is another.
    e->live = op_want_list(op, WANT_INSTALLS_OF, app, owner, e->person ? 2 : EVENT_AUTHS_MAX);
}

static void write_events(struct ending *e, struct op *op, const void *const *gone, size_t ngone, bool uninstalled)
{
    const struct ended ended = {.app = op_row(op, e->app),
                                .owner = &e->like.owner,
                                .enterprise = op_row(op, e->enterprise),
                                .gone = gone,
                                .ngone = ngone,
                                .uninstalled = uninstalled,
                                .now = op->now};
    if (!ended.app || (ended.app->flags & APP_DELETED)) return; // nobody is there to be told
    size_t n = events_of_end(&ended, e->mint, op->arena, e->event);
    for (size_t i = 0; i < n; i++) op_write(op, ADD_EVENT)->row = &e->event[i];
}

enum wire_err ending_decide(struct ending *e, struct op *op)
{
    const struct install *install = op_row(op, e->install);
    const struct row_list *live = op_row(op, e->live);
    assert(live); // a list is a row, if an empty one
    e->nothing = false;
    if (e->person && install && !str_empty(install->scopes)) {
        const void *gone = install;
        e->end = *install;
        op_write(op, END_INSTALL)->row = &e->end;
        write_events(e, op, &gone, 1, revoke_is_last(install, live));
    } else if (!e->person && live->n) {
        e->end = e->like;
        op_write(op, END_INSTALLS)->row = &e->end;
        write_events(e, op, live->v, live->n, true);
    } else {
        e->nothing = true; // somebody else has ended it by now
    }
    return op->arena->failed ? W_INTERNAL_ERROR : W_OK;
}
