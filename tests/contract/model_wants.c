// SPDX-License-Identifier: Apache-2.0
// The oracle's answers: what a want and a list must find.
#include "model.h"

static bool after(const struct id *id, struct str than)
{
    return strncmp(id->s, than.p ? than.p : "", than.n) > 0 || strlen(id->s) > than.n;
}

// One of a list with commas.
static bool among(struct str ids, const struct id *id)
{
    while (ids.n) {
        if (str_eq(str_cut(&ids, ','), id_str(id))) return true;
    }
    return false;
}

// Somewhere in the person's names, e-mail and id; ASCII letters without case.
static bool found_in(const struct user *u, struct str part)
{
    struct arena arena;
    arena_init(&arena, 1 << 20);
    const struct str parts[] = {u->real_name, STR(" "), u->name, STR(" "), u->email, STR(" "), id_str(&u->id)};
    struct str all = arena_join(&arena, parts, ARRAY_LEN(parts));
    bool found = part.n == 0;
    for (size_t i = 0; !found && i + part.n <= all.n; i++) found = str_ieq(str_upto(str_from(all, i), part.n), part);
    arena_release(&arena);
    return found;
}

static bool fits_more(const struct want *w, const void *row)
{
    const struct user *us = row;
    const struct install *in = row;
    const struct approval *ar = row;
    switch (w->kind) {
    case WANT_USER_BY_EMAIL: return str_eq(id_str(&us->workspace), w->key[0]) && str_ieq(us->email, w->key[1]);
    case WANT_INSTALLS_AT:
        return str_eq(id_str(&in->owner), w->key[0]) && in->scopes.n > 0 &&
               (id_none(&in->subject) || str_eq(id_str(&in->subject), w->key[1]));
    case WANT_CHANNELS_OF: return str_eq(id_str(&((const struct channel *)row)->workspace), w->key[0]);
    case WANT_PEOPLE: return found_in(us, w->key[0]);
    case WANT_APPROVALS_OF: return str_eq(id_str(&ar->app), w->key[0]) && str_eq(id_str(&ar->workspace), w->key[1]);
    case WANT_APPROVALS_IN: return str_eq(id_str(&ar->workspace), w->key[0]) && ar->verdict == VERDICT_NONE;
    default: break;
    }
    abort();
}

static bool fits(const struct want *w, const void *row)
{
    const struct workspace *ws = row;
    const struct channel *ch = row;
    const struct user *us = row;
    const struct app *ap = row;
    const struct install *in = row;
    switch (w->kind) {
    case WANT_ENTERPRISE:
    case WANT_WORKSPACE:
    case WANT_CHANNEL:
    case WANT_USER:
    case WANT_PASSWORD:
    case WANT_APP: return str_eq(id_str(row), w->key[0]);
    case WANT_WORKSPACE_BY_DOMAIN: return str_eq(ws->domain, w->key[0]);
    case WANT_FIRST_CHANNEL: return str_eq(id_str(&ch->workspace), w->key[0]);
    case WANT_FIRST_USER:
        return (str_empty(w->key[0]) || str_eq(id_str(&us->workspace), w->key[0])) && us->role != ROLE_GUEST &&
               us->role != ROLE_DEACTIVATED;
    case WANT_APP_BY_CLIENT: return str_eq(ap->client_id, w->key[0]);
    case WANT_FIRST_APP: return true;
    case WANT_INSTALL:
        return str_eq(id_str(&in->app), w->key[0]) && str_eq(id_str(&in->owner), w->key[1]) &&
               str_eq(id_str(&in->subject), w->key[2]);
    case WANT_WORKSPACES_OF: return str_eq(id_str(&ws->enterprise), w->key[0]) && after(&ws->id, w->key[1]);
    case WANT_INSTALLS_OF:
        return str_eq(id_str(&in->app), w->key[0]) && str_eq(id_str(&in->owner), w->key[1]) && in->scopes.n > 0;
    case WANT_CODE:
    case WANT_TOKEN:
    case WANT_REFRESH:
    case WANT_EVENT:
    case WANT_SESSION:
    case WANT_FORM:
    case WANT_APPROVAL:
    case WANT_WEBHOOK: return *(const int64_t *)row == w->id;
    case WANT_ENTERPRISES:
    case WANT_WORKSPACES:
    case WANT_USERS:
    case WANT_APPS: return among(w->key[0], row);
    default: return fits_more(w, row);
    }
}

