// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include "base/mem.h"

struct model *model_new(struct arena *arena)
{
    struct model *m = mem_alloc(sizeof *m);
    m->arena = arena;
    return m;
}

static bool id_key(const void *a, const void *b)
{
    return id_eq(a, b); // every directory row starts with its id
}

static bool locator_key(const void *a, const void *b)
{
    return *(const int64_t *)a == *(const int64_t *)b;
}

static bool install_key(const void *a, const void *b)
{
    const struct install *x = a, *y = b;
    return id_eq(&x->app, &y->app) && id_eq(&x->owner, &y->owner) && id_eq(&x->subject, &y->subject);
}

static bool same_hash(const struct hash *a, const struct hash *b)
{
    return memcmp(a->b, b->b, HASH_SIZE) == 0;
}

#define BOTH(type) const struct type *x = a, *y = b
#define NUM(f)     (x->f == y->f)
#define ID(f)      id_eq(&x->f, &y->f)
#define TEXT(f)    str_eq(x->f, y->f)
#define HASH(f)    same_hash(&x->f, &y->f)

static bool same_enterprise(const void *a, const void *b)
{
    BOTH(enterprise);
    return ID(id) && TEXT(name) && TEXT(domain);
}

static bool same_workspace(const void *a, const void *b)
{
    BOTH(workspace);
    return ID(id) && ID(enterprise) && TEXT(name) && TEXT(domain) && NUM(flags);
}

static bool same_channel(const void *a, const void *b)
{
    BOTH(channel);
    return ID(id) && ID(workspace) && TEXT(name);
}

static bool same_user(const void *a, const void *b)
{
    BOTH(user);
    return ID(id) && ID(workspace) && TEXT(name) && TEXT(real_name) && TEXT(email) && NUM(email_verified) && NUM(role);
}

static bool same_secrets(const struct app *x, const struct app *y)
{
    if (x->nsecrets != y->nsecrets) return false;
    for (unsigned i = 0; i < x->nsecrets; i++) {
        const struct client_secret *p = &x->secrets[i], *q = &y->secrets[i];
        if (!same_hash(&p->hash, &q->hash) || p->created != q->created || p->expires != q->expires) return false;
    }
    return true;
}

static bool same_app(const void *a, const void *b)
{
    BOTH(app);
    return ID(id) && ID(workspace) && TEXT(client_id) && TEXT(name) && TEXT(bot_name) && TEXT(manifest) && NUM(flags) &&
           TEXT(redirect_urls) && TEXT(bot_scopes) && TEXT(user_scopes) && TEXT(bot_optional) && TEXT(user_optional) &&
           TEXT(published_scopes) && TEXT(allowed_ips) && HASH(signing_hash) && same_secrets(x, y);
}

static bool same_install(const void *a, const void *b)
{
    BOTH(install);
    return install_key(a, b) && NUM(epoch) && TEXT(scopes) && NUM(live[0]) && NUM(live[1]) && NUM(created) &&
           NUM(updated) && ID(installer);
}

static bool same_code(const void *a, const void *b)
{
    BOTH(code);
    return NUM(id) && HASH(hash) && ID(app) && ID(user) && ID(workspace) && ID(enterprise) && NUM(endpoint) &&
           TEXT(bot_scopes) && TEXT(user_scopes) && TEXT(redirect_uri) && NUM(redirect_sent) && NUM(redirect_first) &&
           TEXT(challenge) && ID(channel) && NUM(created) && NUM(expires) && NUM(attempts) && NUM(spent_at) &&
           memcmp(x->spent_by, y->spent_by, sizeof x->spent_by) == 0;
}

static bool same_token(const void *a, const void *b)
{
    BOTH(token);
    return NUM(id) && HASH(hash) && NUM(kind) && ID(app) && ID(owner) && ID(user) && NUM(epoch) && NUM(issued) &&
           NUM(expires) && NUM(revoked) && NUM(code);
}

static bool same_refresh(const void *a, const void *b)
{
    BOTH(refresh);
    return NUM(id) && HASH(hash) && NUM(kind) && ID(app) && ID(owner) && ID(user) && NUM(epoch) && NUM(access) &&
           NUM(parent) && NUM(issued) && NUM(expires) && NUM(desktop) && NUM(used_at) && NUM(heir) && NUM(grace_uses) &&
           NUM(revoked);
}

static bool same_webhook(const void *a, const void *b)
{
    BOTH(webhook);
    return NUM(id) && HASH(hash) && ID(app) && ID(workspace) && ID(channel) && NUM(epoch) && NUM(created) &&
           NUM(revoked);
}

enum { TEXTS_MAX = 12 };

