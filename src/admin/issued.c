// SPDX-License-Identifier: Apache-2.0
// What was issued: installs, and tokens by kind and locator. Hashes are never shown.
#include "admin/routes.h"
#include "oauth/credential.h"

static void write_id(struct json *j, const char *key, const struct id *id)
{
    if (!id_none(id)) json_str(j, key, id_str(id));
}

static void write_time(struct json *j, const char *key, int64_t ms)
{
    if (ms) json_int(j, key, ms);
}

// "chat:write,commands" as a list.
static void write_scopes(struct json *j, struct str scopes)
{
    json_open_array(j, "scopes");
    while (scopes.n) json_str(j, NULL, str_cut(&scopes, ','));
    json_close_array(j);
}

static void write_install(void *ctx, const void *row)
{
    struct admin_call *c = ctx;
    struct json *j = &c->json;
    const struct install *i = row;
    json_open(j, NULL);
    write_id(j, "app", &i->app);
    write_id(j, "owner", &i->owner);
    write_id(j, "user", &i->subject); // absent: the bot's
    write_id(j, "installer", &i->installer);
    write_scopes(j, i->scopes);
    json_bool(j, "ended", !i->scopes.n);
    json_int(j, "epoch", i->epoch);
    write_time(j, "created", i->created);
    write_time(j, "updated", i->updated);
    write_time(j, "last_used", i->used);
    json_close(j);
}

static const char *kind_name(enum token_kind kind)
{
    switch (kind) {
    case TOKEN_BOT: return "bot";
    case TOKEN_USER: return "user";
    case TOKEN_CONFIG: break;
    }
    return "config";
}

static void write_token(void *ctx, const void *row)
{
    struct admin_call *c = ctx;
    struct json *j = &c->json;
    const struct token *t = row;
    json_open(j, NULL);
    json_str(j, "token", credential_label(kind_name(t->kind), t->id, c->req->arena));
    write_id(j, "app", &t->app);
    write_id(j, "owner", &t->owner);
    write_id(j, "user", &t->user);
    write_time(j, "issued", t->issued);
    write_time(j, "expires", t->expires);
    write_time(j, "revoked", t->revoked);
    if (t->exchanged) // for a rotating one of the same kind
        json_str(j, "exchanged", credential_label(kind_name(t->kind), t->exchanged, c->req->arena));
    json_int(j, "epoch", t->epoch);
    json_close(j);
}

static int list(struct admin_call *c, enum list_kind kind, const char *key, void (*row)(void *ctx, const void *row))
{
    json_open(&c->json, NULL);
    json_open_array(&c->json, key);
    enum status status = store_list(c->world->store, kind, row, c);
    if (status) return problem(c, P_STORE, "the store answered: %s", status_name(status));
    json_close_array(&c->json);
    json_close(&c->json);
    return 200;
}

int installs_list(struct admin_call *c)
{
    return list(c, LIST_INSTALLS, "installs", write_install);
}

int tokens_list(struct admin_call *c)
{
    return list(c, LIST_TOKENS, "tokens", write_token);
}
