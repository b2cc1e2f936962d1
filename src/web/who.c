// SPDX-License-Identifier: Apache-2.0
#include "web/who.h"

void who_init(struct who *who, const struct world *w, const struct http_request *req)
{
    *who = (struct who){0};
    who->has_cookie = browser_cookie(w, req, &who->cookie);
    who_forget(who);
}

void who_forget(struct who *who)
{
    who->session = NULL;
    who->in = (struct place_view){0};
    who->session_at = who->people_at = who->places_at = who->orgs_at = -1;
}

static const void *row(const struct op *op, int at)
{
    return at < 0 ? NULL : op_row(op, (unsigned)at);
}

static int want_ids(struct op *op, enum want_kind kind, struct str ids, int64_t most)
{
    return (int)op_want_list(op, kind, ids, (struct str){NULL, 0}, most);
}

void who_want_session(struct who *who, struct op *op)
{
    if (who->has_cookie) who->session_at = (int)op_want_id(op, WANT_SESSION, who->cookie.id);
}

static void take_session(struct who *who, const struct op *op)
{
    const struct session *session = row(op, who->session_at);
    who->session = session && session_holds(session, &who->cookie, op->now) ? session : NULL;
}

void who_want_people(struct who *who, struct op *op)
{
    take_session(who, op);
    if (who->session && who->session->people.n)
        who->people_at = want_ids(op, WANT_USERS, session_ids(who->session->people, op->arena), SESSION_PEOPLE);
}

void who_take_people(struct who *who, const struct op *op, const struct id *first)
{
    struct str rest = who->session ? who->session->people : (struct str){NULL, 0};
    struct place_view *in = &who->in;
    struct id id;
    int64_t at;
    while (in->npeople < SESSION_PEOPLE && session_next(&rest, &id, &at)) {
        const struct user *user = row_by_id(row(op, who->people_at), &id);
        if (!user || !session_counts(user, at)) continue;
        in->people[in->npeople++] = user;
        if (!first || !id_eq(&user->id, first)) continue;
        memmove(&in->people[1], &in->people[0], (in->npeople - 1) * sizeof in->people[0]);
        in->people[0] = user;
    }
}

static struct str join_ids(const struct id *const *ids, size_t n, struct arena *arena)
{
    struct str out = {NULL, 0};
    for (size_t i = 0; i < n; i++) {
        if (id_none(ids[i])) continue;
        out = out.n ? arena_printf(arena, "%.*s,%s", STR_FMT(out), ids[i]->s) : arena_str(arena, id_str(ids[i]));
    }
    return out;
}

void who_want_places(struct who *who, struct op *op, const struct id *first)
{
    const struct id *ids[SESSION_PEOPLE] = {NULL};
    who_take_people(who, op, first);
    for (unsigned i = 0; i < who->in.npeople; i++) ids[i] = &who->in.people[i]->workspace;
    struct str list = join_ids(ids, who->in.npeople, op->arena);
    if (list.n) who->places_at = want_ids(op, WANT_WORKSPACES, list, SESSION_PEOPLE);
}

void who_want_orgs(struct who *who, struct op *op, const struct id *more)
{
    const struct id *ids[SESSION_PEOPLE + 1] = {NULL};
    size_t n = 0;
    const struct row_list *places = row(op, who->places_at);
    who->in.workspaces = places;
    for (size_t i = 0; places && i < places->n; i++) ids[n++] = &((const struct workspace *)places->v[i])->enterprise;
    if (more) ids[n++] = more;
    struct str list = join_ids(ids, n, op->arena);
    if (list.n) who->orgs_at = want_ids(op, WANT_ENTERPRISES, list, SESSION_PEOPLE + 1);
}

void who_take(struct who *who, const struct op *op)
{
    who->in.enterprises = row(op, who->orgs_at);
}