static const struct {
    size_t size;
    bool (*key)(const void *a, const void *b);
    bool (*same)(const void *a, const void *b);
    unsigned ntexts;
    size_t text[TEXTS_MAX];
} kinds[MODEL_KINDS] = {
#define T(type, f) offsetof(struct type, f)
    [M_ENTERPRISE] =
        {sizeof(struct enterprise), id_key, same_enterprise, 2, {T(enterprise, name), T(enterprise, domain)}},
    [M_WORKSPACE] = {sizeof(struct workspace), id_key, same_workspace, 2, {T(workspace, name), T(workspace, domain)}},
    [M_CHANNEL] = {sizeof(struct channel), id_key, same_channel, 1, {T(channel, name)}},
    [M_USER] = {sizeof(struct user), id_key, same_user, 3, {T(user, name), T(user, real_name), T(user, email)}},
    [M_APP] = {sizeof(struct app),
               id_key,
               same_app,
               11,
               {T(app, client_id), T(app, name), T(app, bot_name), T(app, manifest), T(app, redirect_urls),
                T(app, bot_scopes), T(app, user_scopes), T(app, bot_optional), T(app, user_optional),
                T(app, published_scopes), T(app, allowed_ips)}},
    [M_INSTALL] = {sizeof(struct install), install_key, same_install, 1, {T(install, scopes)}},
    [M_CODE] = {sizeof(struct code),
                locator_key,
                same_code,
                4,
                {T(code, bot_scopes), T(code, user_scopes), T(code, redirect_uri), T(code, challenge)}},
    [M_TOKEN] = {sizeof(struct token), locator_key, same_token, 0, {0}},
    [M_REFRESH] = {sizeof(struct refresh), locator_key, same_refresh, 0, {0}},
    [M_WEBHOOK] = {sizeof(struct webhook), locator_key, same_webhook, 0, {0}},
#undef T
};

bool model_same(enum model_kind kind, const void *a, const void *b)
{
    if (!a || !b) return a == b;
    return kinds[kind].same(a, b);
}

static void *find(const struct model *m, enum model_kind kind, const void *like)
{
    const struct model_shelf *s = &m->shelf[kind];
    for (unsigned i = 0; i < s->n; i++) {
        if (kinds[kind].key(s->row[i].bytes, like)) return (void *)(uintptr_t)s->row[i].bytes;
    }
    return NULL;
}

static void put(struct model *m, enum model_kind kind, const void *row)
{
    struct model_shelf *s = &m->shelf[kind];
    char *to = find(m, kind, row);
    assert(kinds[kind].size <= MODEL_ROW_SIZE && (to || s->n < MODEL_ROWS));
    if (!to) to = s->row[s->n++].bytes;
    memcpy(to, row, kinds[kind].size);
    for (unsigned i = 0; i < kinds[kind].ntexts; i++) {
        struct str *text = (struct str *)(void *)(to + kinds[kind].text[i]);
        *text = arena_str(m->arena, *text);
    }
}

static void drop(struct model *m, enum model_kind kind, struct str id)
{
    struct model_shelf *s = &m->shelf[kind];
    struct id like = {{0}};
    if (id.n >= sizeof like.s) return;
    memcpy(like.s, id.p, id.n);
    char *row = find(m, kind, &like);
    if (!row) return;
    unsigned at = (unsigned)((size_t)(row - s->row[0].bytes) / sizeof s->row[0]);
    memmove(&s->row[at], &s->row[at + 1], (s->n - at - 1) * sizeof s->row[0]);
    s->n--;
}

static enum model_result put_app(struct model *m, const struct app *row)
{
    for (unsigned i = 0; i < m->shelf[M_APP].n; i++) {
        const struct app *other = (const void *)m->shelf[M_APP].row[i].bytes;
        if (str_eq(other->client_id, row->client_id) && !id_eq(&other->id, &row->id)) return MODEL_COLLISION;
    }
    put(m, M_APP, row);
    return MODEL_OK;
}

static enum model_result add(struct model *m, enum model_kind kind, const void *row)
{
    if (find(m, kind, row)) return MODEL_COLLISION;
    put(m, kind, row);
    return MODEL_OK;
}

static enum model_result spend(struct model *m, const struct write *w)
{
    struct code *c = find(m, M_CODE, &w->id);
    if (!c || c->spent_at || w->at >= c->expires) return MODEL_LOST;
    c->spent_at = w->at;
    memcpy(c->spent_by, w->attempt, sizeof c->spent_by);
    return MODEL_OK;
}

static enum model_result count_attempt(struct model *m, const struct write *w)
{
    struct code *c = find(m, M_CODE, &w->id);
    if (c) c->attempts++;
    return MODEL_OK;
}

