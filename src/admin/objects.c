// SPDX-License-Identifier: Apache-2.0
// Enterprises, workspaces, users and apps, written as in a seed file (interfaces.md).
//
// DELETE takes away the object, and the authorizations that hang on it end, as do those of a user whose account is
// closed; users and channels of a workspace stay and are there again when it is made again under its id. A deleted app
// is marked and stays deleted; its id and client id are not given twice.
#include "admin/body.h"
#include "admin/ending.h"
#include "admin/routes.h"
#include "admin/rows.h"
#include "world/secrets.h"

static const char *const plurals[OBJECT_KINDS] = {[OBJECT_ENTERPRISE] = "enterprises",
                                                  [OBJECT_WORKSPACE] = "workspaces",
                                                  [OBJECT_USER] = "users",
                                                  [OBJECT_APP] = "apps"};

static enum object_kind kind_of(const struct admin_call *c)
{
    return (enum object_kind)c->route->kind;
}

static int store_problem(struct admin_call *c, enum status status)
{
    return problem(c, P_STORE, "the store answered: %s", status_name(status));
}

// Readable secrets are dev's; serve shows an app's once, in the answer that makes it.
static void write_object(struct admin_call *c, const struct object *o)
{
    object_write(o, c->world->dev ? c->world->secrets : NULL, c->req->arena, &c->json, NULL);
}

int objects_list(struct admin_call *c)
{
    json_open(&c->json, NULL);
    json_open_array(&c->json, plurals[kind_of(c)]);
    enum status status = rows_list(c, kind_of(c), write_object);
    if (status) return store_problem(c, status);
    json_close_array(&c->json);
    json_close(&c->json);
    return 200;
}

// The object that the path names. Its texts stay until the answer is sent.
static int find(struct admin_call *c, struct object *o)
{
    struct lookup *l = arena_alloc(c->req->arena, sizeof *l);
    if (c->id.n < LIMIT_ID) lookup_add(l, rows_want(kind_of(c)), c->id);
    int failed = lookup_run(c, l);
    c->held = &l->op;
    if (failed) return failed;
    if (!rows_object(kind_of(c), op_row(&l->op, 0), o))
        return problem(c, P_OBJECT_UNKNOWN, "none of the %s has the id %.*s", plurals[kind_of(c)],
                       STR_FMT(str_upto(c->id, 64)));
    return 0;
}

static int answer(struct admin_call *c, struct object *o, int status)
{
    if (o->kind == OBJECT_WORKSPACE) {
        enum status failed = rows_channels(c, o);
        if (failed) return store_problem(c, failed);
    }
    write_object(c, o);
    return status;
}

int objects_get(struct admin_call *c)
{
    struct object o;
    int failed = find(c, &o);
    return failed ? failed : answer(c, &o, 200);
}

// A crash in between leaves an object whose authorizations have ended, and whoever asked asks again. What comes in
// between ends afterwards, for without the row there can be no more.
static enum status drop(struct admin_call *c, const struct object *o)
{
    size_t found;
    TRY(ending_pass(c, o, &found));
    TRY(rows_drop(c, o));
    return ending_all(c, o);
}

int objects_delete(struct admin_call *c)
{
    struct object o;
    int failed = find(c, &o);
    if (failed) return failed;
    enum status status = drop(c, &o);
    return status ? store_problem(c, status) : 204;
}

static struct str id_of(const struct object *o)
{
    switch (o->kind) {
    case OBJECT_ENTERPRISE: return id_str(&o->enterprise.id);
    case OBJECT_WORKSPACE: return id_str(&o->workspace.id);
    case OBJECT_USER: return id_str(&o->user.id);
    default: return id_str(&o->app.id);
    }
}

// What must be there already, and what nobody else may have.
struct claims {
    const char *owner_key;
    struct str owner; // empty: none is named
    const char *unique_key;
    struct str unique; // empty: nothing but the id
    enum want_kind owner_want, unique_want;
};

static struct claims claims_of(const struct object *o)
{
    switch (o->kind) {
    case OBJECT_WORKSPACE:
        return (struct claims){"enterprise",    id_str(&o->workspace.enterprise), "domain", o->workspace.domain,
                               WANT_ENTERPRISE, WANT_WORKSPACE_BY_DOMAIN};
    case OBJECT_USER:
        return (struct claims){
            .owner_key = "workspace", .owner = id_str(&o->user.workspace), .owner_want = WANT_WORKSPACE};
    case OBJECT_APP:
        return (struct claims){"workspace",    id_str(&o->app.workspace), "client_id", o->app.client_id,
                               WANT_WORKSPACE, WANT_APP_BY_CLIENT};
    default: return (struct claims){0};
    }
}