enum model_kind model_kind_of(enum want_kind kind)
{
    static const enum model_kind of[WANT_KINDS] = {
        [WANT_ENTERPRISE] = M_ENTERPRISE,
        [WANT_WORKSPACE] = M_WORKSPACE,
        [WANT_WORKSPACE_BY_DOMAIN] = M_WORKSPACE,
        [WANT_CHANNEL] = M_CHANNEL,
        [WANT_FIRST_CHANNEL] = M_CHANNEL,
        [WANT_USER] = M_USER,
        [WANT_FIRST_USER] = M_USER,
        [WANT_APP] = M_APP,
        [WANT_APP_BY_CLIENT] = M_APP,
        [WANT_FIRST_APP] = M_APP,
        [WANT_INSTALL] = M_INSTALL,
        [WANT_CODE] = M_CODE,
        [WANT_TOKEN] = M_TOKEN,
        [WANT_REFRESH] = M_REFRESH,
        [WANT_WEBHOOK] = M_WEBHOOK,
        [WANT_EVENT] = M_EVENT,
        [WANT_WORKSPACES_OF] = M_WORKSPACE,
        [WANT_INSTALLS_OF] = M_INSTALL,
        [WANT_SESSION] = M_SESSION,
        [WANT_FORM] = M_FORM,
        [WANT_APPROVAL] = M_APPROVAL,
        [WANT_PASSWORD] = M_PASSWORD,
        [WANT_USER_BY_EMAIL] = M_USER,
        [WANT_INSTALLS_AT] = M_INSTALL,
        [WANT_ENTERPRISES] = M_ENTERPRISE,
        [WANT_WORKSPACES] = M_WORKSPACE,
        [WANT_USERS] = M_USER,
        [WANT_APPS] = M_APP,
        [WANT_CHANNELS_OF] = M_CHANNEL,
        [WANT_PEOPLE] = M_USER,
        [WANT_APPROVALS_OF] = M_APPROVAL,
        [WANT_APPROVALS_IN] = M_APPROVAL,
    };
    return of[kind];
}

const void *model_want(const struct model *m, const struct want *w)
{
    const struct model_shelf *s = &m->shelf[model_kind_of(w->kind)];
    for (unsigned i = 0; i < s->n; i++) {
        if (fits(w, s->row[i].bytes)) return s->row[i].bytes;
    }
    return NULL;
}

static bool install_before(const struct install *a, const struct install *b)
{
    int c = strcmp(a->app.s, b->app.s);
    return c < 0 || (c == 0 && strcmp(a->subject.s, b->subject.s) < 0);
}

static bool approved_before(const struct approval *a, const struct approval *b)
{
    bool x = a->verdict == VERDICT_APPROVED, y = b->verdict == VERDICT_APPROVED;
    return x != y ? x : a->id > b->id;
}

// The order of a list; rows that are equal in it stand as they were added.
static bool list_before(enum want_kind kind, const void *a, const void *b)
{
    switch (kind) {
    case WANT_INSTALLS_OF:
    case WANT_INSTALLS_AT: return install_before(a, b);
    case WANT_APPROVALS_OF: return approved_before(a, b);
    case WANT_APPROVALS_IN: return ((const struct approval *)a)->id < ((const struct approval *)b)->id;
    case WANT_CHANNELS_OF:
    case WANT_PEOPLE: return true;
    default: return strcmp(((const struct id *)a)->s, ((const struct id *)b)->s) < 0;
    }
}

// Puts row among the n that are there, before the first that must not stand before it.
static void insert(const void **rows, unsigned n, unsigned at, const void *row)
{
    memmove(&rows[at + 1], &rows[at], (n - at) * sizeof rows[0]);
    rows[at] = row;
}

unsigned model_want_list(const struct model *m, const struct want *w, const void *out[MODEL_ROWS])
{
    const struct model_shelf *s = &m->shelf[model_kind_of(w->kind)];
    unsigned n = 0;
    for (unsigned i = 0; i < s->n; i++) {
        unsigned at = 0;
        if (!fits(w, s->row[i].bytes)) continue;
        while (at < n && list_before(w->kind, out[at], s->row[i].bytes)) at++;
        insert(out, n++, at, s->row[i].bytes);
    }
    return n < w->id ? n : (unsigned)w->id;
}

unsigned model_list(const struct model *m, enum model_kind kind, const void *out[MODEL_ROWS])
{
    const struct model_shelf *s = &m->shelf[kind];
    for (unsigned i = 0; i < s->n; i++) {
        unsigned at = model_rows[kind].before ? 0 : i;
        while (at < i && model_rows[kind].before(out[at], s->row[i].bytes)) at++;
        insert(out, i, at, s->row[i].bytes);
    }
    return s->n;
}

int64_t model_last_locator(const struct model *m)
{
    static const enum model_kind with[] = {M_CODE,  M_TOKEN,   M_REFRESH, M_WEBHOOK,
                                           M_EVENT, M_SESSION, M_FORM,    M_APPROVAL};
    int64_t last = m->wiped;
    for (size_t k = 0; k < ARRAY_LEN(with); k++) {
        for (unsigned i = 0; i < m->shelf[with[k]].n; i++) {
            int64_t id = *(const int64_t *)(const void *)m->shelf[with[k]].row[i].bytes;
            if (id > last) last = id;
        }
    }
    return last;
}