static enum model_result merge(struct model *m, const struct install *row)
{
    struct install *old = find(m, M_INSTALL, row);
    if (!old) return add(m, M_INSTALL, row);
    if (old->epoch != row->epoch) return MODEL_OK;
    if (old->scopes.n == 0)
        old->scopes = arena_str(m->arena, row->scopes);
    else if (row->scopes.n)
        old->scopes = arena_printf(m->arena, "%.*s,%.*s", STR_FMT(old->scopes), STR_FMT(row->scopes));
    if (row->live[0]) {
        old->live[1] = old->live[0];
        old->live[0] = row->live[0];
    }
    old->updated = row->updated;
    old->installer = row->installer;
    return MODEL_OK;
}

static enum model_result end_install(struct model *m, const struct install *row)
{
    struct install *old = find(m, M_INSTALL, row);
    if (!old || old->epoch != row->epoch) return MODEL_LOST;
    old->epoch++;
    old->scopes = (struct str){NULL, 0};
    old->live[0] = old->live[1] = 0;
    return MODEL_OK;
}

static enum model_result revoke_token(struct model *m, const struct write *w)
{
    struct token *t = find(m, M_TOKEN, &w->id);
    if (t && !t->revoked) t->revoked = w->at;
    return MODEL_OK;
}

static enum model_result use_refresh(struct model *m, const struct write *w)
{
    const struct refresh *seen = w->row;
    struct refresh *r = find(m, M_REFRESH, seen);
    if (!r || r->used_at != seen->used_at || r->grace_uses != seen->grace_uses || r->revoked != seen->revoked) {
        return MODEL_LOST;
    }
    if (r->used_at)
        r->grace_uses++;
    else
        r->used_at = w->at;
    return MODEL_OK;
}

static enum model_result claim_heir(struct model *m, const struct write *w)
{
    struct refresh *r = find(m, M_REFRESH, &w->id);
    if (r && !r->heir) r->heir = w->at;
    return MODEL_OK;
}

static enum model_result wipe(struct model *m)
{
    m->wiped = model_last_locator(m);
    for (int i = 0; i < MODEL_KINDS; i++) m->shelf[i].n = 0;
    return MODEL_OK;
}

enum model_result model_write(struct model *m, const struct write *w)
{
    switch (w->kind) {
    case PUT_ENTERPRISE: put(m, M_ENTERPRISE, w->row); return MODEL_OK;
    case PUT_WORKSPACE: put(m, M_WORKSPACE, w->row); return MODEL_OK;
    case PUT_CHANNEL: put(m, M_CHANNEL, w->row); return MODEL_OK;
    case PUT_USER: put(m, M_USER, w->row); return MODEL_OK;
    case PUT_APP: return put_app(m, w->row);
    case DROP_ENTERPRISE: drop(m, M_ENTERPRISE, w->key); return MODEL_OK;
    case DROP_WORKSPACE: drop(m, M_WORKSPACE, w->key); return MODEL_OK;
    case DROP_CHANNEL: drop(m, M_CHANNEL, w->key); return MODEL_OK;
    case DROP_USER: drop(m, M_USER, w->key); return MODEL_OK;
    case WIPE_ALL: return wipe(m);
    case ADD_CODE: return add(m, M_CODE, w->row);
    case SPEND_CODE: return spend(m, w);
    case COUNT_ATTEMPT: return count_attempt(m, w);
    case ADD_TOKEN: return add(m, M_TOKEN, w->row);
    case ADD_REFRESH: return add(m, M_REFRESH, w->row);
    case USE_REFRESH: return use_refresh(m, w);
    case CLAIM_HEIR: return claim_heir(m, w);
    case ADD_WEBHOOK: return add(m, M_WEBHOOK, w->row);
    case MERGE_INSTALL: return merge(m, w->row);
    case END_INSTALL: return end_install(m, w->row);
    case REVOKE_TOKEN: return revoke_token(m, w);
    case WRITE_KINDS: break;
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
    case WANT_CODE:
    case WANT_TOKEN:
    case WANT_REFRESH:
    case WANT_WEBHOOK: return *(const int64_t *)row == w->id;
    case WANT_KINDS: break;
    }
    abort();
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

int64_t model_last_locator(const struct model *m)
{
    static const enum model_kind with[] = {M_CODE, M_TOKEN, M_REFRESH, M_WEBHOOK};
    int64_t last = m->wiped;
    for (size_t k = 0; k < ARRAY_LEN(with); k++) {
        for (unsigned i = 0; i < m->shelf[with[k]].n; i++) {
            int64_t id = *(const int64_t *)(const void *)m->shelf[with[k]].row[i].bytes;
            if (id > last) last = id;
        }
    }
    return last;
}
