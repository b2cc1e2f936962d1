// SPDX-License-Identifier: Apache-2.0
// The rows: which field is the key, when two are the same, in which order they are listed.
#include "model.h"

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

static bool text_key(const void *a, const void *b)
{
    return str_eq(*(const struct str *)a, *(const struct str *)b);
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
    return ID(id) && ID(workspace) && TEXT(name) && TEXT(real_name) && TEXT(email) && NUM(email_verified) &&
           NUM(role) && NUM(since) && NUM(signed_out);
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
           TEXT(published_scopes) && TEXT(allowed_ips) && HASH(signing_hash) && ID(creator) && TEXT(signing_secret) &&
           TEXT(verification_token) && same_secrets(x, y);
}

static bool same_install(const void *a, const void *b)
{
    BOTH(install);
    return install_key(a, b) && NUM(epoch) && TEXT(scopes) && NUM(live[0]) && NUM(live[1]) && NUM(created) &&
           NUM(updated) && ID(installer) && NUM(used);
}

static bool same_code(const void *a, const void *b)
{
    BOTH(code);
    return NUM(id) && HASH(hash) && ID(app) && ID(user) && ID(workspace) && ID(enterprise) && NUM(endpoint) &&
           TEXT(bot_scopes) && TEXT(user_scopes) && TEXT(redirect_uri) && NUM(redirect_sent) && NUM(redirect_first) &&
           TEXT(challenge) && ID(channel) && NUM(created) && NUM(expires) && NUM(attempts) && NUM(spent_at) &&
           TEXT(nonce) && memcmp(x->spent_by, y->spent_by, sizeof x->spent_by) == 0;
}

static bool same_token(const void *a, const void *b)
{
    BOTH(token);
    return NUM(id) && HASH(hash) && NUM(kind) && ID(app) && ID(owner) && ID(user) && NUM(epoch) && NUM(issued) &&
           NUM(expires) && NUM(revoked) && NUM(code) && NUM(exchanged);
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
    return NUM(id) && HASH(hash) && ID(app) && ID(workspace) && ID(channel) && ID(owner) && ID(subject) && NUM(epoch) &&
           NUM(created) && NUM(revoked);
}

static bool same_event(const void *a, const void *b)
{
    BOTH(event);
    return NUM(id) && ID(app) && ID(owner) && TEXT(url) && TEXT(body) && NUM(created) && NUM(due) && NUM(attempts);
}

static bool same_signing_key(const void *a, const void *b)
{
    BOTH(signing_key);
    return TEXT(kid) && TEXT(pem) && NUM(created) && NUM(retired);
}

static bool same_session(const void *a, const void *b)
{
    BOTH(session);
    return NUM(id) && HASH(hash) && NUM(epoch) && TEXT(people) && NUM(used) && NUM(created) && NUM(expires);
}

static bool same_form(const void *a, const void *b)
{
    BOTH(form);
    return NUM(id) && HASH(hash) && NUM(session) && NUM(epoch) && NUM(kind) && TEXT(path) && TEXT(query) &&
           TEXT(domain) && ID(user) && ID(place) && NUM(created) && NUM(expires) && NUM(used_at);
}

static bool same_password(const void *a, const void *b)
{
    BOTH(password);
    return ID(user) && TEXT(phc) && NUM(set_at);
}

static bool same_approval(const void *a, const void *b)
{
    BOTH(approval);
    return NUM(id) && NUM(verdict) && NUM(decided) && ID(decider) && ID(app) && ID(workspace) && ID(user) &&
           TEXT(bot_scopes) && TEXT(user_scopes) && TEXT(message) && NUM(created);
}

static bool locator_before(const void *a, const void *b)
{
    return *(const int64_t *)a < *(const int64_t *)b;
}

static bool event_before(const void *a, const void *b)
{
    BOTH(event);
    return x->due < y->due || (x->due == y->due && x->id < y->id);
}

static bool signing_key_before(const void *a, const void *b)
{
    BOTH(signing_key);
    if (x->created != y->created) return x->created < y->created;
    size_t n = x->kid.n < y->kid.n ? x->kid.n : y->kid.n;
    int c = memcmp(x->kid.p, y->kid.p, n);
    return c < 0 || (c == 0 && x->kid.n < y->kid.n);
}

const struct model_row model_rows[MODEL_KINDS] = {
#define T(type, f) offsetof(struct type, f)
    [M_ENTERPRISE] =
        {sizeof(struct enterprise), id_key, same_enterprise, NULL, 2, {T(enterprise, name), T(enterprise, domain)}},
    [M_WORKSPACE] =
        {sizeof(struct workspace), id_key, same_workspace, NULL, 2, {T(workspace, name), T(workspace, domain)}},
    [M_CHANNEL] = {sizeof(struct channel), id_key, same_channel, NULL, 1, {T(channel, name)}},
    [M_USER] = {sizeof(struct user), id_key, same_user, NULL, 3, {T(user, name), T(user, real_name), T(user, email)}},
    [M_APP] = {sizeof(struct app),
               id_key,
               same_app,
               NULL,
               13,
               {T(app, client_id), T(app, name), T(app, bot_name), T(app, manifest), T(app, redirect_urls),
                T(app, bot_scopes), T(app, user_scopes), T(app, bot_optional), T(app, user_optional),
                T(app, published_scopes), T(app, allowed_ips), T(app, signing_secret), T(app, verification_token)}},
    [M_INSTALL] = {sizeof(struct install), install_key, same_install, NULL, 1, {T(install, scopes)}},
    [M_CODE] = {sizeof(struct code),
                locator_key,
                same_code,
                NULL,
                5,
                {T(code, bot_scopes), T(code, user_scopes), T(code, redirect_uri), T(code, challenge), T(code, nonce)}},
    [M_TOKEN] = {sizeof(struct token), locator_key, same_token, locator_before, 0, {0}},
    [M_REFRESH] = {sizeof(struct refresh), locator_key, same_refresh, NULL, 0, {0}},
    [M_WEBHOOK] = {sizeof(struct webhook), locator_key, same_webhook, NULL, 0, {0}},
    [M_EVENT] = {sizeof(struct event), locator_key, same_event, event_before, 2, {T(event, url), T(event, body)}},
    [M_KEY] = {sizeof(struct signing_key),
               text_key,
               same_signing_key,
               signing_key_before,
               2,
               {T(signing_key, kid), T(signing_key, pem)}},
    [M_SESSION] = {sizeof(struct session), locator_key, same_session, NULL, 1, {T(session, people)}},
    [M_FORM] = {sizeof(struct form), locator_key, same_form, NULL, 3, {T(form, path), T(form, query), T(form, domain)}},
    [M_PASSWORD] = {sizeof(struct password), id_key, same_password, NULL, 1, {T(password, phc)}},
    [M_APPROVAL] = {sizeof(struct approval),
                    locator_key,
                    same_approval,
                    locator_before,
                    3,
                    {T(approval, bot_scopes), T(approval, user_scopes), T(approval, message)}},
#undef T
};

bool model_same(enum model_kind kind, const void *a, const void *b)
{
    if (!a || !b) return a == b;
    return model_rows[kind].same(a, b);
}
