// SPDX-License-Identifier: Apache-2.0
#include "model.h"

#include "base/mem.h"

struct model *model_new(struct arena *arena)
{
    struct model *m = mem_alloc(sizeof *m);
    m->arena = arena;
    return m;
}

void model_copy(struct model *to, const struct model *from)
{
    to->arena = from->arena;
    to->wiped = from->wiped;
    for (int i = 0; i < MODEL_KINDS; i++) {
        to->shelf[i].n = from->shelf[i].n;
        memcpy(to->shelf[i].row, from->shelf[i].row, from->shelf[i].n * sizeof from->shelf[i].row[0]);
    }
}

static void *find(const struct model *m, enum model_kind kind, const void *like)
{
    const struct model_shelf *s = &m->shelf[kind];
    for (unsigned i = 0; i < s->n; i++) {
        if (model_rows[kind].key(s->row[i].bytes, like)) return (void *)(uintptr_t)s->row[i].bytes;
    }
    return NULL;
}

static void put(struct model *m, enum model_kind kind, const void *row)
{
    struct model_shelf *s = &m->shelf[kind];
    char *to = find(m, kind, row);
    assert(model_rows[kind].size <= MODEL_ROW_SIZE && (to || s->n < MODEL_ROWS));
    if (!to) to = s->row[s->n++].bytes;
    memcpy(to, row, model_rows[kind].size);
    for (unsigned i = 0; i < model_rows[kind].ntexts; i++) {
        struct str *text = (struct str *)(void *)(to + model_rows[kind].text[i]);
        *text = arena_str(m->arena, *text);
    }
}

static enum model_result drop(struct model *m, enum model_kind kind, const void *like)
{
    struct model_shelf *s = &m->shelf[kind];
    char *row = find(m, kind, like);
    if (!row) return MODEL_OK;
    unsigned at = (unsigned)((size_t)(row - s->row[0].bytes) / sizeof s->row[0]);
    memmove(&s->row[at], &s->row[at + 1], (s->n - at - 1) * sizeof s->row[0]);
    s->n--;
    return MODEL_OK;
}