static int taken(struct admin_call *c, const char *key, struct str value)
{
    return problem_at(c, P_OBJECT_EXISTS, &(struct problem_at){key, NULL}, "%.*s is taken", STR_FMT(value));
}

// Rows start with their id.
static bool is_other(const void *row, const struct object *o)
{
    return row && !str_eq(str_of(((const struct id *)row)->s), id_of(o));
}

static int judge(struct admin_call *c, const struct lookup *l, const struct claims *claims, const struct object *o)
{
    if (c->route->verb == VERB_POST && op_row(&l->op, 0)) return taken(c, "id", id_of(o));
    if (is_other(op_row(&l->op, 1), o)) return taken(c, claims->unique_key, claims->unique);
    if (claims->owner.n && !op_row(&l->op, 2))
        return problem_at(c, P_OBJECT_INVALID, &(struct problem_at){claims->owner_key, NULL}, "there is no %s %.*s",
                          claims->owner_key, STR_FMT(claims->owner));
    return 0;
}

static bool has_other_workspace(const struct lookup *l, const struct object *o)
{
    const struct channel *stored = op_row(&l->op, 0);
    return stored && !id_eq(&stored->workspace, &o->workspace.id);
}

static int check_channels(struct admin_call *c, const struct object *o)
{
    for (size_t i = 0; o->kind == OBJECT_WORKSPACE && i < o->nchannels; i++) {
        struct lookup l = {0};
        lookup_add(&l, WANT_CHANNEL, id_str(&o->channels[i].id));
        int failed = lookup_run(c, &l);
        if (!failed && has_other_workspace(&l, o)) failed = taken(c, "channels", l.asks[0].key);
        op_release(&l.op);
        if (failed) return failed;
    }
    return 0;
}

static int check(struct admin_call *c, const struct object *o)
{
    struct lookup l = {0};
    struct claims claims = claims_of(o);
    lookup_add(&l, rows_want(o->kind), id_of(o));
    lookup_add(&l, claims.unique.n ? claims.unique_want : rows_want(o->kind),
               claims.unique.n ? claims.unique : id_of(o));
    if (claims.owner.n) lookup_add(&l, claims.owner_want, claims.owner);
    int failed = lookup_run(c, &l);
    if (!failed) failed = judge(c, &l, &claims, o);
    op_release(&l.op);
    return failed ? failed : check_channels(c, o);
}

static int read_object(struct admin_call *c, const struct object *base, struct object *o)
{
    const struct node *map;
    struct object_problem wrong;
    struct object_context ctx = body_context(c);
    int failed = body_tree(c, &map);
    if (failed) return failed;
    return object_read(kind_of(c), map, base, &ctx, o, &wrong) ? body_problem(c, P_OBJECT_INVALID, &wrong) : 0;
}

static bool is_closed(const struct object *o)
{
    return o && o->kind == OBJECT_USER && o->user.role == ROLE_DEACTIVATED;
}

// As with drop() when an account is closed. When it is opened again, or an id is given again, what a crash or a race
// has left ends before there is a row that would revive it.
static enum status put(struct admin_call *c, const struct object *base, struct object *o)
{
    size_t found;
    if (!base || is_closed(base) || is_closed(o)) TRY(ending_pass(c, o, &found));
    if (o->kind == OBJECT_USER && (!base || is_closed(base)))
        o->user.since =
            locator_next(&c->world->locators, locator_shard(id_str(&o->user.workspace)), clock_now(&c->world->clock));
    TRY(rows_put(c, o));
    return is_closed(o) ? ending_all(c, o) : OK;
}

// base: as it was, NULL: it is new.
static int store(struct admin_call *c, const struct object *base, struct object *o, int status)
{
    int failed = check(c, o);
    if (failed) return failed;
    enum status stored = put(c, base, o);
    if (stored) return store_problem(c, stored);
    if (o->kind == OBJECT_APP && c->world->dev)
        secret_notes_set(c->world->secrets, id_of(o), o->client_secret, o->signing_secret);
    return answer(c, o, status);
}

int objects_post(struct admin_call *c)
{
    struct object o;
    int failed = read_object(c, NULL, &o);
    return failed ? failed : store(c, NULL, &o, 201);
}

int objects_patch(struct admin_call *c)
{
    struct object base, o;
    int failed = find(c, &base);
    if (!failed) failed = read_object(c, &base, &o);
    return failed ? failed : store(c, &base, &o, 200);
}