static enum model_result drop_id(struct model *m, enum model_kind kind, struct str id)
{
    struct id like = {{0}};
    assert(id.n < sizeof like.s);
    memcpy(like.s, id.p, id.n);
    return drop(m, kind, &like);
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

static enum model_result exchange_token(struct model *m, const struct write *w)
{
    struct token *t = find(m, M_TOKEN, &w->id);
    if (!t || t->exchanged) return MODEL_LOST;
    t->exchanged = w->at;
    return MODEL_OK;
}

static enum model_result expire_token(struct model *m, const struct write *w)
{
    struct token *t = find(m, M_TOKEN, &w->id);
    if (t && (t->expires == 0 || t->expires > w->at)) t->expires = w->at;
    return MODEL_OK;
}

static enum model_result revoke_refresh(struct model *m, const struct write *w)
{
    struct refresh *r = find(m, M_REFRESH, &w->id);
    if (r && !r->revoked) r->revoked = w->at;
    return MODEL_OK;
}

static void expire(int64_t *expires, int64_t by)
{
    if (*expires > 1 && *expires <= by) *expires = 1;
}

static enum model_result use_install(struct model *m, const struct write *w)
{
    const struct install *row = w->row;
    struct install *old = find(m, M_INSTALL, row);
    if (old && old->epoch == row->epoch && old->used < w->at) old->used = w->at;
    return MODEL_OK;
}

static enum model_result renew_session(struct model *m, const struct session *row)
{
    struct session *old = find(m, M_SESSION, row);
    if (!old || old->epoch != row->epoch - 1) return MODEL_LOST;
    old->hash = row->hash;
    old->epoch = row->epoch;
    old->people = arena_str(m->arena, row->people);
    old->used = row->used;
    return MODEL_OK;
}

static enum model_result touch_session(struct model *m, const struct write *w)
{
    struct session *s = find(m, M_SESSION, &w->id);
    if (s && s->used < w->at) s->used = w->at;
    return MODEL_OK;
}

static enum model_result spend_form(struct model *m, const struct write *w)
{
    struct form *f = find(m, M_FORM, &w->id);
    if (!f || f->used_at || w->at >= f->expires) return MODEL_LOST;
    f->used_at = w->at;
    return MODEL_OK;
}

static enum model_result decide_approval(struct model *m, const struct approval *row)
{
    struct approval *old = find(m, M_APPROVAL, row);
    if (!old || old->verdict != VERDICT_NONE) return MODEL_LOST;
    old->verdict = row->verdict;
    old->decided = row->decided;
    old->decider = row->decider;
    return MODEL_OK;
}

// How many rows have a smaller key.
static unsigned rank_of(const struct model_shelf *s, int64_t id)
{
    unsigned n = 0;
    for (unsigned i = 0; i < s->n; i++) n += *(const int64_t *)(const void *)s->row[i].bytes < id;
    return n;
}

static enum model_result sweep(struct model *m, enum model_kind kind, const struct write *w)
{
    static int64_t ids[MODEL_ROWS];
    const struct model_shelf *s = &m->shelf[kind];
    unsigned n = 0;
    for (unsigned i = 0; i < s->n; i++) {
        const void *row = s->row[i].bytes;
        int64_t expires = kind == M_FORM ? ((const struct form *)row)->expires : ((const struct session *)row)->expires;
        int64_t id = *(const int64_t *)row;
        if (rank_of(s, id) < w->id && expires <= w->at) ids[n++] = id;
    }
    while (n > 0) (void)drop(m, kind, &ids[--n]);
    return MODEL_OK;
}

static void settle_row(const struct write *w, void *row)
{
    struct app *app = row;
    struct refresh *refresh = row;
    struct session *session = row;
    switch (w->kind) {
    case EXPIRE_CODES: expire(&((struct code *)row)->expires, w->at); break;
    case EXPIRE_TOKENS: expire(&((struct token *)row)->expires, w->at); break;
    case EXPIRE_REFRESHES: expire(&refresh->expires, w->at); break;
    case EXPIRE_FORMS: expire(&((struct form *)row)->expires, w->at); break;
    case EXPIRE_SESSIONS:
        if (session->expires > 1 && session->used <= w->at - w->id) session->expires = 1;
        expire(&session->expires, w->at);
        break;
    case EXPIRE_SECRETS:
        for (unsigned i = 0; i < app->nsecrets; i++) expire(&app->secrets[i].expires, w->at);
        break;
    default: // CLOSE_GRACES
        if (!refresh->revoked && refresh->used_at > 0 && refresh->used_at <= w->at - w->id) refresh->revoked = w->at;
    }
}

static enum model_result settle(struct model *m, const struct write *w)
{
    static const enum model_kind of[WRITE_KINDS] = {
        [EXPIRE_CODES] = M_CODE,  [EXPIRE_TOKENS] = M_TOKEN,  [EXPIRE_REFRESHES] = M_REFRESH,
        [EXPIRE_SECRETS] = M_APP, [CLOSE_GRACES] = M_REFRESH, [EXPIRE_SESSIONS] = M_SESSION,
        [EXPIRE_FORMS] = M_FORM};
    struct model_shelf *s = &m->shelf[of[w->kind]];
    for (unsigned i = 0; i < s->n; i++) settle_row(w, s->row[i].bytes);
    return MODEL_OK;
}

static enum model_result end_installs(struct model *m, const struct install *like)
{
    struct model_shelf *s = &m->shelf[M_INSTALL];
    for (unsigned i = 0; i < s->n; i++) {
        const struct install *row = (const void *)s->row[i].bytes;
        if (id_eq(&row->app, &like->app) && id_eq(&row->owner, &like->owner) && row->scopes.n) end_install(m, row);
    }
    return MODEL_OK;
}

static enum model_result end_app(struct model *m, struct str app)
{
    struct model_shelf *s = &m->shelf[M_INSTALL];
    for (unsigned i = 0; i < s->n; i++) {
        const struct install *row = (const void *)s->row[i].bytes;
        if (str_eq(id_str(&row->app), app) && row->scopes.n) end_install(m, row);
    }
    return MODEL_OK;
}

static enum model_result retry_event(struct model *m, const struct write *w)
{
    struct event *e = find(m, M_EVENT, &w->id);
    if (!e) return MODEL_OK;
    e->due = w->at;
    e->attempts++;
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
    case DROP_ENTERPRISE: return drop_id(m, M_ENTERPRISE, w->key);
    case DROP_WORKSPACE: return drop_id(m, M_WORKSPACE, w->key);
    case DROP_CHANNEL: return drop_id(m, M_CHANNEL, w->key);
    case DROP_USER: return drop_id(m, M_USER, w->key);
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
    case EXCHANGE_TOKEN: return exchange_token(m, w);
    case EXPIRE_TOKEN: return expire_token(m, w);
    case REVOKE_REFRESH: return revoke_refresh(m, w);
    case EXPIRE_CODES:
    case EXPIRE_TOKENS:
    case EXPIRE_REFRESHES:
    case EXPIRE_SECRETS:
    case EXPIRE_SESSIONS:
    case EXPIRE_FORMS:
    case CLOSE_GRACES: return settle(m, w);
    case END_INSTALLS: return end_installs(m, w->row);
    case END_APP: return end_app(m, w->key);
    case ADD_EVENT: return add(m, M_EVENT, w->row);
    case RETRY_EVENT: return retry_event(m, w);
    case DROP_EVENT: return drop(m, M_EVENT, &w->id);
    case PUT_KEY: put(m, M_KEY, w->row); return MODEL_OK;
    case DROP_KEY: return drop(m, M_KEY, &w->key);
    case USE_INSTALL: return use_install(m, w);
    case ADD_SESSION: return add(m, M_SESSION, w->row);
    case RENEW_SESSION: return renew_session(m, w->row);
    case TOUCH_SESSION: return touch_session(m, w);
    case ADD_FORM: return add(m, M_FORM, w->row);
    case SPEND_FORM: return spend_form(m, w);
    case SWEEP_SESSIONS: return sweep(m, M_SESSION, w);
    case SWEEP_FORMS: return sweep(m, M_FORM, w);
    case PUT_PASSWORD: put(m, M_PASSWORD, w->row); return MODEL_OK;
    case DROP_PASSWORD: return drop_id(m, M_PASSWORD, w->key);
    case ADD_APPROVAL: return add(m, M_APPROVAL, w->row);
    case DECIDE_APPROVAL: return decide_approval(m, w->row);
    case TOUCH: return MODEL_OK;
    case WRITE_KINDS: break;
    }
    abort();
}
